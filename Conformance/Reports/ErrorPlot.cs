using System.Globalization;
using System.Text;
using Mxact.Shell;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

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

    private static readonly string[] Colours = ["#b3261e", "#2a7f62", "#1f5fa8", "#d9822b", "#6b6b6b"];
    private static readonly int[] Ks = [32, 64, 128, 256, 512, 1024, 2048, 4096];

    /// <summary>Measures, writes the plot, and prints the numbers in it.</summary>
    public static void Write(string path, TextWriter console)
    {
        using AtomicFile file = AtomicFile.Create(path);
        double[][] errors = Measure();
        file.Complete(Encoding.UTF8.GetBytes(Svg(errors)));
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

    private static string Svg(double[][] errors)
    {
        const int width = 860, height = 500, left = 84, right = 250, top = 64, bottom = 62;
        double plotWidth = width - left - right, plotHeight = height - top - bottom;
        int low = (int)Math.Floor(errors.SelectMany(e => e).Where(e => e > 0).Min(Math.Log2)) - 1;
        int high = (int)Math.Ceiling(errors.SelectMany(e => e).Max(Math.Log2));
        low -= low & 1;
        high += high & 1;
        StringBuilder svg = new();
        svg.Append(Invariant($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">""")).Append('\n');
        svg.Append(Invariant($"""<rect width="{width}" height="{height}" fill="white"/>""")).Append('\n');
        svg.Append(Invariant($"""<text x="{left}" y="26" font-size="17" font-weight="bold">What an accumulator loses as K grows</text>""")).Append('\n');
        svg.Append(Invariant($"""<text x="{left}" y="47" fill="#555">median relative error of {Count} dot products of positive E4M3 products, binary32 output</text>""")).Append('\n');
        for (int e = low; e <= high; e += 2)
        {
            svg.Append(Invariant($"""<line x1="{left}" x2="{left + plotWidth}" y1="{Y(e):0.#}" y2="{Y(e):0.#}" stroke="#e3e3e3"/><text x="{left - 10}" y="{Y(e) + 4:0.#}" text-anchor="end">2<tspan dy="-5" font-size="10">{(e < 0 ? "−" : "")}{Math.Abs(e)}</tspan></text>""")).Append('\n');
        }

        for (int n = 0; n < Ks.Length; n++)
        {
            svg.Append(Invariant($"""<line x1="{X(n):0.#}" x2="{X(n):0.#}" y1="{top + plotHeight}" y2="{top + plotHeight + 5}" stroke="#888"/><text x="{X(n):0.#}" y="{top + plotHeight + 21}" text-anchor="middle">{Ks[n]}</text>""")).Append('\n');
        }

        svg.Append(Invariant($"""<line x1="{left}" x2="{left + plotWidth}" y1="{top + plotHeight}" y2="{top + plotHeight}" stroke="#888"/>""")).Append('\n');
        svg.Append(Invariant($"""<text x="{left + (plotWidth / 2)}" y="{height - 16}" text-anchor="middle">K, products in one dot product</text>""")).Append('\n');
        double[] labels = Labels([.. errors.Select(e => Y(Math.Log2(e[^1])))]);
        for (int m = 0; m < Models.Length; m++)
        {
            string points = string.Join(' ',
                errors[m].Select((e, n) => (e, n)).Where(p => p.e > 0).Select(p => Invariant($"{X(p.n):0.#},{Y(Math.Log2(p.e)):0.#}")));
            svg.Append(Invariant($"""<polyline points="{points}" fill="none" stroke="{Colours[m]}" stroke-width="2.2" stroke-linejoin="round"/>""")).Append('\n');
            foreach (string point in points.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] xy = point.Split(',');
                svg.Append(Invariant($"""<circle cx="{xy[0]}" cy="{xy[1]}" r="3" fill="{Colours[m]}"/>"""));
            }

            svg.Append('\n').Append(Invariant($"""<text x="{left + plotWidth + 14}" y="{labels[m] + 4:0.#}" fill="{Colours[m]}">{Models[m]}</text>""")).Append('\n');
        }

        return svg.Append("</svg>\n").ToString();

        double X(int n) => left + (plotWidth * n / (Ks.Length - 1));
        double Y(double exponent) => top + (plotHeight * (high - exponent) / (high - low));
    }

    /// <summary>Labels at the lines' ends, moved apart where they would touch.</summary>
    private static double[] Labels(double[] wanted)
    {
        const double apart = 17;
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

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
