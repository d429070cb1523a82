using Mxact.Shell;
using Mxact.Training.Runs;

namespace Mxact.Training.Sweeps;

/// <summary>Where a run of a sweep stands.</summary>
internal enum RunState
{
    /// <summary>Not begun.</summary>
    Missing,

    /// <summary>Begun and not over: running, stopped or killed.</summary>
    Begun,

    /// <summary>Over, having ended with an error; error.txt says which.</summary>
    Failed,

    /// <summary>Over.</summary>
    Done,

    /// <summary>Over, having diverged.</summary>
    Diverged,
}

/// <summary>A sweep's folder: plan.json, and a folder a run.</summary>
internal sealed class SweepFolder
{
    private const string PlanName = "plan.json";

    /// <summary>Names a folder, which need not be there.</summary>
    /// <exception cref="UsageException">The path is empty, as that of an unset shell variable is.</exception>
    public SweepFolder(string path)
        => Path = path.Length > 0 && !path.Contains('\0') ? path : throw new UsageException("the sweep's folder has an empty name");

    public string Path { get; }

    /// <summary>Where its plan is.</summary>
    public string PlanPath => In(PlanName);

    /// <summary>The plan it was made for.</summary>
    /// <exception cref="UsageException">It is no sweep's folder.</exception>
    public SweepPlan Plan
        => File.Exists(In(PlanName))
            ? SweepPlan.Read(In(PlanName))
            : throw new UsageException($"{Path}: contains no sweep ({PlanName} is missing)");

    /// <summary>Takes a plan, or checks that the folder has the same.</summary>
    /// <exception cref="UsageException">It has another.</exception>
    public void Adopt(string planPath)
    {
        byte[] plan = InputFile.ReadAllBytes(planPath);
        Directory.CreateDirectory(Path);
        if (File.Exists(In(PlanName)))
        {
            if (!InputFile.ReadAllBytes(In(PlanName)).AsSpan().SequenceEqual(plan))
            {
                throw new UsageException($"{Path}: contains a sweep of a different plan; choose another folder");
            }

            return;
        }

        AtomicFile.Write(In(PlanName), stream => stream.Write(plan));
    }

    /// <summary>A run's folder.</summary>
    public RunFolder FindFolder(PlannedRun run) => new(In(run.Folder));

    /// <summary>Where an error of a run is kept.</summary>
    public string FindErrorPath(PlannedRun run) => System.IO.Path.Combine(In(run.Folder), "error.txt");

    /// <summary>Where a run stands.</summary>
    public RunState ReadState(PlannedRun run)
        => FindFolder(run).Result is { } result ? result.Diverged is null ? RunState.Done : RunState.Diverged
            : File.Exists(FindErrorPath(run)) ? RunState.Failed
            : Directory.Exists(In(run.Folder)) ? RunState.Begun
            : RunState.Missing;

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
