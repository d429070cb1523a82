using System.Text.Json;
using Mxact.Shell;
using Mxact.Training.Runs;

namespace Mxact.Training.Sweeps;

/// <summary>A run of a plan.</summary>
/// <param name="Arm">Which arm.</param>
/// <param name="Point">Where on the grid, as the folder is named (<see cref="FolderName"/>): <c>lr=1e-3,seed=0</c>.</param>
/// <param name="Grid">The grid's options and their values there.</param>
/// <param name="Options">Every option.</param>
internal sealed record PlannedRun(string Arm, string Point, IReadOnlyDictionary<string, string> Grid, RunOptions Options)
{
    /// <summary>The run's folder inside the sweep's.</summary>
    public string Folder => Path.Combine(Arm, Point);

    /// <summary>Its point of the grid but for the seed: runs of an arm that share it differ by their seed alone.</summary>
    public string PointBesideSeed => FolderName.OfPoint(Grid.Where(o => o.Key != "seed").ToDictionary());
}

/// <summary>
/// What a sweep runs: every arm at every point of the grid. JSON, comments allowed:
/// <c>{ "control": "binary32", "common": { "steps": 1000 }, "arms": { "binary32": { "forward": "fp32" }, ... },
/// "grid": { "seed": [0, 1] } }</c>.
/// </summary>
internal sealed class SweepPlan
{
    private const int MaxRuns = 100_000;
    private static readonly string[] Members = ["title", "control", "common", "arms", "grid"];

    private SweepPlan(string title, string? control, IReadOnlyList<string> arms, IReadOnlyList<PlannedRun> runs)
    {
        Title = title;
        Control = control;
        Arms = arms;
        Runs = runs;
    }

    /// <summary>What the study asks.</summary>
    public string Title { get; }

    /// <summary>The arm that the others are compared with, at the same point of the grid; or null.</summary>
    public string? Control { get; }

    /// <summary>The arms, in the plan's order.</summary>
    public IReadOnlyList<string> Arms { get; }

    /// <summary>The runs, point by point, so that arms of one point are done close to each other.</summary>
    public IReadOnlyList<PlannedRun> Runs { get; }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="UsageException">It is none; the message says where and what.</exception>
    public static SweepPlan Read(string path)
    {
        using JsonDocument document = JsonFile.Parse(path, InputFile.ReadAllBytes(path), isWritten: true);
        return Build(document.RootElement, path);
    }

    private static SweepPlan Build(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{path}: a plan must be an object with the members {string.Join(", ", Members)}");
        }

        foreach (JsonProperty member in root.EnumerateObject().Where(m => !Members.Contains(m.Name)))
        {
            throw new UsageException($"{path}: unknown member '{member.Name}'; a plan has {string.Join(", ", Members)}");
        }

        Dictionary<string, string> common = root.TryGetProperty("common", out JsonElement c) ? Options(c, path, "common") : [];
        List<(string Name, Dictionary<string, string> Options)> arms = root.TryGetProperty("arms", out JsonElement a)
            && a.ValueKind == JsonValueKind.Object
            ? [.. a.EnumerateObject().Select(arm => (Named(arm.Name, path), Options(arm.Value, path, $"arms.{arm.Name}")))]
            : throw new UsageException($"{path}: 'arms' must be an object with one member per arm");
        List<(string Name, List<string> Values)> axes = root.TryGetProperty("grid", out JsonElement g) ? Axes(g, path) : [];
        string? control = root.TryGetProperty("control", out JsonElement named) ? Word(named, path, "control") : null;
        if (arms.Count == 0 || (control is not null && !arms.Any(arm => arm.Name == control)))
        {
            throw new UsageException(arms.Count == 0 ? $"{path}: the plan has no arms" : $"{path}: the control '{control}' is not an arm");
        }

        if (axes.Aggregate((double)arms.Count, (n, axis) => n * axis.Values.Count) > MaxRuns)
        {
            throw new UsageException($"{path}: more than {MaxRuns} runs");
        }

        List<PlannedRun> runs = [];
        foreach (IReadOnlyDictionary<string, string> point in Points(axes))
        {
            string name = FolderName.OfPoint(point);
            foreach ((string arm, Dictionary<string, string> options) in arms)
            {
                try
                {
                    RunOptions chosen = RunOptions.Parse(
                        common.Concat(options).Concat(point).GroupBy(o => OptionSpec.Find(o.Key)?.Name ?? o.Key).Select(o => o.Last()));
                    chosen.RefuseIdle();
                    runs.Add(new(arm, name, point, chosen));
                }
                catch (UsageException exception)
                {
                    throw new UsageException($"{path}: arm '{arm}': {exception.Message}");
                }
            }
        }

        return new(
            root.TryGetProperty("title", out JsonElement title) ? Word(title, path, "title") : Path.GetFileNameWithoutExtension(path),
            control,
            [.. arms.Select(arm => arm.Name)],
            runs);
    }

    private static List<(string, List<string>)> Axes(JsonElement grid, string path)
    {
        List<(string, List<string>)> axes = [];
        foreach (JsonProperty axis in grid.ValueKind == JsonValueKind.Object
            ? grid.EnumerateObject()
            : throw new UsageException($"{path}: 'grid' must be an object whose members are lists of values"))
        {
            List<string> values = axis.Value.ValueKind == JsonValueKind.Array
                ? [.. axis.Value.EnumerateArray().Select(v => Word(v, path, $"grid.{axis.Name}"))]
                : axis.Name == "seed" && axis.Value.ValueKind == JsonValueKind.String
                    && SeedRange.TryParse(axis.Value.GetString()!, out IReadOnlyList<string> seeds) ? [.. seeds]
                : throw new UsageException($"{path}: grid.{axis.Name} must be a list of values");
            axes.Add(OptionSpec.Find(axis.Name) is null ? throw new UsageException($"{path}: grid: unknown option '{axis.Name}'")
                : values.Count > 0 && values.Count == values.Distinct().Count()
                ? (axis.Name, values)
                : throw new UsageException($"{path}: grid.{axis.Name} is empty or repeats a value"));
        }

        return axes;
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> Points(List<(string Name, List<string> Values)> axes)
    {
        IEnumerable<Dictionary<string, string>> points = [[]];
        foreach ((string name, List<string> values) in axes)
        {
            points = points.SelectMany(point => values.Select(value => new Dictionary<string, string>(point) { [name] = value }));
        }

        return points;
    }

    private static Dictionary<string, string> Options(JsonElement options, string path, string where)
        => options.ValueKind == JsonValueKind.Object
            ? options.EnumerateObject().ToDictionary(o => o.Name, o => Word(o.Value, path, $"{where}.{o.Name}"))
            : throw new UsageException($"{path}: '{where}' must be an object of options");

    private static string Word(JsonElement value, string path, string where) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "on",
        JsonValueKind.False => "off",
        JsonValueKind.Object when where.EndsWith(".scheme", StringComparison.Ordinal) => value.GetRawText(),
        _ => throw new UsageException($"{path}: {where} must be a string, a number, true or false"),
    };

    /// <summary>An arm's name is a folder's.</summary>
    private static string Named(string name, string path)
        => FolderName.IsArm(name) ? name
            : throw new UsageException($"{path}: the arm '{name}' is no folder name: use {FolderName.Allowed}");
}
