using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Mxact.Training.Reports;

/// <summary>The pictures of a report, as SVG.</summary>
internal static class Plots
{
    private const int MaxPoints = 300;
    private const double LetterWidth = 7;

    /// <summary>Okabe and Ito's colours, which colour-blind readers can tell apart, and three more.</summary>
    private static readonly OxyColor[] Colours =
    [
        OxyColor.FromRgb(0x55, 0x55, 0x55), OxyColor.FromRgb(0x00, 0x72, 0xB2), OxyColor.FromRgb(0xD5, 0x5E, 0x00),
        OxyColor.FromRgb(0x00, 0x9E, 0x73),
        OxyColor.FromRgb(0xCC, 0x79, 0xA7), OxyColor.FromRgb(0xE6, 0x9F, 0x00), OxyColor.FromRgb(0x56, 0xB4, 0xE9),
        OxyColor.FromRgb(0x8C, 0x5A, 0x2B), OxyColor.FromRgb(0x6A, 0x51, 0xA3),
        OxyColor.FromRgb(0xB0, 0xB0, 0x30),
    ];

    /// <summary>Of text and axes.</summary>
    public static readonly OxyColor Ink = OxyColor.FromRgb(0x33, 0x33, 0x33);
    private static readonly OxyColor Faint = OxyColor.FromRgb(0xE4, 0xE4, 0xE4);

    /// <summary>The colour of the n-th arm.</summary>
    public static OxyColor ChooseColour(int arm) => Colours[arm % Colours.Length];

    /// <summary>A quantity over the steps: a line an arm, the median of its seeds, with the band from least to greatest.</summary>
    public static string Curves(
        string title,
        string quantity,
        IReadOnlyList<ArmSummary> arms,
        IReadOnlyList<string> order,
        Func<Runs.StepRow, double> of,
        bool logarithmic)
    {
        PlotModel model = Model(title);
        model.Legends.Add(
            new Legend
            {
                LegendPlacement = LegendPlacement.Outside,
                LegendPosition = LegendPosition.RightTop,
                LegendFontSize = 11,
                LegendLineSpacing = 5,
                LegendTextColor = Ink,
            });
        model.Axes.Add(Axis(new LinearAxis(), AxisPosition.Bottom, "step"));
        model.Axes.Add(Axis(logarithmic ? new LogarithmicAxis() : new LinearAxis(), AxisPosition.Left, quantity));
        foreach (ArmSummary arm in arms)
        {
            OxyColor colour = ChooseColour(IndexOf(order, arm.Arm));
            List<(int Step, double Least, double Median, double Greatest)> points = [.. Points(arm, of, logarithmic)];
            if (points.Count == 0)
            {
                continue;
            }

            if (arm.Runs.Count > 1)
            {
                AreaSeries band = new()
                {
                    Color = OxyColors.Transparent,
                    Fill = OxyColor.FromAColor(36, colour),
                    StrokeThickness = 0,
                    RenderInLegend = false,
                };
                band.Points.AddRange(points.Select(p => new DataPoint(p.Step, p.Least)));
                band.Points2.AddRange(points.Select(p => new DataPoint(p.Step, p.Greatest)));
                model.Series.Add(band);
            }

            // Letters are wider in a browser than they are measured here: blanks keep the legend's clip from cutting names.
            LineSeries line = new()
            {
                Title = arm.Arm + new string('\u00A0', 4 + (2 * arm.Arm.Length / 3)),
                Color = colour,
                StrokeThickness = 1.6,
            };
            line.Points.AddRange(points.Select(p => new DataPoint(p.Step, p.Median)));
            model.Series.Add(line);
        }

        return Svg(model, 860, 380);
    }

    /// <summary>A number a run: a dot a seed, a bar at the median, an arm a row.</summary>
    public static string Dots(
        string title,
        string quantity,
        IReadOnlyList<ArmSummary> arms,
        IReadOnlyList<string> order,
        Func<ArmSummary, IEnumerable<double>> of,
        bool logarithmic,
        double? mark = null)
    {
        PlotModel model = Model(title);
        double[] all = [.. arms.SelectMany(of).Append(mark ?? double.NaN).Where(v => double.IsFinite(v) && (!logarithmic || v > 0))];
        if (all.Length == 0)
        {
            return "";
        }

        Axis quantities = Axis(logarithmic ? new LogarithmicAxis() : new LinearAxis(), AxisPosition.Bottom, quantity);
        (quantities.Minimum, quantities.Maximum) = logarithmic
            ? (all.Min() / Room(all.Max() / all.Min()), all.Max() * Room(all.Max() / all.Min()))
            : (all.Min() - (0.05 * (all.Max() - all.Min())), all.Max() + (0.05 * (all.Max() - all.Min())));
        model.PlotMargins = new OxyThickness(16 + (LetterWidth * arms.Max(a => a.Arm.Length)), double.NaN, double.NaN, double.NaN);
        model.Axes.Add(RowAxis([.. arms.Select(a => a.Arm)]));
        model.Axes.Add(quantities);
        if (mark is { } at)
        {
            model.Annotations.Add(
                new LineAnnotation
                {
                    Type = LineAnnotationType.Vertical,
                    X = at,
                    Color = Ink,
                    StrokeThickness = 0.8,
                    LineStyle = LineStyle.Dash,
                });
        }

        foreach ((int row, ArmSummary arm) in arms.Index())
        {
            double[] values = [.. of(arm).Where(v => double.IsFinite(v) && (!logarithmic || v > 0))];
            if (values.Length == 0)
            {
                model.Annotations.Add(
                    new TextAnnotation
                    {
                        Text = "none finite",
                        TextPosition = new DataPoint(mark ?? 1, row),
                        Stroke = OxyColors.Transparent,
                        TextColor = Ink,
                        FontSize = 10,
                        TextHorizontalAlignment = HorizontalAlignment.Left,
                        TextVerticalAlignment = VerticalAlignment.Middle,
                    });
                continue;
            }

            OxyColor colour = ChooseColour(IndexOf(order, arm.Arm));
            ScatterSeries dots = new()
            {
                MarkerType = MarkerType.Circle,
                MarkerSize = 4,
                MarkerFill = OxyColor.FromAColor(150, colour),
                MarkerStroke = colour,
                MarkerStrokeThickness = 0.8,
            };
            dots.Points.AddRange(values.Select(v => new ScatterPoint(v, row)));
            LineSeries median = new() { Color = colour, StrokeThickness = 2.4 };
            median.Points.Add(new DataPoint(Statistics.Median(values), row - 0.28));
            median.Points.Add(new DataPoint(Statistics.Median(values), row + 0.28));
            model.Series.Add(dots);
            model.Series.Add(median);
        }

        return Svg(model, 860, 90 + (arms.Count * 26));
    }

