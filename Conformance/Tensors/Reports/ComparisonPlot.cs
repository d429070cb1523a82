using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Files;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Mxact.Tensors.Reports;

/// <summary>A comparison as a picture: a panel a metric, a group of bars a rule, a bar a format; a dot is one tensor.</summary>
internal static class ComparisonPlot
{
    private const double Width = 1280;
    private const double Heading = 140;
    private const double BarHeight = 19;
    private const double GroupGap = 16;

    /// <summary>Of a group's height, what its bars take.</summary>
    private const double Filled = 0.8;

    /// <summary>Of a bar's share of that, what is coloured.</summary>
    private const double Bar = 0.9;

    /// <summary>Between two panels, as a fraction of the plot's width.</summary>
    private const double PanelGap = 0.03;

    /// <summary>Beyond the longest bar, room for its number.</summary>
    private const double Headroom = 1.3;

    private const double DotSize = 1.8;
    private const double LabelSize = 10.5;
    private const string RuleAxis = "rules";

    /// <summary>Widths for the letters of any font: the reader's need not be the one that is measured here.</summary>
    private const double FormatLetter = 7.2;
    private const double RuleLetter = 9.6;
    private const double Gap = 8;

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

    public static void Write(AtomicFile file, ComparisonOutcome outcome)
    {
        string[] formats = [.. outcome.Candidates.Select(c => c.Format.Name).Distinct()];
        string[] rules = [.. outcome.Candidates.Select(c => RuleOf(outcome, c)).Distinct()];
        PlotModel model = new()
        {
            Title = Printable.Line(Path.GetFileName(outcome.Path)),
            Subtitle = string.Create(CultureInfo.InvariantCulture,
                $"\n{(outcome.Compared.Length == 1 ? outcome.Compared[0].Tensor.ShownName : $"{outcome.Compared.Length} tensors")}, "
                + $"{outcome.Totals[0].Finite:#,0} elements, blocks along {BlockAxes.NameOf(outcome.Axis)}; bars: all elements "
                + $"together{(outcome.Compared.Length > 1 ? "; dots: each tensor" : "")}"),
            TitleFontSize = 17,
            SubtitleFontSize = 12,
            TextColor = Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            Background = OxyColors.White,
            Padding = new OxyThickness(10, 10, 24, 10),
        };
        double formatWidth = Gap + (formats.Max(f => f.Length) * FormatLetter);
        double names = (formatWidth + Gap + (rules.Max(r => r.Length) * RuleLetter)) / Width;
        model.PlotMargins = new OxyThickness(0, double.NaN, double.NaN, double.NaN);
        model.Axes.Add(new LinearAxis
        {
            Key = RuleAxis,
            Position = AxisPosition.Left,
            StartPosition = 1,
            EndPosition = 0,
            Minimum = -0.5,
            Maximum = rules.Length - 0.5,
            TickStyle = TickStyle.None,
            AxislineStyle = LineStyle.None,
            LabelFormatter = _ => ""
        });
        foreach ((int panel, Metric metric) in Metrics.Index())
        {
            AddPanel(model, outcome, panel, names, metric, formats, rules);
        }

        AddNames(model, formats, rules, formatWidth);

        using MemoryStream content = new();
        new SvgExporter
        {
            Width = Width,
            Height = Heading + (rules.Length * ((formats.Length * BarHeight) + GroupGap)),
            IsDocument = true,
            UseVerticalTextAlignmentWorkaround = true
        }.Export(model, content);
        file.Complete(content.ToArray());
    }

