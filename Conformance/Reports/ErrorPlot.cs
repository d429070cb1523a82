using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Generators;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Mxact.Conformance.Reports;

/// <summary>
/// What five accumulators lose as K grows, on the same E4M3 data: the median relative error against the exact sum. The data are
/// positive products of 19 binades, so that nothing cancels and the error is the accumulator's alone.
/// </summary>
internal static class ErrorPlot
{
    /// <summary>Vectors for each K.</summary>
    public const int Count = 96;

    /// <summary>Seed of the data.</summary>
    public const ulong Seed = 0x4D58;

    /// <summary>The models, from the most to the least lossy.</summary>
    public static readonly string[] Models = ["hopper-wgmma-fp8", "promote:128:hopper-wgmma-fp8", "blackwell-f8f6f4", "hopper-mma-fp8",
        "fma-chain"];

    /// <summary>Of the plot's width, what the lines take; the rest is for the longest name.</summary>
    private const double LinesEnd = 0.74;

    /// <summary>Names that fit one above the other.</summary>
    private const int Lines = 21;

    private static readonly OxyColor Ink = OxyColor.FromRgb(0x22, 0x22, 0x22);
    private static readonly OxyColor[] Colours = [OxyColor.FromRgb(0xB3, 0x26, 0x1E), OxyColor.FromRgb(0x2A, 0x7F, 0x62),
        OxyColor.FromRgb(0x1F, 0x5F, 0xA8), OxyColor.FromRgb(0xD9, 0x82, 0x2B), OxyColor.FromRgb(0x6B, 0x6B, 0x6B)];

    private static readonly int[] Ks = [32, 64, 128, 256, 512, 1024, 2048, 4096];

    /// <summary>Measures, writes the plot, and prints the numbers in it.</summary>
    public static void Write(string path, TextWriter console)
    {
        using AtomicFile file = AtomicFile.Create(path);
        double[][] errors = Measure();
        file.Complete(Svg(errors));
        console.WriteLine($"median relative error of {Count} dot products, E4M3, seed {Seed:x}");
        for (int m = 0; m < Models.Length; m++)
        {
            IEnumerable<string> cells = errors[m].Select(e => e.ToString("0.0e+0", CultureInfo.InvariantCulture).PadLeft(9));
            console.WriteLine($"{Models[m],-30}{string.Concat(cells)}");
        }

        console.WriteLine($"{"K",-30}{string.Concat(Ks.Select(k => k.ToString(CultureInfo.InvariantCulture).PadLeft(9)))}");
    }

    /// <summary>Median |d - exact| / exact, a row a model, a column a K.</summary>
    private static double[][] Measure()
    {
        double[][] medians = [.. Models.Select(_ => new double[Ks.Length])];
        ElementFormat e4m3 = ElementFormat.Of<E4M3>();
        MatrixUnit[] models = [.. Models.Select(MatrixUnits.Parse)];
        DotTerms terms = new(new(e4m3, e4m3, null, ElementFormats.Binary32), Seed);
        DotQuestion[] data = [.. Enumerable.Range(0, Count).Select(v
            => terms.Build("",
            [.. Enumerable.Range(0, Ks[^1]).Select(k => (PlannedTerm?)new PlannedTerm((((k * 7) + v) % 19) - 15, false, false))], 0))];
        for (int n = 0; n < Ks.Length; n++)
        {
            int k = Ks[n];
            double[][] all = [.. Models.Select(_ => new double[Count])];
            Parallel.For(0, Count, v =>
            {
                DotQuestion question = data[v] with { A = data[v].A[..k], B = data[v].B[..k] };
                Dyadic exact = Dyadic.Zero;
                for (int i = 0; i < k; i++)
                {
                    exact += ElementCodec.Decode(e4m3, question.A[i]).Finite * ElementCodec.Decode(e4m3, question.B[i]).Finite;
                }

                for (int m = 0; m < models.Length; m++)
                {
                    Dyadic lost = Binary32.Decode(question.Answer(models[m])).Finite - exact;
                    all[m][v] = Ratio(lost, exact);
                }
            });
            for (int m = 0; m < Models.Length; m++)
            {
                Array.Sort(all[m]);
                medians[m][n] = (all[m][(Count / 2) - 1] + all[m][Count / 2]) / 2;
            }
        }

        return medians;
    }

