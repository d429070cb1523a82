using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;
using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;
using Mxact.Training.Quantization;

namespace Mxact.Training.Runs;

/// <summary>
/// What a run writes down: steps.csv, a row a step; at the steps that are measured layers.csv, a row a parameter, tensors.csv, a row a
/// tensor, and products.csv, a row a product of a layer.
/// </summary>
internal sealed class StepLog : IDisposable
{
    private static readonly string[] LayerColumns =
    [
        "step", "parameter", "grad_norm", "gradient_distance", "gradient_distance_along", "gradient_distance_across", "gradient_cosine",
        "backward_error", "backward_drift", "backward_along", "backward_noise",
    ];

    private static readonly string[] Quantities
        = ["error", "mean", "drift", "along", "noise", "drift_x", "drift_w", "drift_g", "sum_error", "sum_drift"];

    private static readonly string[] ProductColumns = ["step", "layer", "product", .. Quantities];

    /// <summary>Earlier builds did not tell what a summation adds.</summary>
    private static readonly string[] EarlierProductColumns = ProductColumns[..^2];

    private static readonly string[] TensorColumns = ["step", "tensor", "kind", "elements", "last_bin", "saturated", "flushed"];
    private readonly CsvLog steps;
    private readonly CsvLog layers;
    private readonly CsvLog tensors;
    private readonly CsvLog? products;

    private StepLog(RunFolder folder, int before, bool hasProducts)
    {
        RefuseEarlier(folder.Steps, StepRow.EarlierNames);
        RefuseEarlier(folder.Products, EarlierProductColumns);
        steps = CsvLog.Open(folder.Steps, StepRow.Columns, before);
        layers = CsvLog.Open(folder.Layers, LayerColumns, before);
        tensors = CsvLog.Open(folder.Tensors, TensorColumns, before);
        products = hasProducts ? CsvLog.Open(folder.Products, ProductColumns, before) : null;
    }

    private static void RefuseEarlier(string path, IReadOnlyList<string> earlier)
    {
        if (File.Exists(path) && CsvLog.Has(path, earlier))
        {
            throw new UsageException($"{path}: was begun by an earlier build, whose columns were others; it can be read, not continued");
        }
    }

    /// <summary>What products.csv says of a product of a layer.</summary>
    public static IReadOnlyList<string> ProductQuantities => Quantities;

    /// <summary>Opens the logs, keeping the rows before a step.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="before">The first step that is done now.</param>
    /// <param name="hasProducts">Whether the errors of products are logged.</param>
    /// <exception cref="UsageException">The log that is there is damaged, or of an earlier build.</exception>
    public static StepLog Open(RunFolder folder, int before, bool hasProducts) => new(folder, before, hasProducts);

    /// <summary>The check of the last row of steps.csv.</summary>
    public string Check => steps.Check;

