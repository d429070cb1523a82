using Mxact.Vectors.Generators;

namespace Mxact.Faults.Programs;

/// <summary>A folder in which a subject is disturbed, and what an undisturbed run of it makes.</summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>Values of the tensor that is converted and compared: 16 MB of them, so that writing takes a while.</summary>
    private const int Values = 4 << 20;

    private readonly Dictionary<string, byte[]> whole = [];

    public Workplace(Subject subject)
    {
        Subject = subject;
        Folder = Directory.CreateTempSubdirectory("mxact-faults-").FullName;
        byte[] values = new byte[Values * sizeof(float)];
        SplitMix dice = new(1);
        for (int i = 0; i < Values; i++)
        {
            BitConverter.TryWriteBytes(values.AsSpan(i * sizeof(float)), dice.Binary32(-20, 20));
        }

        File.WriteAllBytes(At("in.f32"), values);
        Directory.CreateDirectory(At("v1"));
    }

    public Subject Subject { get; }

    public string Folder { get; }

    /// <summary>How long the undisturbed run took.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Runs the subject undisturbed and keeps what it writes.</summary>
    /// <returns>What went wrong, or null.</returns>
    public string? Learn()
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        string? fault = Finish();
        Duration = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        foreach (string target in Subject.Targets)
        {
            whole[target] = File.Exists(At(target)) ? File.ReadAllBytes(At(target)) : [];
        }

        return fault;
    }

    /// <summary>The old content in every target.</summary>
    public void Reset()
    {
        foreach (string target in Subject.Targets)
        {
            if (Subject.Old is { } old)
            {
                File.WriteAllText(At(target), old);
            }
            else if (File.Exists(At(target)) && Subject.IsDone(Folder))
            {
                File.Delete(At(target));
            }
        }

        if (Subject.Targets.Length == 0 && Directory.Exists(At("run")) && File.Exists(At("run/result.json")))
        {
            Directory.Delete(At("run"), recursive: true);
        }
    }

    /// <summary>Runs the subject to its end, where it can go on with what is there.</summary>
    /// <returns>What went wrong, or null.</returns>
    public string? Finish()
    {
        bool goesOn = Subject.Program == "mxact-train" && File.Exists(At("run/run.json"));
        string[] arguments = goesOn ? ["run", "--out", At("run"), "--resume"] : Subject.In(Folder);
        using Marked run = Marked.Start(Subject.Program, arguments);
        return !run.WaitForEnd(TimeSpan.FromMinutes(3)) ? "does not end" : run.ExitCode is 0 or 1 or 3 && Subject.IsDone(Folder) ? null
            : $"exit code {run.ExitCode} afterwards: {run.Error}";
    }

    /// <summary>Whether a target is the old content.</summary>
    public bool IsOld(string target) => Subject.Old is { } old && File.ReadAllText(At(target)) == old;

    /// <summary>Whether a target is whole and new.</summary>
    public bool IsNew(string target)
        => File.ReadAllBytes(At(target)).AsSpan().SequenceEqual(whole.GetValueOrDefault(target, [])) || Subject.IsWhole(At(target));

    /// <summary>Files that nobody should find there.</summary>
    public string[] FindLeft() => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(path
        => path != At("in.f32") && !Subject.Targets.Any(target => path == At(target)) && !Subject.MayStay(path))];

    public string At(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
