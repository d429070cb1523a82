using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Checks;

/// <summary>
/// One failure in words: the bits, the exact value, both neighbours, expected and got, the clause, and how to see it again.
/// </summary>
internal static class FailureText
{
    public static IEnumerable<string> Lines(Judged judged)
    {
        yield return $"{(judged.Verdict == Verdict.KernelFailed ? judged.Reply.Kind.ToString().ToUpperInvariant() : "FAIL")} "
            + $"{judged.Row.Id}{(judged.Row.Flags.Length > 0 ? $" ({judged.Row.Flags})" : "")}";
        yield return $"  request    {judged.Request}";
        if (judged.Verdict == Verdict.KernelFailed)
        {
            yield return $"  kernel     {judged.Reply.Text}";
        }
        else
        {
            foreach (string line in Details(judged))
            {
                yield return "  " + line;
            }
        }

        if (judged.Row.Latitudes.Length > 0)
        {
            yield return $"  open       {judged.Row.Latitudes}: another choice has another answer (mxact latitudes)";
        }

        yield return $"  clause     {judged.Row.Clause}";
        yield return $"  reproduce  echo '{judged.Request}' | mxact serve";
    }

    private static IEnumerable<string> Details(Judged judged) => judged.Question.Operation switch
    {
        Operation.Encode => Encode(judged),
        Operation.Quantize => Quantize(judged),
        _ => Words(judged),
    };

    private static IEnumerable<string> Encode(Judged judged)
    {
        Question question = judged.Question;
        string[] operands = judged.Row.Operands.Split(' ');
        Number value = ElementCodec.Decode(question.From, Parse(operands[0]));
        yield return $"input      {operands[0]} = {value}{(operands.Length > 1 ? $", random bits {operands[1]}" : "")}";
        if (ElementFormat.TryParse(question.Formats[0], out ElementFormat? format))
        {
            if (Explain.Neighbours(format, value) is { } neighbours)
            {
                yield return neighbours;
            }

            yield return $"expected   {WithValue(format, judged.Expected)}";
            yield return $"got        {WithValue(format, judged.Reply.Text)}";
        }
        else
        {
            yield return $"expected   {WithScale(ScaleFormat.E8M0, judged.Expected)}";
            yield return $"got        {WithScale(ScaleFormat.E8M0, judged.Reply.Text)}";
        }
    }

    private static IEnumerable<string> Quantize(Judged judged)
    {
        // A block format that has a name and no place in the table (mx-NAME) is told by its words.
        if (MxFormats.Find(judged.Question.Formats[0]) is not { } block)
        {
            return Words(judged);
        }

        string[] expected = judged.Expected.Split(' ');
        string[] got = judged.Reply.Text.Split(' ');
        bool isComparable = got.Length == 2 && expected.Length == 2 && got[0].Length == 2
            && (got[0] != expected[0] || got[1].Length == expected[1].Length);
        if (!isComparable)
        {
            return Words(judged);
        }

        if (expected[0] != got[0])
        {
            return
            [
                .. Maximum(judged, block),
                $"expected   scale {WithScale(block.Scale, expected[0])}",
                $"got        scale {WithScale(block.Scale, got[0])}",
            ];
        }

        int digits = block.Element.HexDigits;
        int at = Enumerable.Range(0, expected[1].Length / digits).First(i
            => !expected[1].AsSpan(i * digits, digits).SequenceEqual(got[1].AsSpan(i * digits, digits)));
        Number v = ElementCodec.Decode(judged.Question.From,
            Parse(judged.Row.Operands.Substring(at * judged.Question.From.HexDigits, judged.Question.From.HexDigits)));
        Number x = ScaleCodec.Decode(block.Scale, (byte)Parse(expected[0]));
        List<string> lines = [$"element    {at} of the block: V = {v}, X = {WithScale(block.Scale, expected[0])}"];
        if (v.IsFinite && x.IsFinite && !x.Finite.IsZero && x.Finite.Significand.IsPowerOfTwo)
        {
            Number quotient = new Dyadic(v.Negative, v.Finite.Significand, v.Finite.Exponent - x.Finite.FloorLog2);
            lines.Add($"V / X      {quotient}");
            lines.AddRange(Explain.Neighbours(block.Element, quotient) is { } neighbours ? [neighbours] : Array.Empty<string>());
        }

        return
        [
            .. lines,
            $"expected   {WithValue(block.Element, expected[1].Substring(at * digits, digits))}",
            $"got        {WithValue(block.Element, got[1].Substring(at * digits, digits))}",
        ];
    }

    private static IEnumerable<string> Maximum(Judged judged, BlockFormat block)
    {
        ElementFormat from = judged.Question.From;
        string operand = judged.Row.Operands.Split(' ')[0];
        Number[] values = [.. Enumerable.Range(0, operand.Length / from.HexDigits).Select(i
            => ElementCodec.Decode(from, Parse(operand.Substring(i * from.HexDigits, from.HexDigits))))];
        if (!values.All(v => v.IsFinite))
        {
            yield return $"block      has {values.Count(v => v.IsNaN)} NaN and {values.Count(v => v.IsInfinity)} Inf";
            yield break;
        }

        Dyadic amax = values.Select(v => v.Finite.Abs()).Aggregate((a, b) => Dyadic.CompareMagnitude(a, b) >= 0 ? a : b);
        yield return amax.IsZero ? "max |V|    0"
            : $"max |V|    {amax}, floor(log2) = {amax.FloorLog2}, emax({block.Element}) = {block.Element.EMax}";
    }

    private static IEnumerable<string> Words(Judged judged)
    {
        ElementFormat? format = Expectation.AnswerFormat(judged.Question);
        int digits = format?.HexDigits ?? 2;
        string expected = judged.Expected;
        string got = judged.Reply.Text;
        if (expected.Length == got.Length && expected.Length > digits && !expected.Contains(' '))
        {
            int at = Enumerable.Range(0, expected.Length / digits).FirstOrDefault(i
                => !expected.AsSpan(i * digits, digits).SequenceEqual(got.AsSpan(i * digits, digits)));
            yield return $"item       {at} of {expected.Length / digits} is the first that differs";
            (expected, got) = (expected.Substring(at * digits, digits), got.Substring(at * digits, digits));
        }

        yield return $"expected   {(format is null ? expected : WithValue(format, expected))}";
        yield return $"got        {(format is null ? got : WithValue(format, got))}";
    }

    private static string WithValue(ElementFormat format, string code)
        => code.Length == format.HexDigits
            && uint.TryParse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits)
            ? $"{code} = {ElementCodec.Decode(format, bits)}" : code;

    private static string WithScale(ScaleFormat format, string code)
        => code.Length == 2 && byte.TryParse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte bits)
            ? $"{code} = {ScaleCodec.Decode(format, bits)}" : code;

    private static uint Parse(string digits) => uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
