using System.Collections.Immutable;
using System.Globalization;

namespace Mxact.Tensors.Inspection;

/// <summary>What makes a tensor impossible or suspicious, one row each.</summary>
internal static class Verdicts
{
    /// <summary>Of a tensor of two or three blocks, nothing is most.</summary>
    private const int LeastBlocks = 4;

    /// <summary>Every rule.</summary>
    private static readonly ImmutableArray<Rule> Rules =
    [
        new("scales-nan", IsImpossible: true, t => t.Scales.NaN == 0 ? null
            : $"{Of(t.Scales.NaN, t.Scales.Count, "scale")} NaN{(t.Tensor.Format.Scale.Element is null ? "" : " (7F or FF)")}: the values "
                + "of those blocks are lost"),
        new("scales-signed", IsImpossible: true, t => t.Scales.Signed == 0 ? null
            : $"{Of(t.Scales.Signed, t.Scales.Count, "scale")} negative, which a scale cannot be"),
        new("scales-zero", IsImpossible: false, MostlyZero),
        new("scales-high", IsImpossible: false, t => t.Fill.Testable < LeastBlocks || 2 * t.Fill.Underfilled <= t.Fill.Testable ? null
            : $"the scales are too high: the largest element of {Share(t.Fill.Underfilled, t.Fill.Testable)} of the blocks is below "
                + $"{Text(new ElementClasses(t.Tensor.Format).ValueOf(new ElementClasses(t.Tensor.Format).LeastFill))}, which every scale "
                + "rule reaches"),
        new("scales-low", IsImpossible: false, t => !Saturation.IsSuspicious(t) ? null
            : $"the scales are too low: {Share(t.Elements.AtMax, t.Elements.NonZero)} of the elements that are not zero are at the "
                + "maximum, more than the elements below it lead on to; or the values are of few sizes"),
        new("tensor-scale", IsImpossible: true, t => t.TensorScales.Count(scale => !float.IsFinite(scale) || scale <= 0) is var bad and > 0
            ? $"the tensor scale is {Text(t.TensorScales.First(scale => !float.IsFinite(scale) || scale <= 0))}"
                + (t.TensorScales.Length > 1 ? $" ({bad} of {t.TensorScales.Length} are no positive number)" : "") : null),
        new("elements-nan", IsImpossible: false, t => t.Elements.NaN == 0 ? null
            : $"{Of(t.Elements.NaN, t.Elements.Elements, "element")} NaN"),
        new("elements-infinite", IsImpossible: false, t => t.Elements.Infinite == 0 ? null
            : $"{Of(t.Elements.Infinite, t.Elements.Elements, "element")} infinite"),
        new("scale-order", IsImpossible: false, t => t.Order is null ? null
            : string.Create(CultureInfo.InvariantCulture, $"the scales are permuted: {t.Order.Words}; odds 10^{Math.Floor(t.Order.Odds):0} "
                + $"to 1, as rows and columns then leave {t.Order.Unexplained:0%} of the variance that they leave now")),
    ];

    /// <summary>The names of all rules.</summary>
    public static IEnumerable<string> Names => Rules.Select(rule => rule.Name);

    /// <summary>Those that a tensor gets.</summary>
    public static ImmutableArray<Verdict> Of(InspectedTensor tensor) => [.. Rules.Select(rule => (rule, Words: rule.Words(tensor)))
        .Where(found => found.Words is not null).Select(found => new Verdict(found.rule.Name, found.rule.IsImpossible, found.Words!))];

    /// <summary>
    /// A zero under non-zero elements, or the least power of two and its neighbours: what a cast by value makes of scales, which are
    /// below 1 or small whole numbers.
    /// </summary>
    private static string? MostlyZero(InspectedTensor t)
    {
        long blocks = t.Scales.Count - t.Fill.AllZero;
        if (blocks == 0 || 2 * t.Fill.UnderZeroScale <= blocks)
        {
            return null;
        }

        string meaning = t.Tensor.Format.Scale.Element is null && t.Tensor.Scales?.Type.Bits != 32 ? "2^-127" : "0";
        return $"the scale of {Share(t.Fill.UnderZeroScale, blocks)} of the blocks that are not all zero is 00, {meaning}: were scales "
            + "cast by value and not copied?";
    }

    private static string Of(long count, long all, string what)
        => string.Create(CultureInfo.InvariantCulture, $"{count} of {all} {what}s {(count == 1 ? "is" : "are")}");

    private static string Share(long count, long all)
        => count == all ? "100%" : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(100.0 * count / all, 99.9):0.#}%");

    private static string Text(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    private sealed record Rule(string Name, bool IsImpossible, Func<InspectedTensor, string?> Words);
}
