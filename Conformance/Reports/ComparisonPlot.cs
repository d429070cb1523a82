using System.Collections.Immutable;
using System.Globalization;
using Mxact.Conformance.Comparison;
using Mxact.Conformance.Tensors;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Mxact.Conformance.Reports;

/// <summary>A comparison as a picture: a panel a metric, a group of bars a rule, a bar a format; a dot is one tensor.</summary>
internal static class ComparisonPlot
{
    private const double Width = 1280;
    private const double Heading = 150;
    private const double BarHeight = 19;
    private const double GroupGap = 16;

    /// <summary>Of a group's height, what its bars take.</summary>
    private const double Filled = 0.8;

    /// <summary>Between two panels, as a fraction of the plot's width.</summary>
    private const double PanelGap = 0.03;

    /// <summary>Beyond the longest bar, room for its number.</summary>
    private const double Headroom = 1.3;

    private const double DotSize = 1.8;
    private const double LabelSize = 10.5;
    private const string RuleAxis = "rules";

    /// <summary>Okabe and Ito's colours, which colour-blind readers can tell apart.</summary>
    private static readonly OxyColor[] Colours =
    [
        OxyColor.FromRgb(0x00, 0x72, 0xB2), OxyColor.FromRgb(0xE6, 0x9F, 0x00), OxyColor.FromRgb(0x00, 0x9E, 0x73),
        OxyColor.FromRgb(0xCC, 0x79, 0xA7), OxyColor.FromRgb(0x56, 0xB4, 0xE9), OxyColor.FromRgb(0xD5, 0x5E, 0x00),
    ];

    private static readonly OxyColor Ink = OxyColor.FromRgb(0x33, 0x33, 0x33);
    private static readonly OxyColor Faint = OxyColor.FromRgb(0xE4, 0xE4, 0xE4);

    private static readonly ImmutableArray<Metric> Metrics =
    [
        new("SQNR, dB", "0.0", tally => tally.Sqnr),
        new("saturated, %", "0.###", tally => 100 * tally.SaturatedFraction),
        new("flushed to zero, %", "0.###", tally => 100 * tally.FlushedFraction),
        new("in the last bin, %", "0.###", tally => 100 * tally.LastBinFraction),
    ];

