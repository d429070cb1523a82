using System.Collections.Immutable;
using Mxact.Conformance.Recordings;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification;

/// <summary>
/// How a sum becomes output bits: c = 1 + j ulp and one product 3 give 4 + j ulp, which the output holds to a quarter. The staircase
/// over j, of both signs, is that of one rounding.
/// </summary>
/// <param name="FractionBits">Fraction bits an output has: c = 1 + 2^-p comes back for every p up to this.</param>
/// <param name="Consistent">The conversions that give every answer, F's truncation of c included.</param>
internal sealed record OutputRounding(int FractionBits, ImmutableArray<OutputConversion> Consistent)
{
    private const int Stairs = 32;

    /// <summary>Measures.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="f">Bits of c kept below a larger product; null when all are.</param>
    public static OutputRounding Measure(Unit unit, int? f)
    {
        int digits = unit.Shape.Output.MantissaBits;
        DotQuestion question = OnesAndScales.Build(unit, unit.Shape.Scale?.BlockSize ?? 1);
        uint one = OnesAndScales.Code(unit.Shape.Output, 0, false);
        uint[] cs = [.. Enumerable.Range(1, digits).Select(p => one | (1u << (digits - p)))];
        uint[] kept = unit.Ask([.. cs.Select(c => question with { C = c })]);
        int fraction = 0;
        while (fraction < digits && kept[fraction] == cs[fraction])
        {
            fraction++;
        }

        List<DotQuestion> stairs = [];
        foreach (bool negative in (bool[])[false, true])
        {
            DotQuestion step = question with { A = [.. question.A], B = [.. question.B] };
            step.A[0] = OnesAndScales.Three(unit.Shape.A, negative);
            step.B[0] = OnesAndScales.Code(unit.Shape.B, 0, false);
            stairs.AddRange(Enumerable.Range(0, Stairs).Select(j
                => step with { C = one | ((uint)j << (digits - fraction)) | (negative ? unit.Shape.Output.SignMask : 0) }));
        }

        uint[] answers = unit.Ask(stairs);
        OutputConversion[] consistent =
        [
            .. Conversions(unit, fraction).Where(conversion
                => stairs.Zip(answers).All(stair => Expected(stair.First, conversion, unit, f) == stair.Second)),
        ];
        return new(fraction, [.. consistent]);
    }

    private static IEnumerable<OutputConversion> Conversions(Unit unit, int fraction)
    {
        int digits = unit.Shape.Output.MantissaBits;
        foreach (OutputConversion conversion in Variant.Conversions(unit.Shape.Output).Where(c => c.Rounded.MantissaBits == digits))
        {
            if (fraction == digits)
            {
                yield return conversion;
            }
            else if (digits == 23
                && OutputConversion.TryParse($"{conversion.Name.Split('-')[0]}-e8m{fraction}", out OutputConversion? narrowed))
            {
                yield return narrowed;
            }
        }
    }

    /// <summary>3 + c, c cut off at 2^(1 - F) first where the unit does that, converted once.</summary>
    private static uint Expected(DotQuestion stair, OutputConversion conversion, Unit unit, int? f)
    {
        Dyadic c = ElementCodec.Decode(unit.Shape.Output, stair.C).Finite;
        int quantum = ThreeExponent(unit) - (f ?? 200);
        Dyadic cut = c.Exponent >= quantum ? c : new(c.Negative, c.Significand >> (quantum - c.Exponent), quantum);
        return conversion.Encode(cut + new Dyadic(c.Negative, 3, 0));
    }

    /// <summary>The exponent 3 aligns at: its own, but a unit that applies scales to groups aligns at theirs, which is 0.</summary>
    private static int ThreeExponent(Unit unit) => unit.Shape.Scale is not null && unit.Shape.A.Bits == 4 ? 0 : 1;
}
