using System.Globalization;
using Mxact.Shell;
using Mxact.Training.Diagnostics;

namespace Mxact.Training.Runs;

/// <summary>
/// A run's folder: run.json, steps.csv, layers.csv, tensors.csv, products.csv, checkpoints, and result.json once it is over.
/// </summary>
internal sealed class RunFolder
{
    /// <summary>How the refusal of a second process ends.</summary>
    public const string HeldText = "another process is training in this folder";

    private const int Tries = 6;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>Names a folder, which need not be there.</summary>
    /// <exception cref="UsageException">The path is empty, as that of an unset shell variable is.</exception>
    public RunFolder(string path)
        => Path = path.Length > 0 && !path.Contains('\0') ? path : throw new UsageException("the run's folder has an empty name");

    public string Path { get; }

    public string Steps => In("steps.csv");

    public string Layers => In("layers.csv");

    public string Tensors => In("tensors.csv");

    public string Products => In("products.csv");

    /// <summary>The last checkpoint.</summary>
    public string Latest => In("checkpoint.bin");

    /// <summary>A checkpoint that is kept.</summary>
    public string Kept(int steps) => In(string.Create(CultureInfo.InvariantCulture, $"checkpoint-{steps}.bin"));

    /// <summary>How the run was made, or null.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public RunRecord? Record => File.Exists(In("run.json"))
        ? CheckedJson.Read<RunRecord>(
            In("run.json"),
            r => r with { Options = new(r.Options, StringComparer.Ordinal) },
            r => r.FindImpossible())
        : null;

    /// <summary>What the run came to, or null. What its log says is another question: <see cref="ProveResult"/>.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public RunResult? Result => File.Exists(In("result.json"))
        ? CheckedJson.Read<RunResult>(In("result.json"), r => r, r => r.FindImpossible())
        : null;

    /// <summary>Whether another process trains here.</summary>
    public bool IsHeld
    {
        get
        {
            try
            {
                if (Directory.Exists(Path))
                {
                    TryHold()?.Dispose();
                }

                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>Keeps other processes out until it is disposed.</summary>
    /// <exception cref="UsageException">Another process trains here.</exception>
    public FileStream Hold()
    {
        for (int i = 1; ; i++)
        {
            try
            {
                FileStream held = TryHold();
                AtomicFile.ReleaseAtEnd(held);
                return held;
            }
            catch (IOException exception) when (exception is not DirectoryNotFoundException && File.Exists(In("lock")))
            {
                // Who only looks whether the folder is held lets go at once.
                if (i == Tries)
                {
                    throw new UsageException($"{Path}: {HeldText}");
                }

                Thread.Sleep(BetweenTries);
            }
        }
    }

    /// <summary>The result, after its log and its record were read and say the same.</summary>
    /// <exception cref="UsageException">One of them is damaged or missing, or they differ.</exception>
    public (RunRecord Record, RunResult Result, IReadOnlyList<StepRow> Rows) ProveResult()
    {
        RunResult result = Result ?? throw new UsageException($"{Path}: contains no result");
        RunRecord record = Record ?? throw new UsageException($"{Path}: contains a result and no run.json");
        (IReadOnlyList<StepRow> rows, string check) = StepLog.Read(Steps);
        int first = record.FindParent()?.Step ?? 0;
        if (result.Steps > RunOptions.Parse(record.Options).Steps)
        {
            throw new UsageException($"{In("result.json")}: has {result.Steps} steps, more than its run.json asks for");
        }

        if (rows.Count == 0 || rows[0].Step != first || rows[^1].Step != result.Steps - 1 || check != result.Log)
        {
            throw new UsageException($"{Steps}: is not the log of the result beside it, which has {result.Steps} steps");
        }

        // A branch's losses go on from those of the run it left, which may be elsewhere by now.
        LossWatch watch = new();
        foreach (StepRow row in rows)
        {
            watch.Add(row.Step, row.Loss);
        }

        return first > 0 || RunResult.Of(watch, result.Steps, check, RunOptions.Parse(record.Options).EventRule).SaysTheSameAs(result)
            ? (record, result, rows)
            : throw new UsageException($"{In("result.json")}: is not what the losses of {Steps} come to");
    }

    public void Write(RunRecord record) => AtomicFile.Write(In("run.json"), CheckedJson.Write(record));

    public void Write(RunResult result) => AtomicFile.Write(In("result.json"), CheckedJson.Write(result));

    private FileStream TryHold()
        => new(In("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
