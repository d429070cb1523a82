using System.Text.Json;
using System.Xml.Linq;
using Mxact.Conformance.Sweeping;
using Mxact.Shell;
using Mxact.Training.Runs;

namespace Mxact.Faults.Programs;

/// <summary>A command that writes, in a folder of its own.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its words; <c>@</c> stands for the folder.</param>
/// <param name="Targets">The files it writes.</param>
internal sealed record Subject(string Name, string Program, string[] Arguments, string[] Targets)
{
    private const string Hosting = "sleep 1000 & setsid sleep 1000 & while read line; do echo unsupported; done";

    /// <summary>Of a hundred kills, how many are this one's: those that take longest are killed least.</summary>
    public required int Share { get; init; }

    /// <summary>What the old content of a target is; null where it is gone on with, and what is there already must stay.</summary>
    public string? Old { get; init; } = "old\n";

    /// <summary>
    /// Whether a target that is neither the old nor, byte for byte, what an undisturbed run wrote is whole all the same: reports hold
    /// times.
    /// </summary>
    public Func<string, bool> IsWhole { get; init; } = _ => false;

    /// <summary>Whether a folder that is gone on with holds what it should at the end.</summary>
    public Func<string, bool> IsDone { get; init; } = _ => true;

    /// <summary>Files in the folder that are neither targets nor inputs and may stay.</summary>
    public Func<string, bool> MayStay { get; init; } = _ => false;

    /// <summary>The arguments in a folder.</summary>
    public string[] In(string folder) => [.. Arguments.Select(word => word.Replace("@", folder + "/", StringComparison.Ordinal))];

    /// <summary>The commands that are disturbed.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("convert", "mxact", ["convert", "@in.f32", "@out.safetensors", "--format", "mxfp8-e4m3"], ["out.safetensors"])
        {
            Share = 30,
        },
        new("compare", "mxact", ["compare", "@in.f32", "--format", "mxfp4", "--csv", "@c.csv", "--svg", "@c.svg"], ["c.csv", "c.svg"])
        {
            Share = 25,
        },
        new("run", "mxact", ["run", "builtin", "--only", "decode+e2m1", "--json", "@r.json", "--junit", "@r.xml"], ["r.json", "r.xml"])
        {
            Share = 15,
            IsWhole = IsReport,
        },
        new("run-program", "mxact",
            ["run", "--only", "decode+e2m1", "--json", "@r.json", "--", "sh", "-c", Hosting], ["r.json"])
        {
            Share = 10,
            IsWhole = IsReport,
        },
        new("generate", "mxact", ["vectors", "generate", "@v1"],
            ["v1/manifest.json", "v1/flags.json", "v1/decode.csv", "v1/dot.csv", "v1/quantize-mxfp4.csv"])
        {
            Share = 5,
            MayStay = path => path.EndsWith(".csv", StringComparison.Ordinal),
        },
        new("sweep", "mxact", ["sweep", "--format", "e2m1", "--rounding", "toward-zero", "--overflow", "saturate", "--log", "@sweep.csv"],
            ["sweep.csv"])
        {
            Share = 10,
            Old = null,
            IsWhole = path => Reads(() => SweepLog.Read(path)),
            IsDone = folder => SweepLog.Read(Path.Combine(folder, "sweep.csv")).Stretches.Count == 8,
        },
        new("train", "mxact-train",
            ["run", "--out", "@run", "--depth", "1", "--width", "32", "--batch", "32", "--steps", "120", "--checkpoint-every", "10"], [])
        {
            Share = 5,
            Old = null,
            IsDone = folder => new RunFolder(Path.Combine(folder, "run")).ProveResult().Result is { Steps: 120 },
            MayStay = path => Path.GetFileName(Path.GetDirectoryName(path)) == "run" && !path.EndsWith(".partial", StringComparison.Ordinal)
                && Path.GetFileName(path) is not "lock",
        },
    ];

    /// <summary>A JSON or XML file to its last byte.</summary>
    private static bool IsReport(string path) => Reads(() =>
    {
        if (path.EndsWith(".json", StringComparison.Ordinal))
        {
            JsonDocument.Parse(File.ReadAllBytes(path)).Dispose();
        }
        else
        {
            XDocument.Load(path);
        }
    });

    private static bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception exception) when (exception is UsageException or JsonException or System.Xml.XmlException)
        {
            return false;
        }
    }
}
