using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using ResultRow = (string Plan, System.Collections.Generic.IReadOnlyDictionary<string, string> Row);

namespace Mxact.Training.Reports;

/// <summary>The figures of a study's page, from the CSV files of its reports.</summary>
internal static class StudyPlots
{
    private const double RowHeight = 26;
    private const double LetterWidth = 6.6;
    private static readonly OxyColor Twin = Plots.ChooseColour(1);
    private static readonly OxyColor Own = Plots.ChooseColour(2);

    /// <summary>Events, arm by learning rate: the darker a cell, the more of its runs have one; with the median first step.</summary>
    /// <param name="rows">Of arms.csv, whose settings are learning rates.</param>
    public static string Phase(IReadOnlyList<ResultRow> rows)
    {
        string[] settings = [.. rows.Select(r => r.Row["setting"]).Distinct()];
        string[] arms = [.. rows.Select(r => r.Row["arm"]).Distinct()];
        PlotModel model = Rows("runs with an event, and the median step of the first", arms);
        Axis rates = Plots.Axis(new LinearAxis(), AxisPosition.Bottom, "learning rate");
        (rates.Minimum, rates.Maximum, rates.MajorStep) = (-0.5, settings.Length - 0.5, 1);
        rates.MajorGridlineStyle = LineStyle.None;
        rates.LabelFormatter = v => v == Math.Round(v) && v >= 0 && v < settings.Length
            ? settings[(int)v].Replace("lr ", "", StringComparison.Ordinal) : "";
        model.Axes.Add(rates);
        RectangleBarSeries cells = new() { StrokeThickness = 2, StrokeColor = OxyColors.White, TextColor = OxyColors.Transparent };
        model.Series.Add(cells);
        foreach ((_, IReadOnlyDictionary<string, string> row) in rows)
        {
            (int x, int y) = (Array.IndexOf(settings, row["setting"]), Array.IndexOf(arms, row["arm"]));
            double share = Number(row["events"]) / Number(row["runs"]);
            cells.Items.Add(new RectangleBarItem(x - 0.5, y - 0.5, x + 0.5, y + 0.5)
            {
                Color = OxyColor.FromHsv(213.0 / 360, 0.75 * share, 1 - (0.55 * share)),
            });
            double first = Number(row["event_at_median"]);
            model.Annotations.Add(Label(
                $"{row["events"]} of {row["runs"]}"
                    + (double.IsNaN(first) ? "" : string.Create(CultureInfo.InvariantCulture, $", {first:f0}")),
                new DataPoint(x, y),
                share > 0.4 ? OxyColors.White : Plots.Ink,
                HorizontalAlignment.Center));
        }

        return Plots.Svg(model, 860, 100 + (arms.Length * RowHeight));
    }

    /// <summary>The share of runs with an event, a dot an arm, with its exact 95% interval.</summary>
    /// <param name="rows">Of arms.csv, of one plan after the other.</param>
    public static string Forest(IReadOnlyList<ResultRow> rows)
    {
        string[] names = [.. rows.Select(r => $"{r.Plan}: {r.Row["arm"]}{(r.Row["setting"].Length == 0 ? "" : ", " + r.Row["setting"])}")];
        PlotModel model = Rows("share of runs with an event, with its exact 95% interval", names);
        Axis shares = Plots.Axis(new LinearAxis(), AxisPosition.Bottom, "share of runs");
        (shares.Minimum, shares.Maximum) = (-0.02, 1.14);
        model.Axes.Add(shares);
        ScatterSeries dots = new()
        {
            MarkerType = MarkerType.Square,
            MarkerSize = 4,
            MarkerFill = Twin,
        };
        foreach ((int y, (_, IReadOnlyDictionary<string, string> row)) in rows.Index())
        {
            LineSeries interval = new() { Color = Twin, StrokeThickness = 1.6 };
            interval.Points.Add(new DataPoint(Number(row["events_low"]), y));
            interval.Points.Add(new DataPoint(Number(row["events_high"]), y));
            model.Series.Add(interval);
            dots.Points.Add(new ScatterPoint(Number(row["events"]) / Number(row["runs"]), y));
            model.Annotations.Add(Label($"{row["events"]} of {row["runs"]}", new DataPoint(1.02, y), Plots.Ink, HorizontalAlignment.Left));
        }

        model.Series.Add(dots);
        return Plots.Svg(model, 860, 100 + (names.Length * 21));
    }

