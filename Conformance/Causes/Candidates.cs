using System.Globalization;
using Mxact.Conformance.Checks;
using Mxact.Vectors;

namespace Mxact.Conformance.Causes;

/// <summary>Every explanation that may be tried on some failures, the likely ones first: that order is also the order of their
/// stages.</summary>
internal static class Candidates
{
    private const int MaxQuestions = 16;
    private const int MaxOffsets = 4;

    /// <summary>The candidates for failures of one operation and format.</summary>
    public static IReadOnlyList<Fault> For(IReadOnlyList<Judged> failures)
    {
        Question[] questions = [.. failures.Select(f => f.Question).DistinctBy(q => q.ToString()).Take(MaxQuestions)];
        return [.. questions.SelectMany(ChoiceFaults.Of)
            .Concat(questions.SelectMany(UnitFaults.Of))
            .Concat(InputFaults.All)
            .Concat(InputBitFaults.All)
            .Concat(ScaleFaults.All)
            .Concat(Offsets(failures).SelectMany(ScaleFaults.Off))
            .Concat(Wrapped(failures))
            .Concat(ElementFaults.All)
            .Concat(ReaderFaults.All)
            .Concat(Powers(failures).Select(ReaderFaults.Times))
            .Concat(LayoutFaults.All)
            .Concat(RandomBitFaults.All)
            .Concat(ParityFaults.All)
            .Concat(Constants(failures))
            .Where(fault => questions.Any(fault.ActsOn))
            .DistinctBy(fault => fault.Name)];
    }

    /// <summary>Those that are tried where none of the others explains everything.</summary>
    public static IEnumerable<Fault> Further(IReadOnlyList<Judged> failures)
        => failures.Select(f => f.Question).DistinctBy(q => q.ToString()).Take(MaxQuestions).SelectMany(ChoiceFaults.Conditional)
            .DistinctBy(fault => fault.Name);

    /// <summary>
    /// The offsets of scales that the failures show, the most frequent first. A scale that ends where its format does says nothing of how
    /// far it is off.
    /// </summary>
    private static IEnumerable<int> Offsets(IReadOnlyList<Judged> failures) => Scales(failures)
        .Where(pair => !IsEnd(pair.Format, pair.Given)).Select(pair => pair.Given - pair.Right).Where(offset => offset != 0)
        .GroupBy(offset => offset).OrderByDescending(g => g.Count()).Take(MaxOffsets).Select(g => g.Key);

    /// <summary>An offset whose carry leaves the byte: where the codes run through their whole range it is two offsets 256 apart.</summary>
    private static IEnumerable<Fault> Wrapped(IReadOnlyList<Judged> failures) => Scales(failures)
        .Where(pair => pair.Format.Element is null && pair.Given != pair.Right).GroupBy(pair => (sbyte)(pair.Given - pair.Right))
        .OrderByDescending(g => g.Count()).Take(1).Select(g => ScaleFaults.Wrapped(g.Key));

    /// <summary>The one scale that most failures have.</summary>
    private static IEnumerable<Fault> Constants(IReadOnlyList<Judged> failures)
    {
        int[] given = [.. Scales(failures).Where(pair => pair.Given != pair.Right).Select(pair => pair.Given)];
        return given.GroupBy(code => code).Where(g => 2 * g.Count() > given.Length).Select(g => ScaleFaults.Constant((byte)g.Key));
    }

    private static bool IsEnd(ScaleFormat format, int code) => code == 0 || code >= (format.Element is { } element
        ? (int)element.MaxMagnitude : ScaleFormat.E8M0NaN - 1);

    /// <summary>The scales that the failures give, and those that they should.</summary>
    private static IEnumerable<(ScaleFormat Format, int Given, int Right)> Scales(IReadOnlyList<Judged> failures)
    {
        foreach (Judged failure in failures)
        {
            if (FormatOfScale(failure.Question) is { } format && Byte(failure.Reply.Text) is int given
                && Byte(failure.Expected) is int right)
            {
                yield return (format, given, right);
            }
        }
    }

    private static ScaleFormat? FormatOfScale(Question question) => question.Operation switch
    {
        Operation.Encode when question.Formats[0] == ScaleFormat.E8M0.Name => ScaleFormat.E8M0,
        Operation.Quantize or Operation.Scale => MxFormats.Find(question.Formats[0])?.Scale,
        _ => null,
    };

    /// <summary>The powers of two between what was read and what should have been.</summary>
    private static IEnumerable<int> Powers(IReadOnlyList<Judged> failures) => failures
        .Where(f => f.Question.Operation is Operation.Decode or Operation.Dequantize && f.Reply.Text.Length >= 8 && f.Expected.Length >= 8)
        .Select(FirstPower).OfType<int>().Where(power => power != 0)
        .GroupBy(power => power).OrderByDescending(g => g.Count()).Take(MaxOffsets).Select(g => g.Key);

    private static int? Byte(string text)
        => text.Length >= 2 && byte.TryParse(text.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code)
            ? code : null;

    /// <summary>Of the first number that differs.</summary>
    private static int? FirstPower(Judged failure)
    {
        (string given, string right) = (failure.Reply.Text, failure.Expected);
        for (int at = 0; at + 8 <= Math.Min(given.Length, right.Length); at += 8)
        {
            if (!given.AsSpan(at, 8).SequenceEqual(right.AsSpan(at, 8)))
            {
                return Exponent(given.AsSpan(at, 8)) - Exponent(right.AsSpan(at, 8));
            }
        }

        return null;
    }

    private static int? Exponent(ReadOnlySpan<char> text)
        => uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits)
            ? (int)((bits >> 23) & 0xFF) : null;
}
