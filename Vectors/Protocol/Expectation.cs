using System.Globalization;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors;

/// <summary>
/// What an answer is compared with, word by word. A word is hexadecimal digits, or <c>*N</c> (any N digits), or
/// <c>nan:any</c> (a NaN of the answer's format; <c>nan:any*N</c>, N of them), or <c>nan:CODE</c> (this NaN, because the choice
/// of NaN code or the model names it), or alternatives joined by <c>|</c>. Inside a word an element written <c>nn..</c> is any NaN.
/// Two words of digits joined by <c>~</c> leave each element the choice between them: whatever the random bits are.
/// </summary>
internal static class Expectation
{
    /// <summary>Any NaN.</summary>
    public const string AnyNaN = "nan:any";

    /// <summary>Begins a word for any digits, as many as the number after it says: the codes beside a NaN scale.</summary>
    public const string Anything = "*";

    private const string NaNPrefix = "nan:";

    private const char EachOf = '~';

    /// <summary>What accepts the elements of two right answers in any mixture.</summary>
    public static string Either(string one, string other)
        => string.Join(' ', one.Split(' ').Zip(other.Split(' '), (a, b) => a == b ? a : $"{a}{EachOf}{b}"));

    /// <summary>Whether random bits that nobody saw decide between the answers that are accepted.</summary>
    public static bool IsEither(string expected) => expected.Contains(EachOf);

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
        Operation.Decode or Operation.Dequantize => ElementFormats.Binary32,
        Operation.Dot => DotOutputs.Find(question.Out),
        Operation.Encode => ElementFormat.TryParse(question.Formats[0], out ElementFormat? element) ? element : null,
        Operation.Quantize => MxFormats.Find(question.Formats[0])?.Element,
        _ => null,
    };

    /// <summary>
    /// A right answer as an expectation: a NaN is any NaN, unless it was encoded, where <c>nan-code</c> says which, or a model has one;
    /// the codes beside a NaN scale are anything. It depends on the question and the answer alone, never on which latitudes there are.
    /// </summary>
    public static string FromAnswer(Question question, string answer)
    {
        ElementFormat? format = AnswerFormat(question);
        if (question.Operation == Operation.Quantize)
        {
            bool nanScale = MxFormats.Find(question.Formats[0]) is { } block
                && ScaleCodec.Decode(block.Scale, Convert.ToByte(answer[..2], 16)).IsNaN;
            return nanScale ? string.Create(CultureInfo.InvariantCulture, $"{answer[..2]} {Anything}{answer.Length - 3}") : answer;
        }

        if (format is null)
        {
            return answer;
        }

        int digits = format.HexDigits;
        bool[] nans = [.. Enumerable.Range(0, answer.Length / digits).Select(i => IsNaN(answer.AsSpan(i * digits, digits), format))];
        if (question.Operation == Operation.Encode)
        {
            // UE4M3 ignores its sign bit, so 7F and FF are one NaN, and nan-code does not tell them apart.
            return !nans[0] ? answer : format.Encoding == ElementEncoding.Unsigned ? AnyNaN : NaNPrefix + answer;
        }

        if (question.Operation == Operation.Dot && nans[0] && NamesItsNaN(question.Model))
        {
            return NaNPrefix + answer;
        }

        return nans.All(n => n)
            ? (nans.Length == 1 ? AnyNaN : string.Create(CultureInfo.InvariantCulture, $"{AnyNaN}{Anything}{nans.Length}"))
            : string.Concat(nans.Select((n, i) => n ? new string('n', digits) : answer.Substring(i * digits, digits)));
    }

    /// <summary>
    /// The bits of NaN are part of T-FDPA (MMA-Sim, arXiv 2511.10909), and captured for RDNA; of the other models' they are disputed or
    /// not modelled.
    /// </summary>
    private static bool NamesItsNaN(string model)
        => MatrixUnits.Find(model) is { } unit
            && (unit.IsRdna || unit.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled
                or AccumulationFamily.GroupedBlockScaled);

    private static bool WordMatches(string wanted, string given, ElementFormat? format)
    {
        if (wanted.Contains('|'))
        {
            return wanted.Split('|').Any(one => WordMatches(one, given, format));
        }

        if (wanted == given)
        {
            return true;
        }

        if (wanted.Split(EachOf) is [string one, string other])
        {
            int width = format?.HexDigits ?? 2;
            return given.Length == one.Length && Enumerable.Range(0, given.Length).All(i
                => given.AsSpan(i / width * width, width).SequenceEqual(one.AsSpan(i / width * width, width))
                || given.AsSpan(i / width * width, width).SequenceEqual(other.AsSpan(i / width * width, width)));
        }

        if (wanted.StartsWith(Anything, StringComparison.Ordinal))
        {
            return given.Length == Count(wanted, Anything) && given.All(char.IsAsciiHexDigitLower);
        }

        bool allNaN = wanted.StartsWith(AnyNaN, StringComparison.Ordinal);
        if (wanted.StartsWith(NaNPrefix, StringComparison.Ordinal) && !allNaN)
        {
            return given == wanted[NaNPrefix.Length..];
        }

        if (format is null)
        {
            return false;
        }

        int digits = format.HexDigits;
        int length = !allNaN ? wanted.Length : wanted == AnyNaN ? digits : digits * Count(wanted, AnyNaN + Anything);
        if (given.Length != length || length % digits != 0)
        {
            return false;
        }

        for (int i = 0; i < given.Length; i += digits)
        {
            ReadOnlySpan<char> element = given.AsSpan(i, digits);
            if (allNaN || wanted[i] == 'n' ? !IsNaN(element, format) : !element.SequenceEqual(wanted.AsSpan(i, digits)))
            {
                return false;
            }
        }

        return length > 0;
    }

    /// <summary>The number after a pattern's prefix; -1, which no length is, where there is none.</summary>
    private static int Count(string wanted, string prefix)
        => wanted.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(wanted.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : -1;

    private static bool IsNaN(ReadOnlySpan<char> digits, ElementFormat format)
        => uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            && (code & ~format.CodeMask) == 0 && ElementCodec.Decode(format, code).IsNaN;
}