    /// <summary>The step of the warning against that of the event, two dots a run: one below the line came before it.</summary>
    /// <param name="rows">Of runs.csv; runs without an event count in the caption alone.</param>
    public static string Warning(IReadOnlyList<ResultRow> rows)
    {
        ResultRow[] events = [.. rows.Where(r => r.Row["event_at"].Length > 0)];
        ResultRow[] quiet = [.. rows.Except(events)];
        PlotModel model = Plots.Model("when the gradient's norm warned, and when the event came");
        model.PlotMargins = new OxyThickness(64, double.NaN, double.NaN, double.NaN);
        Axis at = Plots.Axis(new LinearAxis(), AxisPosition.Bottom, "step of the event");
        Axis warned = Plots.Axis(new LinearAxis(), AxisPosition.Left, "step of the warning");
        warned.AxisTitleDistance = 24;
        double last = Math.Ceiling(events.Select(r => Number(r.Row["event_at"])).DefaultIfEmpty(1000).Max() / 500) * 500;
        (at.Minimum, at.Maximum, warned.Minimum, warned.Maximum) = (0, last * 1.16, 0, last);
        model.Axes.Add(at);
        model.Axes.Add(warned);
        LineSeries diagonal = new() { Color = Plots.Ink, StrokeThickness = 0.8, LineStyle = LineStyle.Dash };
        diagonal.Points.Add(new DataPoint(0, 0));
        diagonal.Points.Add(new DataPoint(last, last));
        model.Series.Add(diagonal);
        model.Annotations.Add(Label("the event itself", new DataPoint(last, last * 0.96), Plots.Ink, HorizontalAlignment.Left));
        double height = 0.9;
        foreach ((string column, string name, OxyColor colour, MarkerType marker) in new[]
        {
            ("warning_at", "ten times the twin's norm", Twin, MarkerType.Circle),
            ("own_warning_at", "ten times its own least median", Own, MarkerType.Triangle),
        })
        {
            ScatterSeries dots = new()
            {
                MarkerType = marker,
                MarkerSize = 4,
                MarkerFill = OxyColor.FromAColor(140, colour),
                MarkerStroke = colour,
                MarkerStrokeThickness = 0.8,
            };
            dots.Points.AddRange(events.Where(r => r.Row[column].Length > 0)
                .Select(r => new ScatterPoint(Number(r.Row["event_at"]), Number(r.Row[column]))));
            model.Series.Add(dots);
            int alarms = quiet.Count(r => r.Row[column].Length > 0);
            string key = marker == MarkerType.Circle ? "\u25CF" : "\u25B2";
            model.Annotations.Add(Label(
                $"{key} {name}: {dots.Points.Count(p => p.Y < p.X)} of {events.Length} before, {alarms} of {quiet.Length} false",
                new DataPoint(last * 0.02, last * height),
                colour,
                HorizontalAlignment.Left));
            height -= 0.07;
        }

        return Plots.Svg(model, 860, 460);
    }

    private static PlotModel Rows(string title, IReadOnlyList<string> names)
    {
        PlotModel model = Plots.Model(title);
        model.PlotMargins = new OxyThickness(16 + (LetterWidth * names.Max(n => n.Length)), double.NaN, double.NaN, double.NaN);
        model.Axes.Add(Plots.RowAxis(names));
        return model;
    }

    private static TextAnnotation Label(string text, DataPoint at, OxyColor colour, HorizontalAlignment side) => new()
    {
        Text = text,
        TextPosition = at,
        Stroke = OxyColors.Transparent,
        TextColor = colour,
        FontSize = 11,
        TextHorizontalAlignment = side,
        TextVerticalAlignment = VerticalAlignment.Middle,
    };

    private static double Number(string cell) => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
}
