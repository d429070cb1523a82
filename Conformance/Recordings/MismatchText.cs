using System.Globalization;
using Mxact.Simulator.Accumulation.Recorded;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Recordings;

/// <summary>One mismatch in words: the terms, the exact sum, expected and recorded, which neighbours agree, how to see it again.</summary>
internal static class MismatchText
{
    private const int MostTerms = 3;
    private const int MostVariants = 8;

    public static IEnumerable<string> Lines(string path, RecordedMismatch mismatch)
    {
        DotQuestion question = mismatch.Question;
        RecordedDot dot = mismatch.Dot;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"MISMATCH {path}:{mismatch.Line}: row {dot.Id}{(dot.Kind.Length > 0 ? $" ({dot.Kind})" : "")}, {question.Shape}, K = "
            + $"{question.A.Length}, model {mismatch.Model}");
        yield return $"  terms      {Terms(question)}; c {WithValue(dot.Output, dot.C)}";
        yield return $"  exact sum  {Exact(question)}";
        yield return $"  expected   {WithValue(dot.Output, mismatch.Expected)}";
        yield return $"  recorded   {WithValue(dot.Output, dot.D)}{Apart(dot.Output, mismatch.Expected, dot.D)}";
        string[] agreeing = [.. mismatch.Agreeing().Select(variant => variant.Description)];
        string those = string.Join("; ", agreeing.Take(MostVariants)) + (agreeing.Length > MostVariants ? "; ..." : "");
        yield return $"  agrees     {(agreeing.Length == 0 ? "no neighbouring model gives the recorded answer" : those)}";
        string[] operands = question.Shape.OperandNames.Split(' ');
        yield return $"  reproduce  echo '{question.Operands}' | mxact dot --model {mismatch.Model} --a {operands[0]} --b {operands[1]} "
            + $"--out {question.Shape.OutputName}";
    }

    /// <summary>The largest products: what the others were aligned to.</summary>
    private static string Terms(DotQuestion question)
    {
        Number[] products = [.. Products(question)];
        if (!products.All(p => p.IsFinite))
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{products.Count(p => p.IsNaN)} NaN and {products.Count(p => p.IsInfinity)} Inf among {products.Length} products");
        }

        IEnumerable<string> largest = products.Select((p, k) => (p.Finite, k)).Where(p => !p.Finite.IsZero)
            .OrderByDescending(p => p.Finite.FloorLog2).Take(MostTerms)
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.k}] {p.Finite}"));
        string text = string.Join(", ", largest);
        return text.Length == 0 ? "all products zero" : $"largest {text}";
    }

    private static Number Exact(DotQuestion question)
        => Products(question).Aggregate(ElementCodec.Decode(question.Shape.Output, question.C), NumberArithmetic.Add);

    private static IEnumerable<Number> Products(DotQuestion question)
    {
        for (int k = 0; k < question.A.Length; k++)
        {
            Number product = NumberArithmetic.Multiply(ElementCodec.Decode(question.Shape.A, question.A[k]),
                ElementCodec.Decode(question.Shape.B, question.B[k]));
            yield return question.Shape.Scale is not { } scale ? product : NumberArithmetic.Multiply(product, NumberArithmetic.Multiply(
                ScaleCodec.Decode(scale.Format, question.ScalesA[k / scale.BlockSize]),
                ScaleCodec.Decode(scale.Format, question.ScalesB[k / scale.BlockSize])));
        }
    }

    private static string Apart(ElementFormat format, uint expected, uint recorded)
    {
        bool bothNaN = ElementCodec.Decode(format, expected).IsNaN && ElementCodec.Decode(format, recorded).IsNaN;
        long apart = Index(format, recorded) - Index(format, expected);
        return bothNaN ? ", a NaN of other bits" : Math.Abs(apart) < 1000
            ? string.Create(CultureInfo.InvariantCulture, $", {apart:+0;-0;0} in the last place") : "";
    }

    /// <summary>Codes counted from zero, so that neighbours are one apart.</summary>
    private static long Index(ElementFormat format, uint code)
        => (code & format.SignMask) == 0 ? code : -(long)(code & (format.SignMask - 1));

    private static string WithValue(ElementFormat format, uint bits)
        => $"{bits.ToString("x" + format.HexDigits, CultureInfo.InvariantCulture)} = {ElementCodec.Decode(format, bits)}";
}
