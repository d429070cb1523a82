using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mxact.Vectors;

/// <summary>A folder of golden files with its manifest.</summary>
internal sealed class GoldenSet
{
    /// <summary>Name of the manifest in its folder.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>Name of the flags' explanations in the folder.</summary>
    public const string FlagsName = "flags.json";

    private GoldenSet(string folder, Manifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Its manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>
    /// The folder of the set this program came with: <c>MXACT_VECTORS</c>, or <c>golden/v1</c> beside the program, or
    /// <c>Vectors/golden/v1</c> in a folder above it.
    /// </summary>
    /// <exception cref="VectorFileException">It is in none of them.</exception>
    public static string DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable("MXACT_VECTORS") is { Length: > 0 } named)
        {
            return named;
        }

        string beside = Path.Combine(AppContext.BaseDirectory, "golden", "v1");
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory);
            !File.Exists(Path.Combine(beside, ManifestName));
            folder = folder.Parent)
        {
            if (folder is null)
            {
                throw new VectorFileException("the golden set is not beside this program; name its folder in MXACT_VECTORS");
            }

            beside = Path.Combine(folder.FullName, "Vectors", "golden", "v1");
        }

        return beside;
    }

    /// <summary>Opens a folder and checks every file against the manifest's hashes.</summary>
    /// <exception cref="VectorFileException">A file is missing or is not what the manifest says.</exception>
    public static GoldenSet Open(string folder)
    {
        string path = Path.Combine(folder, ManifestName);
        if (!File.Exists(path))
        {
            throw new VectorFileException($"{path}: not found");
        }

        Manifest manifest = Manifest.Parse(File.ReadAllText(path), path);
        foreach (ManifestFile file in manifest.Files)
        {
            string filePath = Path.Combine(folder, file.Name);
            if (file.Name != Path.GetFileName(file.Name) || !File.Exists(filePath))
            {
                throw new VectorFileException($"{filePath}: not found");
            }

            using FileStream stream = File.OpenRead(filePath);
            string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (hash != file.Sha256)
            {
                throw new VectorFileException($"{filePath}: SHA-256 is {hash}, the manifest says {file.Sha256}");
            }
        }

        return new(folder, manifest);
    }

    /// <summary>The rows of a level and below, file by file, in order.</summary>
    public IEnumerable<TestVector> Rows(Level level = Level.Standard)
        => Manifest.Files.SelectMany(file => VectorFile.Read(Path.Combine(Folder, file.Name))).Where(row => row.Level <= level);

    /// <summary>
    /// Generates the set into a folder. Each file is written under a temporary name and moved into place; the manifest comes last.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two rows have one id.</exception>
    /// <param name="folder">Where; created when missing.</param>
    /// <param name="progress">Told each file's name and rows as it is done.</param>
    public static GoldenSet Generate(string folder, Action<string, int>? progress = null)
    {
        Directory.CreateDirectory(folder);
        string[] names = [.. GoldenFiles.Names];
        ManifestFile[] files = new ManifestFile[names.Length];
        IReadOnlyList<TestVector>[] all = new IReadOnlyList<TestVector>[names.Length];

        // Files do not depend on each other; the order of the manifest is that of the catalogue whatever finishes first.
        Parallel.For(0, names.Length, i =>
        {
            IReadOnlyList<TestVector> rows = all[i] = GoldenFiles.Generate(names[i]);
            using MemoryStream content = new();
            VectorFile.Write(content, rows);
            byte[] bytes = content.ToArray();
            MoveIntoPlace(Path.Combine(folder, names[i] + ".csv"), bytes);
            files[i] = new(names[i] + ".csv", rows.Count, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            progress?.Invoke(files[i].Name, rows.Count);
        });

        // A row is in one file, and an id is one row's in the whole set.
        Dictionary<string, TestVector> byId = [];
        foreach (TestVector row in all.SelectMany(rows => rows))
        {
            if (!byId.TryAdd(row.Id, row))
            {
                throw new InvalidOperationException($"{row.Id} is generated in two files: '{byId[row.Id].Request}' and '{row.Request}'");
            }
        }

        MoveIntoPlace(
            Path.Combine(folder, FlagsName), JsonSerializer.SerializeToUtf8Bytes(Flag.All, ManifestJson.Default.ImmutableArrayFlag));
        Manifest manifest = new(
            GoldenFiles.SchemaVersion,
            "v1",
            "mxact " + typeof(GoldenSet).Assembly.GetName().Version!.ToString(3),
            GoldenFiles.Seed.ToString("x", CultureInfo.InvariantCulture),
            "CC0-1.0",
            [.. files]);
        MoveIntoPlace(Path.Combine(folder, ManifestName), System.Text.Encoding.UTF8.GetBytes(manifest.ToJson()));
        return new(folder, manifest);
    }

    /// <summary>Compares the set with a fresh generation of it.</summary>
    public GoldenChanges CompareWithFresh()
    {
        string fresh = Directory.CreateTempSubdirectory("mxact-golden-").FullName;
        try
        {
            GoldenSet generated = Generate(fresh);
            GoldenChanges changes = GoldenChanges.Find(Files(), generated.Files());
            string[] names = [.. Directory.GetFiles(fresh).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
            bool IsDifferent(string name) => !SameBytes(Path.Combine(fresh, name), Path.Combine(Folder, name));
            return changes with { DifferentFiles = [.. names.Where(IsDifferent)] };
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
        }
    }

    private IEnumerable<(string Name, IEnumerable<TestVector> Rows)> Files()
        => Manifest.Files.Select(file => (file.Name, VectorFile.Read(Path.Combine(Folder, file.Name))));

    private static bool SameBytes(string a, string b)
        => File.Exists(b) && File.ReadAllBytes(a).AsSpan().SequenceEqual(File.ReadAllBytes(b));

    private static void MoveIntoPlace(string path, byte[] bytes)
    {
        string temporary = path + ".partial";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
