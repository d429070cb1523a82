using System.Xml.Linq;
using Mxact.Common;
using Mxact.Shell;
using Mxact.Training.Reports;

namespace Mxact.Training.Tests;

/// <summary>A study's page: its figures are those of its results.</summary>
public sealed class StudyPageTests
{
    private const string Arms = """
        setting,arm,runs,diverged,unrecovered,events,events_low,events_high,event_at_median
        lr 1e-3,plain,4,0,0,0,0,0.6,
        lr 1e-2,plain,4,0,0,1,0.01,0.8,250
        lr 1e-3,signed,4,0,0,4,0.4,1,99.5
        lr 1e-2,signed,4,0,0,4,0.4,1,7
        """;

    private const string Runs = """
        arm,point,event_at,warning_at,own_warning_at
        plain,seed=0,,,
        plain,seed=1,,5,
        signed,seed=0,400,100,150
        signed,seed=1,300,310,
        """;

    [Fact]
    public void Figures_say_what_the_results_say()
    {
        using TemporaryFolder folder = new();
        Results(folder);
        string page = Draw(folder, "phase one");
        Assert.Equal(
            ["0 of 4", "1 of 4, 250", "4 of 4, 100", "4 of 4, 7"],
            Texts(page).Where(t => t.Contains(" of 4", StringComparison.Ordinal)));
        Assert.Empty(((string[])["plain", "signed", "1e-3", "1e-2"]).Except(Texts(page)));
        Assert.Equal(4, Texts(Draw(folder, "forest one")).Count(t => t.EndsWith(" of 4", StringComparison.Ordinal)));
        Assert.Contains("one: signed, lr 1e-2", Texts(Draw(folder, "forest one")));
        string[] warned = [.. Texts(Draw(folder, "warning one")).Where(t => t.Contains("before", StringComparison.Ordinal))];
        Assert.Equal(2, warned.Length);
        Assert.EndsWith("ten times the twin's norm: 1 of 2 before, 1 of 2 false", warned[0], StringComparison.Ordinal);
        Assert.EndsWith("ten times its own least median: 1 of 2 before, 0 of 2 false", warned[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_figure_stays_and_drawing_again_changes_nothing()
    {
        using TemporaryFolder folder = new();
        Results(folder);
        string page = folder.Write(StudyPage.Name,
            "<p>before</p>\n<!-- figure phase one -->\nold\n<!-- end of figure -->\n<p>after</p>\n"
                + "<!-- figure warning one -->\n<!-- end of figure -->\n");
        Assert.Equal(page, StudyPage.Write(folder.Path));
        string once = File.ReadAllText(page);
        StudyPage.Write(folder.Path);
        Assert.Equal(once, File.ReadAllText(page));
        Assert.StartsWith("<p>before</p>\n<!-- figure phase one -->\n<svg", once, StringComparison.Ordinal);
        Assert.Contains("</svg>\n<!-- end of figure -->\n<p>after</p>\n", once, StringComparison.Ordinal);
        Assert.DoesNotContain("old", once, StringComparison.Ordinal);
        string[] names = [.. SweepReportTests.Figures(once).SelectMany(f => f.Descendants()).Attributes("id").Select(id => id.Value)];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Theory]
    [InlineData("<p></p>\n<!-- figure phase one -->\n", "page.html: line 2: the figure is not followed by")]
    [InlineData("<!-- figure pie one -->\n<!-- end of figure -->", "page.html: line 1: a figure is phase, forest or warning, not 'pie'")]
    [InlineData("<!-- figure phase two -->\n<!-- end of figure -->", "arms.csv")]
    public void What_cannot_be_drawn_is_refused_in_one_line(string page, string message)
    {
        using TemporaryFolder folder = new();
        Results(folder);
        string path = folder.Write(StudyPage.Name, page);
        string refusal = Assert.Throws<UsageException>(() => StudyPage.Write(folder.Path)).Message;
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        Assert.Equal(page, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("arm,point\na,b\n", "runs.csv: has no column event_at")]
    [InlineData("event_at,warning_at,own_warning_at\n", "runs.csv: has no rows")]
    [InlineData("event_at,warning_at,own_warning_at\n1,2\n", "runs.csv:2: 2 cells under 3 columns")]
    [InlineData("event_at,warning_at,own_warning_at\n1,2,3\n1,soon,\n", "runs.csv:3: warning_at is 'soon', which is no number")]
    public void Results_that_are_none_are_refused_with_their_place(string runs, string message)
    {
        using TemporaryFolder folder = new();
        Results(folder);
        File.WriteAllText(folder.In("results", "one", "runs.csv"), runs);
        Assert.EndsWith(message, Assert.Throws<UsageException>(() => Draw(folder, "warning one")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_the_instability_study_is_drawn_from_its_results()
    {
        string study = Repository.At("Training", "Studies", "instability");
        string page = File.ReadAllText(Path.Combine(study, StudyPage.Name));
        Assert.True(page == StudyPage.Draw(page, study, StudyPage.Name), "run mxact-train study Training/Studies/instability");
    }

    private static void Results(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.In("results", "one"));
        File.WriteAllText(folder.In("results", "one", "arms.csv"), Arms + "\n");
        File.WriteAllText(folder.In("results", "one", "runs.csv"), Runs + "\n");
    }

    private static string Draw(TemporaryFolder folder, string figure)
        => StudyPage.Draw($"<!-- figure {figure} -->\n<!-- end of figure -->", folder.Path, StudyPage.Name);

    private static string[] Texts(string page) =>
    [
        .. SweepReportTests.Figures(page).SelectMany(f => f.Descendants()).Where(e => e.Name.LocalName == "text")
            .Select(e => e.Value.Trim()),
    ];
}
