using System.Globalization;
using Mxact.Mutants.Processes;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Running;

/// <summary>Which sites each test class reaches and how long it takes, from one run of it with no mutant alive.</summary>
internal sealed class Coverage
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    private readonly Dictionary<TestClass, (double Seconds, byte[] Reached)> classes = [];

    /// <summary>Whether every class has been run: until then a mutant can be killed, and none can be said to survive.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>The classes that cannot judge, and why.</summary>
    public List<string> Left { get; } = [];

    /// <summary>Reads what is known, and runs the classes that are new until the time is up.</summary>
    public static Coverage Of(Workshop shop, string room, Func<bool> isTimeUp, TextWriter progress)
    {
        Coverage coverage = new();
        int size = shop.Sites.Count == 0 ? 1 : shop.Sites.Max(site => site.Id) + 1;
        foreach (TestClass type in TestClass.Judges(room).SelectMany(judge => TestClass.Of(shop.Tree, judge)))
        {
            string map = Path.Combine(shop.Coverage, type.Name + ".reached");
            string note = Path.Combine(shop.Coverage, type.Name + ".txt");
            if (!File.Exists(note) || File.ReadAllLines(note)[^1] != type.Source)
            {
                if (isTimeUp())
                {
                    coverage.IsComplete = false;
                    continue;
                }

                File.WriteAllBytes(map, new byte[size]);
                Ran ran = TestRun.Of(shop, type.Room, TestRun.Classes([type.Name]), Limit, mutant: null, map);
                string why = ran.TimedOut ? "takes too long" : ran.ExitCode == 0 ? "ok" : ran.ExitCode == 8 ? "all skipped"
                    : $"fails with no mutant alive: {TestRun.FirstFailure(ran.Output) ?? $"exit {ran.ExitCode}"}";
                File.WriteAllLines(note, [why, ran.Seconds.ToString("F1", CultureInfo.InvariantCulture), type.Source]);
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type.Name}: {why}, {ran.Seconds:F1} s"));
            }

            string[] said = File.ReadAllLines(note);
            if (said[0] == "ok")
            {
                coverage.classes[type] = (double.Parse(said[1], CultureInfo.InvariantCulture), File.ReadAllBytes(map));
            }
            else
            {
                coverage.Left.Add($"{type.Name}: {said[0]}");
            }
        }

        return coverage;
    }

    /// <summary>The classes that reach a site: those named like its file first, then the quickest.</summary>
    public IEnumerable<(TestClass Class, double Seconds)> Reaching(Site site)
    {
        string file = Path.GetFileNameWithoutExtension(site.File).Split('.')[0];
        return classes.Where(one => one.Value.Reached[site.Id] != 0)
            .OrderByDescending(one => one.Key.Name.Contains(file, StringComparison.Ordinal) && one.Value.Seconds < 20)
            .ThenBy(one => one.Value.Seconds)
            .Select(one => (one.Key, one.Value.Seconds));
    }
}
