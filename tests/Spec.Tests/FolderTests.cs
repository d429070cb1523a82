
namespace Mxact.Spec.Tests;

/// <summary>Between the source folders of an assembly, as between assemblies, dependencies point one way.</summary>
public sealed class FolderTests
{
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
        Assert.True(circles.Count == 0, $"{assembly}\n{string.Join("\n\n", circles.Select(c => $"{c.Folders}\n{c.Example}"))}");
    }
}
