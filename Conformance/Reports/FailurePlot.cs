using System.Globalization;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Mxact.Conformance.Reports;

/// <summary>
/// Where a kernel's element codes are wrong: every failure of one encoder by its input and by how many codes it is off, a colour a cause.
/// </summary>
internal static class FailurePlot
{
    private const int MaxCodes = 9;

    private static readonly OxyColor Ink = OxyColor.FromRgb(0x77, 0x77, 0x77);
    private static readonly OxyColor[] Colours = [OxyColor.FromRgb(0xC2, 0x3B, 0x31), OxyColor.FromRgb(0x2A, 0x8F, 0x6E),
        OxyColor.FromRgb(0x2F, 0x74, 0xC6), OxyColor.FromRgb(0xD9, 0x82, 0x2B), OxyColor.FromRgb(0x8A, 0x5F, 0xB8)];

    /// <summary>
    /// The plot as SVG without a document's head, and each cause's colour; null where the group's failures are no numbers' codes.
    /// </summary>
    public static (string Svg, IReadOnlyList<(string Cause, string Colour)> Key)? Of(Group group, Findings findings)
    {
        List<(string Cause, double X, double Y)> points = [.. group.Failures.Select(f => Point(f, findings))
            .OfType<(string, double, double)>()];
        if (points.Count == 0)
        {
            return null;
        }

        PlotModel plot = new()
        {
            DefaultFont = "system-ui, sans-serif",
            TextColor = Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            Background = OxyColors.Transparent,
            Padding = new OxyThickness(8),
        };
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = "|input|",
            LabelFormatter = e => string.Create(CultureInfo.InvariantCulture, $"2^{{{(e < 0 ? "\u2212" : "")}{Math.Abs(e):0}}}"),
            AxislineStyle = LineStyle.Solid,
            AxislineColor = Ink,
            TicklineColor = Ink,
            MinimumMajorStep = 1,
            MinorTickSize = 0,
        });
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = "codes off",
            AxisTitleDistance = 14,
            AxislineStyle = LineStyle.Solid,
            AxislineColor = Ink,
            TicklineColor = Ink,
            MinimumMajorStep = 1,
            MinorTickSize = 0,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = OxyColor.FromAColor(0x60, Ink),
            LabelFormatter = n => string.Create(CultureInfo.InvariantCulture, $"{(n < 0 ? "\u2212" : n > 0 ? "+" : "")}{Math.Abs(n):0}"),
        });
        List<(string, string)> key = [];
        foreach (IGrouping<string, (string Cause, double X, double Y)> cause in points.GroupBy(p => p.Cause)
            .OrderByDescending(g => g.Count()))
        {
            OxyColor own = Colours[key.Count % Colours.Length];
            key.Add((cause.Key, $"#{own.R:x2}{own.G:x2}{own.B:x2}"));
            ScatterSeries series = new() { MarkerType = MarkerType.Circle, MarkerSize = 2.6, MarkerFill = OxyColor.FromAColor(0xB0, own) };
            series.Points.AddRange(cause.Distinct().Select(p => new ScatterPoint(p.X, p.Y)));
            plot.Series.Add(series);
        }

        using MemoryStream content = new();
        new SvgExporter { Width = 820, Height = 300, IsDocument = false, UseVerticalTextAlignmentWorkaround = true }.Export(plot, content);
        return (System.Text.Encoding.UTF8.GetString(content.ToArray()), key);
    }

    /// <summary>A failure that is one code for one number: its cause, log2 of its input, and the codes between right and wrong.</summary>
    private static (string Cause, double X, double Y)? Point(Judged failure, Findings findings)
    {
        if (failure.Question.Operation != Operation.Encode || failure.Verdict != Verdict.Fail
            || !uint.TryParse(failure.Expected, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint right)
            || !uint.TryParse(failure.Reply.Text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint given))
        {
            return null;
        }

        uint bits = Convert.ToUInt32(failure.Row.Operands.Split(' ')[0], 16);
        Number input = ElementCodec.Decode(failure.Question.From, bits);
        if (!input.IsFinite || input.Finite.IsZero)
        {
            return null;
        }

        uint mask = ElementFormat.TryParse(failure.Question.Formats[0], out ElementFormat? format) ? format.SignMask - 1 : 0xFF;
        int off = (int)(given & mask) - (int)(right & mask);
        double fraction = Math.Log2((double)input.Finite.Significand) - (input.Finite.Significand.GetBitLength() - 1);
        return (findings.CauseOf(failure) ?? "no cause known", input.Finite.FloorLog2 + fraction, Math.Clamp(off, -MaxCodes, MaxCodes));
    }
}
