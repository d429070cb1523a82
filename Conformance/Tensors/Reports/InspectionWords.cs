using System.Globalization;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Reports;

/// <summary>How numbers of an inspection are written for a person.</summary>
internal static class InspectionWords
{
    /// <summary>What <see cref="Cells"/> gives, a short name each.</summary>
    public static string[] Columns { get; } = ["blocks", "least", "median", "greatest", "00", "NaN", "distinct", "zero blocks", "at max",
        "zero", "subnormal", "NaN codes"];

    /// <summary>A tensor in a line: its name, layout and shape, and its tensor scale.</summary>
    public static string Heading(InspectedTensor inspected)
    {
        StoredTensor tensor = inspected.Tensor;
        string scale = inspected.TensorScales switch
        {
            [] => "",
            [float one] => $", tensor scale {Number(one)}",
            var several => $", tensor scales {Number(several.Min())} to {Number(several.Max())}",
        };
        return $"{TensorInfo.Shown(tensor.Name)} {TensorInfo.TextOf(tensor.Shape)} {tensor.Layout} {tensor.Format}{scale}"
            + (scale.Length > 0 && tensor.Layout.TensorScale!.IsDivisor ? " (divides)" : "");
    }

    /// <summary>The numbers of a tensor.</summary>
    public static string[] Cells(InspectedTensor tensor)
        => Cells(tensor.Elements, tensor.Scales, tensor.Fill.AllZero, tensor.Tensor.Format.Scale.Element is null
            && tensor.Tensor.Scales?.Type != TensorType.F32);

    /// <summary>The numbers of a total.</summary>
    public static string[] Cells(FormatTotal total)
        => Cells(total.Elements, total.Scales, total.AllZero, total.Format.Scale.Element is null && !total.IsBinary32);

    /// <summary>A total in a line.</summary>
    public static string Heading(FormatTotal total)
        => $"all {Count(total.Tensors, "tensor")} of {total.Format}{(total.IsBinary32 ? " under binary32 scales" : "")}";

    /// <summary>Tensors that are not quantised.</summary>
    public static string Text(PlainTensors plain)
        => string.Create(CultureInfo.InvariantCulture, $"{plain.Tensors} of {plain.Type} ({plain.Bytes:#,0} bytes)");

    /// <summary>How many there are of something.</summary>
    public static string Count(long count, string what)
        => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {what}{(count == 1 ? "" : "s")}");

    /// <summary>What a file beside the tensors says of them, or null.</summary>
    public static string? Text(QuantizationConfig config) => config.File is null ? null
        : $"{config.File} says {string.Join(", ", new[] { config.Method, config.Format }.OfType<string>().DefaultIfEmpty("nothing"))}";

    private static string[] Cells(ElementCounts elements, ScaleCounts scales, long zeroBlocks, bool powers) =>
    [
        Whole(scales.Count), Scale(scales.Least, powers), Scale(scales.Median, powers), Scale(scales.Greatest, powers),
        Whole(scales.Zeros), Whole(scales.NaN), scales.Distinct < 0 ? "-" : Whole(scales.Distinct), Whole(zeroBlocks),
        Percent(elements.AtMax, elements.Elements), Percent(elements.Zero, elements.Elements),
        Percent(elements.Subnormal, elements.Elements), Whole(elements.NaN),
    ];

    private static string Whole(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Scale(double scale, bool isPower) => double.IsNaN(scale) ? "-"
        : isPower ? string.Create(CultureInfo.InvariantCulture, $"2^{Math.ILogB(scale)}") : Number(scale);

    private static string Number(double number) => number.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Three digits, however small.</summary>
    private static string Percent(long count, long all) => all == 0 ? "-"
        : count == 0 ? "0"
        : (100.0 * count / all).ToString(1e5 * count < all ? "0.0e0" : "G3", CultureInfo.InvariantCulture) + "%";
}
