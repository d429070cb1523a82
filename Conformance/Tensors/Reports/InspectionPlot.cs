using System.Globalization;
using System.Text;
using Mxact.Tensors.Inspection;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Mxact.Tensors.Reports;

/// <summary>A histogram as SVG without a document's head, in colours that stand on light and on dark paper.</summary>
internal static class InspectionPlot
{
    private const double Width = 500;
    private const double Height = 220;
    private const double Bar = 0.42;

    private static readonly OxyColor Ink = OxyColor.FromRgb(0x77, 0x77, 0x77);
    private static readonly OxyColor ScaleColour = OxyColor.FromRgb(0x2F, 0x74, 0xC6);
    private static readonly OxyColor FillColour = OxyColor.FromRgb(0x2A, 0x8F, 0x6E);

    /// <summary>Blocks by their scale: E8M0 by exponent, UE4M3 by code.</summary>
    public static string OfScales(InspectedTensor tensor)
    {
        bool isE8M0 = tensor.Tensor.Format.Scale.Element is null;
        int shift = isE8M0 ? ScaleFormat.E8M0Bias : 0;
        return Histogram(isE8M0 ? "scale" : "scale code", ScaleColour, tensor.Scales.Codes.Select(c => (c.Code - shift, c.Count)),
            x => isE8M0 ? x == ScaleFormat.E8M0NaN - shift ? "NaN" : Power(x) : x is >= 0 and < ScaleClasses.Codes
                ? string.Create(CultureInfo.InvariantCulture, $"{x:X2}") : "");
    }

    /// <summary>Blocks by their largest element.</summary>
    public static string OfFill(InspectedTensor tensor)
    {
        ElementClasses classes = new(tensor.Tensor.Format);
        return Histogram("largest element of a block", FillColour, tensor.Fill.Largest.Select(c => ((int)c.Magnitude, c.Count)), x
            => x < 0 || x > classes.Mask ? "" : x > classes.Max ? "NaN" : classes.ValueOf(x).ToString("G4", CultureInfo.InvariantCulture));
    }

    private static string Histogram(string title, OxyColor colour, IEnumerable<(int X, long Count)> counts, Func<int, string> label)
    {
        RectangleBarSeries bars = new() { FillColor = colour, StrokeThickness = 0 };
        foreach ((int x, long count) in counts)
        {
            bars.Items.Add(new RectangleBarItem(x - Bar, 0, x + Bar, count));
        }

        double first = bars.Items.Count == 0 ? 0 : bars.Items.Min(bar => bar.X0);
        double last = bars.Items.Count == 0 ? 1 : bars.Items.Max(bar => bar.X1);
        double room = Math.Max((last - first) * 0.04, 0.6);
        PlotModel plot = new()
        {
            DefaultFont = "system-ui, sans-serif",
            TextColor = Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            Background = OxyColors.Transparent,
            Padding = new OxyThickness(6),
        };
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = title,
            AxisTitleDistance = 8,
            Minimum = first - room,
            Maximum = last + room,
            MinimumMajorStep = 1,
            MinorTickSize = 0,
            LabelFormatter = x => label((int)Math.Round(x)),
            AxislineStyle = LineStyle.Solid,
            AxislineColor = Ink,
            TicklineColor = Ink,
        });
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = "blocks",
            Minimum = 0,
            MinimumMajorStep = 1,
            MinorTickSize = 0,
            AxisTitleDistance = 24,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = OxyColor.FromAColor(0x60, Ink),
            TicklineColor = Ink,
            StringFormat = "#,0",
        });
        plot.Series.Add(bars);
        using MemoryStream content = new();
        new SvgExporter { Width = Width, Height = Height, IsDocument = false, UseVerticalTextAlignmentWorkaround = true }
            .Export(plot, content);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private static string Power(int exponent)
        => string.Create(CultureInfo.InvariantCulture, $"2^{{{(exponent < 0 ? "\u2212" : "")}{Math.Abs(exponent)}}}");
}
