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

    /// <summary>The rows of steps.csv.</summary>
    /// <exception cref="UsageException">It is no such file.</exception>
    public static List<StepRow> Read(string path)
    {
        List<StepRow> rows = [];
        foreach (string[] fields in CsvLog.Read(path, StepRow.Columns))
        {
            try
            {
                rows.Add(StepRow.Parse(i => fields[i]));
            }
            catch (FormatException)
            {
                break; // a number cut off in the last row
            }
        }

        return rows;
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

    /// <summary>Hands the rows to the system.</summary>
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
