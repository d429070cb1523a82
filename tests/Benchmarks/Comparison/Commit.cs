using System.Formats.Tar;
using Mxact.Shell;

namespace Mxact.Benchmarks.Comparison;

/// <summary>A commit, checked out into a folder of its own and built there: the working tree is left alone.</summary>
/// <param name="Hash">Its full name.</param>
/// <param name="Folder">Its tree.</param>
internal sealed record Commit(string Hash, string Folder)
{
    private const string Project = "tests/Benchmarks";
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(20);

    /// <summary>As people write it.</summary>
    public string ShortHash => Hash[..7];

    /// <summary>Looks a commit up.</summary>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static Commit Find(string repository, string name, string folder)
    {
        string hash;
        try
        {
            hash = ChildProcess.Read(repository, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}");
        }
        catch (UsageException)
        {
            throw new UsageException($"'{name}' is no commit of this repository");
        }

        return new(hash, Path.Combine(folder, hash[..12]));
    }

    /// <summary>Whether its benchmarks are built.</summary>
    public bool IsBuilt => File.Exists(Built);

    private string Built => Path.Combine(Folder, "built");

    /// <summary>Checks it out and builds its benchmarks.</summary>
    /// <exception cref="UsageException">It has no benchmarks, or they do not build.</exception>
    public void Build(string repository, CancellationToken stop)
    {
        string tree = Path.Combine(Folder, "tree");
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(tree);
        ChildProcess.Pipe(
            repository,
            tar => TarFile.ExtractToDirectory(tar, tree, overwriteFiles: false),
            "git",
            "archive",
            "--format=tar",
            Hash);
        if (!Directory.Exists(Path.Combine(tree, Project)))
        {
            throw new UsageException($"{ShortHash} has no {Project}");
        }

        string[] words = ["build", "-c", "Release", "--nologo", "-v", "q", "-p:RunAnalyzers=false", Project];
        ChildProcess.Run(tree, Path.Combine(Folder, "build.log"), BuildLimit, "dotnet", words, stop);
        File.WriteAllText(Built, "");
    }

    /// <summary>Runs its benchmarks once; what they report lies in a folder that appears whole or not at all.</summary>
    /// <exception cref="UsageException">They fail, take longer than the limit, or the filter matches none.</exception>
    public void Run(string results, IReadOnlyList<string> filters, TimeSpan limit, CancellationToken stop)
    {
        string partial = results + ".partial";
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        string[] words =
        [
            "run", "-c", "Release", "--no-build", "--project", Project, "--", "--exporters", "json", "--artifacts", partial, "--filter",
            .. filters,
        ];
        ChildProcess.Run(Path.Combine(Folder, "tree"), Path.Combine(partial, "output.log"), limit, "dotnet", words, stop);
        if (Figures.Read(partial).Count == 0)
        {
            throw new UsageException(
                $"no benchmark of {ShortHash} that matches {string.Join(' ', filters)} gave a figure; see {partial}/output.log");
        }

        Directory.Move(partial, results);
    }
}