    public static void Write(string path, ComparisonOutcome outcome)
    {
        string[] formats = [.. outcome.Candidates.Select(c => c.Format.Name).Distinct()];
        string[] rules = [.. outcome.Candidates.Select(c => RuleOf(outcome, c)).Distinct()];
        PlotModel model = new()
        {
            Title = Path.GetFileName(outcome.Path),
            Subtitle = string.Create(CultureInfo.InvariantCulture, $"{outcome.Compared.Length} tensors, {outcome.Totals[0].Finite:#,0} elements, blocks along {BlockAxes.NameOf(outcome.Axis)}; bars: all elements together{(outcome.Compared.Length > 1 ? "; dots: each tensor" : "")}"),
            TitleFontSize = 17,
            SubtitleFontSize = 12,
            TextColor = Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            Background = OxyColors.White,
            Padding = new OxyThickness(10, 10, 24, 10),
        };
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.TopLeft, LegendOrientation = LegendOrientation.Horizontal, LegendBorderThickness = 0, LegendPadding = 0 });
        CategoryAxis rule = new() { Key = RuleAxis, Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, TickStyle = TickStyle.None, AxislineStyle = LineStyle.None, FontSize = 12.5, IsTickCentered = true };
        rule.Labels.AddRange(rules);
        model.Axes.Add(rule);
        foreach ((int panel, Metric metric) in Metrics.Index())
        {
            AddPanel(model, outcome, panel, metric, formats, rules);
        }

        using MemoryStream content = new();
        new SvgExporter { Width = Width, Height = Heading + (rules.Length * ((formats.Length * BarHeight) + GroupGap)), IsDocument = true, UseVerticalTextAlignmentWorkaround = true }.Export(model, content);
        ReportFile.MoveIntoPlace(path, content.ToArray());
    }

    private static void AddPanel(PlotModel model, ComparisonOutcome outcome, int panel, Metric metric, string[] formats, string[] rules)
    {
        ImmutableArray<Tally> totals = outcome.Totals;
        double longest = outcome.Compared.SelectMany(t => t.Tallies).Concat(totals).Select(metric.Of).Where(double.IsFinite).Append(0).Max();
        model.Axes.Add(new LinearAxis
        {
            Key = metric.Name,
            Title = metric.Name,
            TitleFontWeight = FontWeights.Bold,
            Position = AxisPosition.Bottom,
            StartPosition = panel == 0 ? 0 : ((double)panel / Metrics.Length) + (PanelGap / 2),
            EndPosition = ((panel + 1.0) / Metrics.Length) - (PanelGap / 2),
            Minimum = 0,
            Maximum = longest > 0 ? longest * Headroom : 1,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = Faint,
            TickStyle = TickStyle.None,
            AxislineStyle = LineStyle.Solid,
            AxislineColor = Ink,
            FontSize = 10.5,
            TitleFontSize = 12.5,
            StringFormat = "0.######",
        });
        foreach ((int f, string format) in formats.Index())
        {
            OxyColor colour = Colours[f % Colours.Length];
            RectangleBarSeries bars = new() { XAxisKey = metric.Name, YAxisKey = RuleAxis, FillColor = colour, StrokeThickness = 0, Title = panel == 0 ? format : null, RenderInLegend = panel == 0 };
            ScatterSeries dots = new() { XAxisKey = metric.Name, YAxisKey = RuleAxis, MarkerType = MarkerType.Circle, MarkerSize = DotSize, MarkerFill = OxyColors.White, MarkerStroke = Ink, MarkerStrokeThickness = 0.6, RenderInLegend = false };
            foreach ((int c, Candidate candidate) in outcome.Candidates.Index().Where(c => c.Item.Format.Name == format))
            {
                double height = Filled / formats.Length;
                double top = Array.IndexOf(rules, RuleOf(outcome, candidate)) - (Filled / 2) + (f * height);
                double value = metric.Of(totals[c]);
                if (double.IsFinite(value))
                {
                    bars.Items.Add(new RectangleBarItem(0, top, value, top + (height * 0.9)));
                }

                if (outcome.Compared.Length > 1)
                {
                    dots.Points.AddRange(outcome.Compared.Select(t => metric.Of(t.Tallies[c])).Where(double.IsFinite).Select(x => new ScatterPoint(x, top + (height * 0.45))));
                }

                model.Annotations.Add(Label(metric, value, dots.Points.Count > 0 && double.IsFinite(value) ? outcome.Compared.Select(t => metric.Of(t.Tallies[c])).Where(double.IsFinite).Append(value).Max() : value, top + (height * 0.45)));
            }

            model.Series.Add(bars);
            model.Series.Add(dots);
        }
    }

    /// <summary>The bar's number, behind whatever reaches furthest.</summary>
    private static TextAnnotation Label(Metric metric, double value, double furthest, double y) => new()
    {
        XAxisKey = metric.Name,
        YAxisKey = RuleAxis,
        Text = double.IsPositiveInfinity(value) ? "exact" : double.IsNaN(value) ? "-" : Short(value, metric.Format),
        TextPosition = new DataPoint(double.IsFinite(furthest) ? furthest : 0, y),
        TextHorizontalAlignment = HorizontalAlignment.Left,
        TextVerticalAlignment = VerticalAlignment.Middle,
        Padding = new OxyThickness(5, 0, 0, 0),
        Offset = new ScreenVector(6, 0),
        StrokeThickness = 0,
        FontSize = LabelSize,
    };

    private static string Short(double value, string format)
        => value is > 0 and < 0.001 ? value.ToString("0.0e0", CultureInfo.InvariantCulture) : value.ToString(value < 1 || format == "0.0" ? format : "0.0#", CultureInfo.InvariantCulture);

    /// <summary>A candidate's group: its rule, and its rounding where there are several.</summary>
    private static string RuleOf(ComparisonOutcome outcome, Candidate candidate)
        => outcome.Candidates.Select(c => c.Rounding).Distinct().Count() > 1 ? $"{candidate.ScaleRule}, {candidate.Rounding}" : candidate.ScaleRule;

    /// <summary>What a panel shows.</summary>
    private sealed record Metric(string Name, string Format, Func<Tally, double> Of);
}
