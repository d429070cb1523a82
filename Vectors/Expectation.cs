using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Reference;
using Mxact.Spec;

namespace Mxact.Vectors;

/// <summary>
/// What an answer is compared with, word by word. A word is hexadecimal digits, or <c>*</c> (any digits), or
/// <c>nan:any</c> (every element a NaN of the answer's format), or <c>nan:CODE</c> (this NaN, because a declared choice names it),
/// or alternatives joined by <c>|</c>. Inside a word an element written <c>nn..</c> is any NaN.
/// </summary>
public static class Expectation
{
    /// <summary>Any NaN.</summary>
    public const string AnyNaN = "nan:any";

    /// <summary>Any digits: the codes beside a NaN scale.</summary>
    public const string Anything = "*";

    private const string NaNPrefix = "nan:";

    /// <summary>True when the answer is as expected.</summary>
    /// <param name="expected">The expected words.</param>
    /// <param name="answer">The answer's words.</param>
    /// <param name="format">The format of the answer's elements, to tell its NaNs; null when it has none (scales, bytes).</param>
    public static bool Matches(string expected, string answer, ElementFormat? format)
    {
        if (expected == answer)
        {
            return true;
        }

        string[] wanted = expected.Split(' ');
        string[] given = answer.Split(' ');
        return wanted.Length == given.Length && wanted.Zip(given).All(pair => WordMatches(pair.First, pair.Second, format));
    }

    /// <summary>The format of an answer's elements.</summary>
    public static ElementFormat? AnswerFormat(Question question) => question.Operation switch
    {
        Operation.Decode or Operation.Dequantize => Spec.Formats.Binary32,
        Operation.Dot => question.Out == "f16" ? Spec.Formats.Binary16 : Spec.Formats.Binary32,
        Operation.Encode => ElementFormat.TryParse(question.Formats[0], out ElementFormat? element) ? element : null,
        Operation.Quantize => MxFormats.Find(question.Formats[0])?.Element,
        _ => null,
    };

    /// <summary>
    /// A right answer as an expectation: a NaN is any NaN, unless the question names the choice of NaN code or a model that has one; the codes beside a
    /// NaN scale are anything.
    /// </summary>
    public static string FromAnswer(Question question, string answer)
    {
        ElementFormat? format = AnswerFormat(question);
        if (question.Operation == Operation.Quantize)
        {
            bool nanScale = MxFormats.Find(question.Formats[0]) is { } block && ScaleCodec.Decode(block.Scale, Convert.ToByte(answer[..2], 16)).IsNaN;
            return nanScale ? $"{answer[..2]} {Anything}" : answer;
        }

        if (format is null)
        {
            return answer;
        }

        int digits = format.HexDigits;
        bool[] nans = [.. Enumerable.Range(0, answer.Length / digits).Select(i => IsNaN(answer.AsSpan(i * digits, digits), format))];
        if (question.Operation == Operation.Encode)
        {
            return !nans[0] ? answer : question.Choices.Any(c => c.StartsWith("nan-code=", StringComparison.Ordinal)) ? NaNPrefix + answer : AnyNaN;
        }

        if (question.Operation == Operation.Dot && nans[0] && NamesItsNaN(question.Model))
        {
            return NaNPrefix + answer;
        }

        return nans.All(n => n) ? AnyNaN : string.Concat(nans.Select((n, i) => n ? new string('n', digits) : answer.Substring(i * digits, digits)));
    }

    /// <summary>The bits of NaN are part of T-FDPA (MMA-Sim, arXiv 2511.10909); of the other models' they are disputed or not modelled.</summary>
    private static bool NamesItsNaN(string model)
        => HardwareModels.Find(model)?.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled or AccumulationFamily.GroupedBlockScaled;

    private static bool WordMatches(string wanted, string given, ElementFormat? format)
    {
        if (wanted.Contains('|'))
        {
            return wanted.Split('|').Any(one => WordMatches(one, given, format));
        }

        if (wanted == Anything || wanted == given)
        {
            return wanted == given || given.All(char.IsAsciiHexDigitLower);
        }

        if (wanted.StartsWith(NaNPrefix, StringComparison.Ordinal) && wanted != AnyNaN)
        {
            return given == wanted[NaNPrefix.Length..];
        }

        if (format is null)
        {
            return false;
        }

        int digits = format.HexDigits;
        if (given.Length % digits != 0 || (wanted != AnyNaN && wanted.Length != given.Length))
        {
            return false;
        }

        for (int i = 0; i < given.Length; i += digits)
        {
            bool anyNaN = wanted == AnyNaN || wanted[i] == 'n';
            ReadOnlySpan<char> element = given.AsSpan(i, digits);
            if (anyNaN ? !IsNaN(element, format) : !element.SequenceEqual(wanted.AsSpan(i, digits)))
            {
                return false;
            }
        }

        return given.Length > 0;
    }

    private static bool IsNaN(ReadOnlySpan<char> digits, ElementFormat format)
        => uint.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out uint code)
            && (code & ~format.CodeMask) == 0 && ElementCodec.Decode(format, code).IsNaN;
}
