using Mono.Cecil;
using Mxact.Common;

namespace Mxact.Spec.Tests;

/// <summary>The rooms depend one way, and the clause index of Spec/README.md is complete.</summary>
public sealed class HouseTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Spec"] = [],
        ["Simulator"] = ["Mxact.Spec", "ILGPU"],
        ["Vectors"] = ["Mxact.Spec", "Mxact.Simulator", "CsvHelper"],
        ["Conformance"] = ["Mxact.Spec", "Mxact.Simulator", "Mxact.Vectors", "System.CommandLine", "Spectre.Console", "Spectre.Console.Ansi", "CsvHelper", "OxyPlot", "System.Numerics.Tensors"],
        ["Training"] = ["Mxact.Spec", "Mxact.Simulator", "TorchSharp", "CsvHelper", "OxyPlot", "System.CommandLine", "Spectre.Console", "Spectre.Console.Ansi"],
    };

    [Theory]
    [InlineData("Spec", "Mxact.Spec.dll")]
    [InlineData("Simulator", "Mxact.Simulator.dll")]
    [InlineData("Vectors", "Mxact.Vectors.dll")]
    [InlineData("Conformance", "mxact.dll")]
    [InlineData("Training", "mxact-train.dll")]
    public void Dependencies_point_one_way(string room, string assembly)
    {
        string? path = Directory.Exists(Repository.At(room, "bin"))
            ? Directory.GetFiles(Repository.At(room, "bin"), assembly, SearchOption.AllDirectories).OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault()
            : null;
        Assert.SkipWhen(path is null, $"NOT CHECKED: {room} is not built");
        using AssemblyDefinition built = AssemblyDefinition.ReadAssembly(path);
        IEnumerable<string> used = built.MainModule.AssemblyReferences.Select(r => r.Name)
            .Where(name => name is not ("System" or "mscorlib" or "netstandard" or "Microsoft.Win32.Primitives") && !(name.StartsWith("System.", StringComparison.Ordinal) && name != "System.CommandLine"));
        Assert.Empty(used.Except(MayUse[room]));
    }

    [Fact]
    public void The_top_level_holds_the_rooms_and_nothing_else()
    {
        string[] rooms = ["Spec", "Simulator", "Conformance", "Training", "Vectors", "tests"];
        IEnumerable<string?> folders = Directory.GetDirectories(Repository.Root).Select(Path.GetFileName).Where(name => !name!.StartsWith('.') && name is not ("artifacts" or "TestResults"));
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
