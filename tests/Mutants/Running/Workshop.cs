using System.Security.Cryptography;
using System.Text;
using Mxact.Mutants.Processes;
using Mxact.Mutants.Rewriting;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Running;

/// <summary>
/// The mutated copy of the working tree, under <c>artifacts</c>: made once for a state of the production code, its tests brought up to
/// date at every start. No recorded data of others lies beside it.
/// </summary>
/// <param name="root">The working tree.</param>
/// <param name="plan">What of it is mutated and built.</param>
internal sealed class Workshop(string root, Plan plan)
{
    private static readonly string[] Loose = ["-c", "Release", "-v", "q", "-nologo", "-p:RunAnalyzers=false",
        "-p:TreatWarningsAsErrors=false", "-p:EnforceCodeStyleInBuild=false", "-p:NoWarn=CS0436", "-p:GenerateDocumentationFile=false"];

    private readonly string folder = Path.Combine(root, "artifacts", plan.Folder);

    /// <summary>The copy.</summary>
    public string Tree => Path.Combine(folder, "tree");

    /// <summary>The command as it stood before anything was mutated, where the plan keeps it: what judges a mutated one.</summary>
    public string Judge => Path.Combine(folder, "judge");

    /// <summary>Where coverage is kept.</summary>
    public string Coverage => Path.Combine(folder, "coverage");

    /// <summary>What the production code is: ten digits of its hash.</summary>
    public string Key { get; private set; } = string.Empty;

    /// <summary>Every mutant of this production code.</summary>
    public IReadOnlyList<Site> Sites { get; private set; } = [];

    /// <summary>Makes the copy, or brings it up to date.</summary>
    public void Open(TextWriter progress)
    {
        string[] files = Programs.Run("git", ["ls-files", "-co", "--exclude-standard"], root, TimeSpan.FromMinutes(1)).Output
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Combine(root, file))).ToArray();
        string[] production = [.. files.Where(IsProduction).Order(StringComparer.Ordinal)];
        Key = Hash(production);
        string keyFile = Path.Combine(folder, "key"), list = Path.Combine(folder, "sites.csv");
        if (File.Exists(keyFile) && File.ReadAllText(keyFile) == Key)
        {
            if (Copy(files.Except(production)))
            {
                progress.WriteLine("building the tests");
                Build();
            }
        }
        else
        {
            Directory.CreateDirectory(folder);
            File.Delete(keyFile);
            Copy(files);
            Forget(production);
            progress.WriteLine("building the tree as it stands");
            Build();
            Keep();
            List<Site> sites = Rewrite(progress);
            progress.WriteLine($"building {sites.Count} mutants");
            Build();
            File.WriteAllLines(list, [Csv.Row(Site.Columns), .. sites.Select(site => Csv.Row(site.Cells()))]);
            Directory.CreateDirectory(Coverage);
            Array.ForEach(Directory.GetFiles(Coverage), File.Delete);
            File.WriteAllText(keyFile, Key);
        }

        Sites = [.. File.ReadLines(list).Skip(1).Select(row => Site.FromCells(Csv.Cells(row)))];
    }

    private bool IsProduction(string file)
        => file.EndsWith(".cs", StringComparison.Ordinal) && plan.Rooms.Contains(file.Split('/')[0], StringComparer.Ordinal);

    private string Hash(IEnumerable<string> files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files.Where(file => Array.Exists(plan.Decides, path => file.StartsWith(path, StringComparison.Ordinal))))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(Path.Combine(root, file)));
        }

        // The mutants by hand are numbered with the others.
        foreach (ByHand.Entry entry in ByHand.All.Where(entry => plan.Takes(entry.File)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(entry.ToString()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..10];
    }

    /// <summary>Copies what differs, so that a build finds the rest up to date.</summary>
    /// <returns>Whether a source file of the tests was among it.</returns>
    private bool Copy(IEnumerable<string> files)
    {
        bool tests = false;
        foreach (string file in files.Where(file => !Array.Exists(plan.Left, left => file.StartsWith(left, StringComparison.Ordinal))))
        {
            string to = Path.Combine(Tree, file);
            byte[] content = File.ReadAllBytes(Path.Combine(root, file));
            if (!File.Exists(to) || !File.ReadAllBytes(to).AsSpan().SequenceEqual(content))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.WriteAllBytes(to, content);
                tests |= file.EndsWith(".cs", StringComparison.Ordinal);
            }
        }

        return tests;
    }

    /// <summary>Removes the production files of an earlier state.</summary>
    private void Forget(IEnumerable<string> production)
    {
        HashSet<string> kept = [.. production.Select(file => Path.Combine(Tree, file))];
        foreach (string file in plan.Rooms.SelectMany(room
            => Directory.GetFiles(Path.Combine(Tree, room), "*.cs", SearchOption.AllDirectories)))
        {
            if (!kept.Contains(file) && !file.Contains("/obj/", StringComparison.Ordinal))
            {
                File.Delete(file);
            }
        }
    }

    private List<Site> Rewrite(TextWriter progress)
    {
        List<Site> sites = [];
        int next = 0;
        foreach (string project in plan.Mutated)
        {
            (List<Site> found, int after) = Schemata.Rewrite(ProjectSource.Read(Tree, project), Tree, next, plan.Takes);
            progress.WriteLine($"{project}: {found.Count} mutants stand of {after - next}");
            sites.AddRange(found);
            next = after;
        }

        // Only now: until the last project is read, the compiler's answers are about the tree as it stands.
        foreach (string project in plan.Mutated)
        {
            File.WriteAllText(Path.Combine(Tree, Path.GetDirectoryName(project)!, "Mutation.cs"), Schemata.Injected());
        }

        return sites;
    }

    /// <summary>Keeps what was built of the tree as it stands, where the plan asks for it.</summary>
    private void Keep()
    {
        if (plan.Kept is null)
        {
            return;
        }

        string from = Path.Combine(Tree, plan.Kept);
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(Judge, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }
    }

    private void Build()
    {
        foreach (string project in plan.Built)
        {
            Ran built = Programs.Run("dotnet", ["build", project, .. Loose], Tree, TimeSpan.FromMinutes(20));
            if (built.ExitCode != 0)
            {
                IEnumerable<string> errors = built.Output.Split('\n').Distinct()
                    .Where(line => line.Contains("error", StringComparison.Ordinal));
                throw new MutationException($"{project} does not build:\n{string.Join('\n', errors.Take(20))}");
            }
        }
    }
}