    private static void AddPanel(PlotModel model, ComparisonOutcome outcome, int panel, double names, Metric metric, string[] formats,
        string[] rules)
    {
        ImmutableArray<QuantizationError> totals = outcome.Totals;
        double share = (1 - names) / Metrics.Length;
        double[] values = [.. outcome.Compared.SelectMany(t
            => t.Tallies).Concat(totals).Select(metric.Of).Where(double.IsFinite).Append(0)];
        double longest = values.Max();
        model.Axes.Add(new LinearAxis
        {
            Key = metric.Name,
            Title = metric.Name,
            TitleFontWeight = FontWeights.Bold,
            Position = AxisPosition.Bottom,
            StartPosition = names + (panel * share) + (panel == 0 ? 0 : PanelGap / 2),
            EndPosition = names + ((panel + 1) * share) - (PanelGap / 2),
            Minimum = values.Min() * Headroom,
            Maximum = longest > 0 ? longest * Headroom : 1,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = Faint,
            TickStyle = TickStyle.None,
            AxislineStyle = LineStyle.Solid,
            AxislineColor = Ink,
            FontSize = 10.5,
            TitleFontSize = 12.5,
            AxisTitleDistance = 12,
            StringFormat = "0.######",
        });
        foreach ((int f, string format) in formats.Index())
        {
            OxyColor colour = Colours[f % Colours.Length];
            RectangleBarSeries bars = new() { XAxisKey = metric.Name, YAxisKey = RuleAxis, FillColor = colour, StrokeThickness = 0 };
            ScatterSeries dots = new()
            {
                XAxisKey = metric.Name,
                YAxisKey = RuleAxis,
                MarkerType = MarkerType.Circle,
                MarkerSize = DotSize,
                MarkerFill = OxyColors.White,
                MarkerStroke = Ink,
                MarkerStrokeThickness = 0.6
            };
            foreach ((int c, Candidate candidate) in outcome.Candidates.Index().Where(c => c.Item.Format.Name == format))
            {
                double height = Filled / formats.Length;
                double top = TopOf(Array.IndexOf(rules, RuleOf(outcome, candidate)), f, formats);
                double value = metric.Of(totals[c]);
                if (double.IsFinite(value))
                {
                    bars.Items.Add(new RectangleBarItem(0, top, value, top + (height * Bar)));
                }

                if (outcome.Compared.Length > 1)
                {
                    dots.Points.AddRange(outcome.Compared.Select(t => metric.Of(t.Tallies[c])).Where(double.IsFinite).Select(x
                        => new ScatterPoint(x, top + (height * Bar / 2))));
                }

                model.Annotations.Add(Label(metric, value, dots.Points.Count > 0 && double.IsFinite(value)
                    ? outcome.Compared.Select(t => metric.Of(t.Tallies[c])).Where(double.IsFinite).Append(value).Max() : value,
                    top + (height * Bar / 2)));
            }

            model.Series.Add(bars);
            model.Series.Add(dots);
        }
    }

    /// <summary>The formats beside the first panel's bars, in their colours, and the rules beside those.</summary>
    private static void AddNames(PlotModel model, string[] formats, string[] rules, double formatWidth)
    {
        foreach ((int r, string rule) in rules.Index())
        {
            model.Annotations.Add(Name(rule, r, -formatWidth - Gap, 13, Ink));
            foreach ((int f, string format) in formats.Index())
            {
                model.Annotations.Add(Name(format, TopOf(r, f, formats) + (Filled / formats.Length * Bar / 2), -Gap, LabelSize,
                    Colours[f % Colours.Length]));
            }
        }
    }

    private static TextAnnotation Name(string text, double y, double offset, double size, OxyColor colour) => new()
    {
        XAxisKey = Metrics[0].Name,
        YAxisKey = RuleAxis,
        ClipByXAxis = false,
        ClipByYAxis = false,
        Text = text,
        TextPosition = new DataPoint(0, y),
        Offset = new ScreenVector(offset, 0),
        TextHorizontalAlignment = HorizontalAlignment.Right,
        TextVerticalAlignment = VerticalAlignment.Middle,
        StrokeThickness = 0,
        FontSize = size,
        FontWeight = FontWeights.Bold,
        TextColor = colour,
    };

    private static double TopOf(int rule, int format, string[] formats) => rule - (Filled / 2) + (format * Filled / formats.Length);

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
        => value is > 0 and < 0.001 ? value.ToString("0.0e0", CultureInfo.InvariantCulture)
            : value.ToString(value < 1 || format == "0.0" ? format : "0.0#", CultureInfo.InvariantCulture);

    /// <summary>A candidate's group: its rule, and its rounding where there are several.</summary>
    private static string RuleOf(ComparisonOutcome outcome, Candidate candidate)
        => outcome.Candidates.Select(c => c.Rounding).Distinct().Count() > 1 ? $"{candidate.ScaleRule}, {candidate.Rounding}"
            : candidate.ScaleRule;

    /// <summary>What a panel shows.</summary>
    private sealed record Metric(string Name, string Format, Func<QuantizationError, double> Of);
}
