using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Identification;

/// <summary>
/// F as c shows it (Fasi et al. 2021): M and -M in the first step and c = 2^-k M. What is left is c while the unit aligns it no lower
/// than it keeps bits, and 0 from there on.
/// </summary>
internal static class AddendBits
{
    private const int Most = 70;

    /// <summary>The largest k for which c is kept; null when every c down to the least is kept, so that nothing is aligned to M.</summary>
    public static int? Measure(Unit unit)
    {
        DotTerms terms = unit.Terms;
        int least = unit.Shape.Output.EMin - unit.Shape.Output.MantissaBits;
        int top = unit.Shape.Output.MantissaBits < 20 ? Math.Min(terms.Greatest, unit.Shape.Output.EMax - 2) : 0;
        int steps = Math.Min(Most, top - least);
        DotQuestion question = OnesAndScales.Build(unit, Math.Max(2, unit.Shape.Scale?.BlockSize ?? 2));
        (uint a, uint b) = Power(unit, top);
        (question.A[0], question.B[0]) = (a, b);
        (question.A[1], question.B[1]) = (a ^ unit.Shape.A.SignMask, b);
        uint[] cs = [.. Enumerable.Range(1, steps).Select(n => terms.Addend(top - n, negative: false, isPower: true))];
        uint[] answers = unit.Ask([.. cs.Select(c => question with { C = c })]);
        int kept = 0;
        while (kept < steps && answers[kept] == cs[kept])
        {
            kept++;
        }

        return kept == steps ? null : kept;
    }

    /// <summary>
    /// 2^<paramref name="exponent"/> as a product of normal numbers, under scales of 1: a grouped unit aligns at the scales alone.
    /// </summary>
    private static (uint A, uint B) Power(Unit unit, int exponent)
    {
        int half = Math.Clamp(exponent / 2, exponent - unit.Shape.B.EMax, unit.Shape.A.EMax);
        return (OnesAndScales.Code(unit.Shape.A, half, false), OnesAndScales.Code(unit.Shape.B, exponent - half, false));
    }
}
