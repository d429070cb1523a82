using System.Globalization;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification;

/// <summary>What the unit does with zeros, subnormals, infinities and NaNs, as it answers.</summary>
internal static class SpecialAnswers
{
    /// <summary>Each situation with the answer.</summary>
    public static IReadOnlyList<(string Situation, string Answer)> Measure(Unit unit)
    {
        (string Situation, DotQuestion Question)[] asked = [.. Situations(unit)];
        uint[] answers = unit.Ask([.. asked.Select(a => a.Question)]);
        return [.. asked.Zip(answers).Select(pair
            => (pair.First.Situation,
            $"{pair.Second.ToString("x" + unit.Shape.Output.HexDigits, CultureInfo.InvariantCulture)} = {unit.Value(pair.Second)}"))];
    }

    private static IEnumerable<(string, DotQuestion)> Situations(Unit unit)
    {
        DotShape shape = unit.Shape;
        ElementFormat output = shape.Output;
        int k = shape.Scale?.BlockSize ?? 2;
        uint one = OnesAndScales.Code(shape.B, 0, false);
        yield return ("products -0, c = -0",
            With(k, [(shape.A.HasNegativeZero ? shape.A.SignMask : 0, one), (shape.A.HasNegativeZero ? shape.A.SignMask : 0, one)],
            output.SignMask, all: true));
        yield return ("c the least subnormal", With(k, [], 1));
        yield return ("c the largest number, one product 1", With(k, [(OnesAndScales.Code(shape.A, 0, false), one)], output.MaxMagnitude));
        yield return ("c +Inf", With(k, [], output.MaxMagnitude + 1));
        yield return ("c NaN", With(k, [], output.CanonicalNaN));
        if (shape.A.HasInfinity)
        {
            uint infinity = shape.A.MaxMagnitude + 1;
            yield return ("Inf * 1", With(k, [(infinity, one)], 0));
            yield return ("Inf * 0", With(k, [(infinity, 0)], 0));
            yield return ("Inf - Inf", With(k, [(infinity, one), (infinity | shape.A.SignMask, one)], 0));
        }

        if (shape.A.HasNaN)
        {
            yield return ("NaN * 1", With(k, [(shape.A.CanonicalNaN, one)], 0));
        }

        if (shape.Scale is { } scale)
        {
            DotQuestion question = With(k, [], 0);
            question.ScalesA[0] = scale.Format.Element is null ? (byte)0xFF : (byte)0x7F;
            yield return ($"scale {question.ScalesA[0]:x2}, products 0", question);
        }

        DotQuestion With(int length, (uint A, uint B)[] products, uint c, bool all = false)
        {
            DotQuestion question = OnesAndScales.Build(unit, length) with { C = c };
            for (int i = 0; i < (all ? length : products.Length); i++)
            {
                (question.A[i], question.B[i]) = products[Math.Min(i, products.Length - 1)];
            }

            return question;
        }
    }
}