    private static IEnumerable<(int Step, double Least, double Median, double Greatest)> Points(
        ArmSummary arm,
        Func<Runs.StepRow, double> of,
        bool logarithmic)
    {
        List<Dictionary<int, double>> runs =
        [
            .. arm.Runs.Select(r =>
                r.Rows.Where(row => double.IsFinite(of(row)) && (!logarithmic || of(row) > 0)).ToDictionary(row => row.Step, of))
        ];
        int[] steps = [.. runs.SelectMany(r => r.Keys).Distinct().Order()];
        int every = Math.Max(1, steps.Length / MaxPoints);
        foreach (int[] bin in steps.Chunk(every))
        {
            // A bin shows each run's greatest, so that a spike of one step is seen.
            (double least, double median, double greatest) = Statistics.Spread(
                runs.Select(r => bin.Where(r.ContainsKey).Select(step => r[step]).DefaultIfEmpty(double.NaN).Max()));
            yield return (bin[0], least, median, greatest);
        }
    }

    /// <summary>A factor that leaves room beside the outermost dots.</summary>
    private static double Room(double ratio) => Math.Max(1.02, Math.Pow(ratio, 0.05));

    /// <summary>A row a name, from the top down.</summary>
    public static Axis RowAxis(IReadOnlyList<string> names) => new LinearAxis
    {
        Position = AxisPosition.Left,
        StartPosition = 1,
        EndPosition = 0,
        Minimum = -0.6,
        Maximum = names.Count - 0.4,
        MajorStep = 1,
        MinorTickSize = 0,
        TickStyle = TickStyle.None,
        TextColor = Ink,
        LabelFormatter = v => v == Math.Round(v) && v >= 0 && v < names.Count ? names[(int)v] : "",
    };

    private static int IndexOf(IReadOnlyList<string> order, string arm) => order.Index().First(a => a.Item == arm).Index;

    /// <summary>An empty plot.</summary>
    public static PlotModel Model(string title) => new()
    {
        Title = title,
        TitleFontSize = 14,
        TextColor = Ink,
        DefaultFont = "system-ui, sans-serif",
        PlotAreaBorderThickness = new OxyThickness(0),
        Background = OxyColors.White,
        Padding = new OxyThickness(8, 8, 16, 8),
    };

    /// <summary>An axis in the manner of all plots.</summary>
    public static Axis Axis(Axis axis, AxisPosition position, string title)
    {
        axis.Position = position;
        axis.Title = title;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = Faint;
        axis.TickStyle = TickStyle.None;
        axis.AxislineStyle = LineStyle.Solid;
        axis.AxislineColor = Ink;
        axis.FontSize = 11;
        axis.StringFormat = "g4";
        axis.AxisTitleDistance = 10;
        axis.MinimumPadding = 0.03;
        axis.MaximumPadding = 0.03;
        return axis;
    }

    /// <summary>A plot whose clip paths have names of their own: on one page they would meet.</summary>
    public static string Named(string svg, string prefix) => svg
        .Replace("id=\"clipPath", $"id=\"{prefix}clipPath", StringComparison.Ordinal)
        .Replace("url(#clipPath", $"url(#{prefix}clipPath", StringComparison.Ordinal);

    /// <summary>A plot as an element of a page.</summary>
    public static string Svg(PlotModel model, double width, double height)
    {
        using MemoryStream content = new();
        new SvgExporter
        {
            Width = width,
            Height = height,
            IsDocument = false,
            UseVerticalTextAlignmentWorkaround = true,
        }.Export(model, content);

        // The exporter begins with a byte order mark and a declaration, which have no place in the middle of a page.
        string document = System.Text.Encoding.UTF8.GetString(content.ToArray());
        return document[document.IndexOf("<svg", StringComparison.Ordinal)..];
    }
}
