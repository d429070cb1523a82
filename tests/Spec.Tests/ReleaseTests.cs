using System.Text.RegularExpressions;
using Mxact.Common;

namespace Mxact.Spec.Tests;

/// <summary>What a release says of itself in several places is the same.</summary>
public sealed class ReleaseTests
{
    [Fact]
    public void The_version_is_the_same_everywhere()
    {
        string version = Regex.Match(Text("Directory.Build.props"), "<Version>(.+)</Version>").Groups[1].Value;
        Assert.Matches(@"^\d+\.\d+\.\d+$", version);
        Assert.Equal(version, Regex.Match(Text("CITATION.cff"), @"(?m)^version: (\S+)$").Groups[1].Value);
        Assert.Equal(version, Regex.Match(Text("CHANGELOG.md"), @"(?m)^## (\S+)").Groups[1].Value);
    }

    private static string Text(string file) => File.ReadAllText(Repository.At(file)).ReplaceLineEndings("\n");
}
