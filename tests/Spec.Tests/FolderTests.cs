
namespace Mxact.Spec.Tests;

/// <summary>Between the source folders of an assembly, as between assemblies, dependencies point one way.</summary>
public sealed class FolderTests
{
    /// <summary>Circles that stand: assembly, and the folders in it that use each other. Only ever shortened.</summary>
    private static readonly (string Assembly, string Folders)[] Known =
    [
        ("Simulator/Mxact.Simulator", "Accumulation + Accumulation/Families"),
        ("Conformance/Mxact.Conformance", "Adapters + Adapters/Builtin + Checks"),
        ("Conformance/Cli/mxact", "Commands + Reports"),
    ];

    public static TheoryData<string> Assemblies() => HouseTests.Assemblies();

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Folders_use_each_other_one_way(string assembly)
    {
        string? path = HouseTests.Built(assembly);
        Assert.SkipWhen(path is null, $"NOT CHECKED: {assembly} is not built");
        SourceFolders folders = new(path, string.Join('/', assembly.Split('/')[..^1]));
        Assert.Empty(folders.Unplaced);
        IReadOnlyList<(string Folders, string Example)> circles = folders.Circles();
        string[] known = [.. Known.Where(k => k.Assembly == assembly).Select(k => k.Folders)];
        string found = string.Join("\n\n", circles.Select(c => $"{c.Folders}\n{c.Example}"));
        Assert.True(
            circles.Select(c => c.Folders).Order(StringComparer.Ordinal).SequenceEqual(known.Order(StringComparer.Ordinal)),
            $"{assembly}: {circles.Count} circles, {known.Length} known\n{found}");
    }
}
