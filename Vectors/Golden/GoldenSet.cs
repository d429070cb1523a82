using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Mxact.Shell;

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
        try
        {
            Manifest manifest = Manifest.Parse(InputFile.ReadAllText(path), path);
            foreach (ManifestFile file in manifest.Files)
            {
                string filePath = Path.Combine(folder, file.Name);
                using FileStream stream = InputFile.Open(filePath);
                string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
                if (hash != file.Sha256)
                {
                    throw new VectorFileException($"{filePath}: SHA-256 is {hash}, the manifest says {file.Sha256}");
                }
            }

            return new(folder, manifest);
        }
        catch (UsageException exception)
        {
            throw new VectorFileException(exception.Message, exception);
        }
    }

    /// <summary>The rows of a level and below, file by file, in order.</summary>
    public IEnumerable<TestVector> Rows(Level level = Level.Standard)
        => Manifest.Files.SelectMany(file => VectorFile.Read(Path.Combine(Folder, file.Name), level));

    /// <summary>
    /// Generates the set into a folder, by one process at a time. Each file appears whole; the manifest, which is held from the beginning,
    /// comes last.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two rows have one id.</exception>
    /// <exception cref="UsageException">The folder cannot be written, or another process is writing the set.</exception>
    /// <param name="folder">Where; created when missing.</param>
    /// <param name="progress">Told each file's name and rows as it is done.</param>
    public static GoldenSet Generate(string folder, Action<string, int>? progress = null)
    {
        Directory.CreateDirectory(folder);
        using AtomicFile last = AtomicFile.Create(Path.Combine(folder, ManifestName));
        (Manifest manifest, (string Name, byte[] Content)[] contents, _) = Build((name, rows, content) =>
        {
            AtomicFile.Write(Path.Combine(folder, name), content.AsSpan());
            progress?.Invoke(name, rows);
        });
        (string flags, byte[] ofFlags) = contents[^2];
        AtomicFile.Write(Path.Combine(folder, flags), ofFlags.AsSpan());
        last.Complete(contents[^1].Content);
        return new(folder, manifest);
    }

    /// <summary>Compares the set with a fresh generation of it, which stays in memory.</summary>
    public GoldenChanges CompareWithFresh()
    {
        (_, (string Name, byte[] Content)[] contents, (string, IEnumerable<TestVector>)[] rows) = Build();
        GoldenChanges changes = GoldenChanges.Find(Files(), rows);
        bool IsDifferent((string Name, byte[] Content) file)
            => Path.Combine(Folder, file.Name) is var path && !(File.Exists(path)
                && file.Content.AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        return changes with
        {
            DifferentFiles = [.. contents.Where(IsDifferent).Select(file => file.Name).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The set in memory: its files in order, then the flags and the manifest, and the rows of each file.</summary>
    private static (Manifest Manifest, (string Name, byte[] Content)[] Contents, (string Name, IEnumerable<TestVector> Rows)[] Rows) Build(
        Action<string, int, byte[]>? done = null)
    {
        string[] names = [.. GoldenFiles.Names];
        ManifestFile[] files = new ManifestFile[names.Length];
        byte[][] bytes = new byte[names.Length][];
        IReadOnlyList<TestVector>[] all = new IReadOnlyList<TestVector>[names.Length];

        // Files do not depend on each other; the order of the manifest is that of the catalogue whatever finishes first.
        Parallel.For(0, names.Length, i =>
        {
            IReadOnlyList<TestVector> rows = all[i] = GoldenFiles.Generate(names[i]);
            using MemoryStream content = new();
            VectorFile.Write(content, rows);
            bytes[i] = content.ToArray();
            files[i] = new(names[i] + ".csv", rows.Count, Convert.ToHexStringLower(SHA256.HashData(bytes[i])));
            done?.Invoke(files[i].Name, rows.Count, bytes[i]);
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

        Manifest manifest = new(
            GoldenFiles.SchemaVersion,
            "v1",
            "mxact " + typeof(GoldenSet).Assembly.GetName().Version!.ToString(3),
            GoldenFiles.Seed.ToString("x", CultureInfo.InvariantCulture),
            "CC0-1.0",
            [.. files]);
        return (
            manifest,
            [
                .. files.Zip(bytes, (file, content) => (file.Name, content)),
                (FlagsName, JsonSerializer.SerializeToUtf8Bytes(Flag.All, ManifestJson.Default.ImmutableArrayFlag)),
                (ManifestName, System.Text.Encoding.UTF8.GetBytes(manifest.ToJson())),
            ],
            [.. files.Zip(all, (file, rows) => (file.Name, rows.AsEnumerable()))]);
    }

    private IEnumerable<(string Name, IEnumerable<TestVector> Rows)> Files()
        => Manifest.Files.Select(file => (file.Name, VectorFile.Read(Path.Combine(Folder, file.Name))));
}
