using Mono.Cecil;
using Mxact.Common;

namespace Mxact.Spec.Tests;

/// <summary>The rooms depend one way, and the clause index of Spec/README.md is complete.</summary>
public sealed class HouseTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Spec/Mxact.Spec"] = [],
        ["Simulator/Mxact.Simulator"] = ["Mxact.Spec"],
        ["Simulator/Gpu/Mxact.Simulator.Gpu"] = ["Mxact.Spec", "Mxact.Simulator", "ILGPU"],
        ["Conformance/Shell/Mxact.Shell"] = [],
        ["Vectors/Mxact.Vectors"] = ["Mxact.Spec", "Mxact.Simulator", "Mxact.Shell", "CsvHelper"],
        ["Conformance/Mxact.Conformance"] = ["Mxact.Spec", "Mxact.Simulator", "Mxact.Vectors", "Mxact.Shell", "CsvHelper", "OxyPlot"],
        ["Conformance/Tensors/Mxact.Tensors"] = ["Mxact.Spec", "Mxact.Simulator", "Mxact.Shell", "CsvHelper", "OxyPlot",
            "System.Numerics.Tensors"],
        ["Conformance/Checkpoints/Mxact.Checkpoints"] = ["Mxact.Spec", "Mxact.Simulator", "Mxact.Vectors", "Mxact.Shell",
            "Mxact.Conformance", "Mxact.Tensors"],
        ["Conformance/Cli/mxact"] =
        [
            "Mxact.Spec", "Mxact.Simulator", "Mxact.Simulator.Gpu", "Mxact.Vectors", "Mxact.Shell", "Mxact.Conformance", "Mxact.Tensors",
            "Mxact.Checkpoints", "System.CommandLine", "Spectre.Console", "Spectre.Console.Ansi",
        ],
        ["Training/Mxact.Training"] = ["Mxact.Spec", "Mxact.Simulator", "Mxact.Shell", "TorchSharp", "CsvHelper", "OxyPlot"],
        ["Training/Cli/mxact-train"] =
        [
            "Mxact.Spec", "Mxact.Simulator", "Mxact.Simulator.Gpu", "Mxact.Shell", "Mxact.Training", "TorchSharp",
            "System.CommandLine", "Spectre.Console", "Spectre.Console.Ansi",
        ],
        ["tests/Mutants/Mxact.Mutants"] = ["Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"],
    };

    public static TheoryData<string> Assemblies() => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Dependencies_point_one_way(string assembly)
    {
        string? path = Built(assembly);
        Assert.SkipWhen(path is null, $"NOT CHECKED: {assembly} is not built");
        using AssemblyDefinition built = AssemblyDefinition.ReadAssembly(path);
        IEnumerable<string> used = built.MainModule.AssemblyReferences.Select(r => r.Name)
            .Where(name => name is not ("System" or "mscorlib" or "netstandard" or "Microsoft.Win32.Primitives")
                && !(name.StartsWith("System.", StringComparison.Ordinal)
                && name is not ("System.CommandLine" or "System.Numerics.Tensors")));
        Assert.Empty(used.Except(MayUse[assembly]));
    }

    /// <summary>The newest build of an assembly, or null.</summary>
    internal static string? Built(string assembly)
    {
        string folder = Repository.At([.. assembly.Split('/')[..^1], "bin"]);
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder, assembly.Split('/')[^1] + ".dll",
                SearchOption.AllDirectories).OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault()
            : null;
    }

    [Fact]
    public void The_top_level_holds_the_rooms_and_nothing_else()
    {
        string[] rooms = ["Spec", "Simulator", "Conformance", "Training", "Vectors", "tests"];
        IEnumerable<string?> folders = Directory.GetDirectories(Repository.Root).Select(Path.GetFileName).Where(name
            => !name!.StartsWith('.') && name is not ("artifacts" or "TestResults"));
        Assert.Equal(rooms.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
        Assert.All(rooms, room => Assert.True(File.Exists(Repository.At(room, "README.md")), $"{room}/README.md"));
    }

    [Fact]
    public void Every_clause_is_in_the_index_and_every_file_it_names_exists()
    {
        string readme = File.ReadAllText(Repository.At("Spec", "README.md"));
        Assert.All(Clauses.All, clause => Assert.Contains($"| {clause.Citation} |", readme, StringComparison.Ordinal));
        foreach (string line in readme.Split('\n').Where(line => line.Contains("](../", StringComparison.Ordinal)))
        {
            foreach (string target in line.Split("](../").Skip(1).Select(part => part[..part.IndexOf(')', StringComparison.Ordinal)]))
            {
                Assert.True(File.Exists(Repository.At(target)), $"Spec/README.md names {target}");
            }
        }
    }
}
