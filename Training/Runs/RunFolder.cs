using System.Globalization;
using System.Text.Json;
using Mxact.Shell;
using Mxact.Training.Diagnostics;

namespace Mxact.Training.Runs;

/// <summary>What a run came to.</summary>
/// <param name="Status">done or diverged.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="FinalLoss">The median of the last 20 losses; NaN is written as null.</param>
/// <param name="Diverged">The step of divergence, or null.</param>
/// <param name="Spikes">Spikes of the loss.</param>
internal sealed record RunResult(string Status, int Steps, double? FinalLoss, int? Diverged, IReadOnlyList<Spike> Spikes);

/// <summary>What run.json says of how a run was made.</summary>
/// <param name="Options">Every option.</param>
/// <param name="Version">The program's version and the simulator's build.</param>
/// <param name="Ran">What really computed, from which step on: one entry, and another where a run went on elsewhere.</param>
/// <param name="Started">When, UTC.</param>
/// <param name="Parent">The run and the step it branched from, or null.</param>
internal sealed record RunRecord(
    SortedDictionary<string, string> Options,
    string Version,
    IReadOnlyList<RanOn> Ran,
    string Started,
    string? Parent);

/// <summary>What computed a stretch of a run.</summary>
/// <param name="FromStep">Its first step.</param>
/// <param name="Conversions">The backend of the conversions, and its threads.</param>
/// <param name="Products">What computed the products.</param>
internal sealed record RanOn(int FromStep, string Conversions, string Products);

/// <summary>A run's folder: run.json, steps.csv, layers.csv, tensors.csv, checkpoints, and result.json once it is over.</summary>
internal sealed class RunFolder
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public RunFolder(string path) => Path = path;

    public string Path { get; }

    public string Steps => In("steps.csv");

    public string Layers => In("layers.csv");

    public string Tensors => In("tensors.csv");

    /// <summary>The last checkpoint.</summary>
    public string Latest => In("checkpoint.bin");

    /// <summary>A checkpoint that is kept.</summary>
    public string Kept(int steps) => In(string.Create(CultureInfo.InvariantCulture, $"checkpoint-{steps}.bin"));

    /// <summary>Keeps other processes out until it is disposed.</summary>
    /// <exception cref="UsageException">Another process trains here.</exception>
    public FileStream Hold()
    {
        try
        {
            return new(In("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException && File.Exists(In("lock")))
        {
            throw new UsageException($"{Path}: another process is training in this folder");
        }
    }

    public RunRecord? Record => Read<RunRecord>("run.json");

    public RunResult? Result => Read<RunResult>("result.json");

    public void Write(RunRecord record) => Write("run.json", record);

    public void Write(RunResult result) => Write("result.json", result);

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private T? Read<T>(string name)
        where T : class
    {
        string path = In(name);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Json) : null;
        }
        catch (JsonException exception)
        {
            throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"{path}: line {exception.LineNumber + 1}: is not a valid {name}"));
        }
    }

    private void Write<T>(string name, T value) => AtomicFile.Write(In(name), stream => JsonSerializer.Serialize(stream, value, Json));
}
