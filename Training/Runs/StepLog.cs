using System.Globalization;
using Mxact.Shell;
using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;

namespace Mxact.Training.Runs;

/// <summary>
/// What a run writes down: steps.csv, a row a step; layers.csv, a row a parameter, and tensors.csv, a row a tensor, at the steps that are
/// measured.
/// </summary>
internal sealed class StepLog : IDisposable
{
    private static readonly string[] LayerColumns = ["step", "parameter", "grad_norm", "zeta", "zeta_bias", "zeta_across", "cosine"];
    private static readonly string[] TensorColumns = ["step", "tensor", "kind", "elements", "last_bin", "saturated", "flushed"];
    private readonly CsvLog steps;
    private readonly CsvLog layers;
    private readonly CsvLog tensors;

    private StepLog(RunFolder folder, int before)
    {
        steps = CsvLog.Open(folder.Steps, StepRow.Columns, before);
        layers = CsvLog.Open(folder.Layers, LayerColumns, before);
        tensors = CsvLog.Open(folder.Tensors, TensorColumns, before);
    }

    /// <summary>Opens the logs, keeping the rows before a step.</summary>
    public static StepLog Open(RunFolder folder, int before) => new(folder, before);

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

        ChainedRows log = CsvLog.Read(path, StepRow.Columns);
        List<StepRow> rows = [];
        for (int i = 0; i < log.Rows.Count; i++)
        {
            string[] fields = log.Rows[i].Split(',');
            StepRow row = StepRow.Parse(fields, out string? wrong);
            if (wrong is not null)
            {
                throw new UsageException($"{log.Place(i)}: {wrong} is '{fields[StepRow.Columns.IndexOf(wrong)]}', which it cannot be");
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
    public void Add(int step, string parameter, GradientBias bias)
        => layers.Add(
            [
                step.ToString(CultureInfo.InvariantCulture), parameter,
                .. new[] { bias.Norm, bias.Zeta, bias.Along, bias.Across, bias.Cosine }.Select(Text),
            ]);

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
    }

    public void Dispose()
    {
        steps.Dispose();
        layers.Dispose();
        tensors.Dispose();
    }

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("g6", CultureInfo.InvariantCulture);
}