    /// <summary>The rows of steps.csv, one a step without a gap, and the check of the last.</summary>
    /// <exception cref="UsageException">It is missing or no such file, or a row is damaged or impossible.</exception>
    public static (IReadOnlyList<StepRow> Rows, string Check) Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"{path}: not found");
        }

        ImmutableArray<string> columns = StepRow.Columns;
        ImmutableArray<string> names = columns;
        if (CsvLog.Has(path, StepRow.EarlierNames))
        {
            (columns, names) = (StepRow.EarlierColumns, StepRow.EarlierNames);
        }

        ChainedRows log = CsvLog.Read(path, names);
        List<StepRow> rows = [];
        for (int i = 0; i < log.Rows.Count; i++)
        {
            string[] fields = log.Rows[i].Split(',');
            StepRow row = StepRow.Parse(fields, columns, out string? wrong);
            if (wrong is not null)
            {
                int at = columns.IndexOf(wrong);
                throw new UsageException($"{log.Place(i)}: {names[at]} is '{fields[at]}', which it cannot be");
            }

            if (i > 0 && row.Step != rows[^1].Step + 1)
            {
                throw new UsageException($"{log.Place(i)}: is of step {row.Step}, after one of step {rows[^1].Step}");
            }

            rows.Add(row);
        }

        return (rows, log.Chain.Last);
    }

    /// <summary>The rows of a run's steps from one to before another.</summary>
    /// <exception cref="UsageException">As <see cref="Read"/>; or steps are missing.</exception>
    public static IEnumerable<StepRow> Read(string path, int from, int before)
    {
        IReadOnlyList<StepRow> rows = Read(path).Rows;
        return before <= from || (rows.Count > 0 && rows[0].Step == from && rows[^1].Step >= before - 1)
            ? rows.TakeWhile(r => r.Step < before)
            : throw new UsageException(
                rows.Count == 0
                    ? $"{path}: has no rows, and the checkpoint is of step {before}"
                    : $"{path}: has steps {rows[0].Step} to {rows[^1].Step}, and the checkpoint needs {from} to {before - 1}");
    }

    public void Add(StepRow row) => steps.Add(row.ToFields());

    /// <summary>Adds a parameter's gradient.</summary>
    public void Add(int step, string parameter, GradientBias bias, ErrorParts? backward)
        => layers.Add(
            [
                step.ToString(CultureInfo.InvariantCulture), parameter,
                .. new[] { bias.Norm, bias.Distance, bias.Along, bias.Across, bias.Cosine }.Select(Text),
                .. backward is { } error ? new[] { error.Size, error.Drift, error.Along, error.Noise }.Select(Text) : ["", "", "", ""],
            ]);

    /// <summary>Adds a product's error.</summary>
    public void Add(int step, ProductError product)
        => products?.Add(
            [
                step.ToString(CultureInfo.InvariantCulture), product.Layer, OperandPlace.SymbolOf(product.Product),
                .. new[]
                {
                    product.Error.Size, product.Error.Mean, product.Error.Drift, product.Error.Along, product.Error.Noise, product.DriftX,
                    product.DriftW, product.DriftG, product.Sum.Size, product.Sum.Drift,
                }.Select(Text),
            ]);

    /// <summary>The rows of products.csv of the first step that was measured; none where there is no such file.</summary>
    /// <exception cref="UsageException">It is no such file, or a row is damaged.</exception>
    public static IReadOnlyList<ProductRow> ReadFirstProducts(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        string[] columns = CsvLog.Has(path, EarlierProductColumns) ? EarlierProductColumns : ProductColumns;
        ChainedRows log = CsvLog.Read(path, columns);
        List<ProductRow> rows = [];
        for (int i = 0; i < log.Rows.Count; i++)
        {
            string[] fields = log.Rows[i].Split(',');
            if (fields[0] != log.Rows[0].Split(',')[0])
            {
                break;
            }

            double[] quantities = [.. fields.Skip(3).Select(field => Number(field, log.Place(i)))];
            rows.Add(new(fields[1], fields[2], [.. quantities, .. Enumerable.Repeat(double.NaN, ProductColumns.Length - columns.Length)]));
        }

        return rows;

        static double Number(string field, string place) => field.Length == 0 ? double.NaN
            : double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
            : throw new UsageException($"{place}: '{Printable.Short(field, 40)}' is no number");
    }

    /// <summary>Adds a tensor's counts.</summary>
    public void Add(int step, string tensor, TensorKind kind, ElementCounts counts)
        => tensors.Add(
            [
                step.ToString(CultureInfo.InvariantCulture), tensor, kind.ToString(),
                .. new[]
                {
                    counts.Elements, counts.LastBin, counts.Saturated, counts.Flushed,
                }.Select(n => n.ToString(CultureInfo.InvariantCulture))
            ]);

    /// <summary>Puts the rows on the disk.</summary>
    public void Flush()
    {
        steps.Flush();
        layers.Flush();
        tensors.Flush();
        products?.Flush();
    }

    public void Dispose()
    {
        steps.Dispose();
        layers.Dispose();
        tensors.Dispose();
        products?.Dispose();
    }

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("g6", CultureInfo.InvariantCulture);
}