    /// <summary>A quotient for a plot: the leading 60 bits of both are plenty.</summary>
    private static double Ratio(Dyadic lost, Dyadic exact)
        => lost.IsZero ? 0 : Math.ScaleB((double)lost.Significand / (double)exact.Significand, lost.Exponent - exact.Exponent);

    private static byte[] Svg(double[][] errors)
    {
        double low = Math.Floor(errors.SelectMany(e => e).Where(e => e > 0).Min(Math.Log2)) - 1;
        double high = Math.Ceiling(errors.SelectMany(e => e).Max(Math.Log2)) + 1;
        PlotModel plot = new()
        {
            Title = "What an accumulator loses as K grows",
            Subtitle = string.Create(CultureInfo.InvariantCulture,
                $"\nmedian relative error of {Count} dot products of positive E4M3 products, binary32 output"),
            TitleFontSize = 17,
            SubtitleFontSize = 12,
            DefaultFont = "Helvetica, Arial, sans-serif",
            TextColor = Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            Background = OxyColors.White,
            Padding = new OxyThickness(10, 10, 10, 18),
        };
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = "K, products in one dot product",
            AxisTitleDistance = 14,
            EndPosition = LinesEnd,
            Minimum = 0,
            Maximum = Ks.Length - 1,
            MajorStep = 1,
            MinorTickSize = 0,
            AxislineStyle = LineStyle.Solid,
            LabelFormatter = n => Ks[(int)n].ToString(CultureInfo.InvariantCulture),
        });
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Minimum = low,
            Maximum = high,
            MajorStep = 2,
            MinorTickSize = 0,
            TickStyle = TickStyle.None,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = OxyColor.FromRgb(0xE3, 0xE3, 0xE3),
            LabelFormatter = e => string.Create(CultureInfo.InvariantCulture, $"2^{{{(e < 0 ? "\u2212" : "")}{Math.Abs(e):0}}}"),
        });
        double[] labels = Labels([.. errors.Select(e => Math.Log2(e[^1]))], (high - low) / Lines);
        for (int m = 0; m < Models.Length; m++)
        {
            LineSeries line = new()
            {
                Color = Colours[m],
                StrokeThickness = 2.2,
                MarkerType = MarkerType.Circle,
                MarkerSize = 3,
                MarkerFill = Colours[m],
            };
            line.Points.AddRange(errors[m].Index().Where(e => e.Item > 0).Select(e => new DataPoint(e.Index, Math.Log2(e.Item))));
            plot.Series.Add(line);
            plot.Annotations.Add(new TextAnnotation
            {
                Text = Models[m],
                TextPosition = new DataPoint(Ks.Length - 1, labels[m]),
                Offset = new ScreenVector(12, 0),
                ClipByXAxis = false,
                ClipByYAxis = false,
                TextHorizontalAlignment = HorizontalAlignment.Left,
                TextVerticalAlignment = VerticalAlignment.Middle,
                StrokeThickness = 0,
                TextColor = Colours[m],
            });
        }

        using MemoryStream content = new();
        new SvgExporter { Width = 860, Height = 500, IsDocument = true, UseVerticalTextAlignmentWorkaround = true }.Export(plot, content);
        return content.ToArray();
    }

    /// <summary>Labels at the lines' ends, moved apart where they would touch.</summary>
    private static double[] Labels(double[] wanted, double apart)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Length).OrderBy(i => wanted[i])];
        double[] placed = [.. wanted];
        for (int round = 0; round < 50; round++)
        {
            for (int i = 1; i < order.Length; i++)
            {
                double gap = placed[order[i]] - placed[order[i - 1]];
                if (gap < apart)
                {
                    placed[order[i - 1]] -= (apart - gap) / 2;
                    placed[order[i]] += (apart - gap) / 2;
                }
            }
        }

        return placed;
    }
}
