using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mxact.Vectors;

/// <summary>What a golden folder holds: written with it, checked before anything in it is believed.</summary>
/// <param name="SchemaVersion">Version of the columns.</param>
/// <param name="Set">Version of the set, such as <c>v1</c>.</param>
/// <param name="Generator">Name and version of the program that wrote it.</param>
/// <param name="Seed">Seed of its random operands, hexadecimal.</param>
/// <param name="License">Licence of the rows.</param>
/// <param name="Files">Its files.</param>
internal sealed record Manifest(
    int SchemaVersion, string Set, string Generator, string Seed, string License, ImmutableArray<ManifestFile> Files)
{
    private const int MostName = 128, MostFiles = 1000, MostRows = 1_000_000;

    /// <summary>Rows of all files together.</summary>
    [JsonIgnore]
    public int Rows => Files.Sum(f => f.Rows);

    /// <summary>Its JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Default.Manifest) + "\n";

    /// <summary>Reads JSON text.</summary>
    /// <exception cref="VectorFileException">It is not a manifest of this schema.</exception>
    public static Manifest Parse(string json, string path)
    {
        Manifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.Manifest);
        }
        catch (JsonException exception)
        {
            throw new VectorFileException($"{path}: not a manifest: {exception.Message.Split('\n')[0]}", exception);
        }

        if (manifest is { Files.IsDefault: false } && Fault(manifest.Files!) is { } fault)
        {
            throw new VectorFileException($"{path}: {fault}");
        }

        return manifest is null || manifest.Files.IsDefault ? throw new VectorFileException($"{path}: not a manifest")
            : manifest.SchemaVersion != GoldenFiles.SchemaVersion
                ? throw new VectorFileException(
                    $"{path}: schema {manifest.SchemaVersion}, this program reads schema {GoldenFiles.SchemaVersion}")
            : manifest;
    }

    /// <summary>
    /// What is wrong with a list of files, or null. Their names are those of files in the manifest's own folder, and of letters that no
    /// terminal, table or file system takes for anything else.
    /// </summary>
    private static string? Fault(IReadOnlyList<ManifestFile?> files)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach ((int i, ManifestFile? file) in files.Index())
        {
            string? fault = file is null ? "is null"
                : file.Name is null or { Length: 0 or > MostName } || file.Name[0] == '.'
                    || !file.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
                    ? $"its name is not that of a file in this folder, of 1 to {MostName} letters, digits, '.', '-' and '_'"
                : file.Rows is < 0 or > MostRows ? $"has {file.Rows} rows, not 0 to {MostRows}"
                : file.Sha256 is not { Length: 64 } || !file.Sha256.All(char.IsAsciiHexDigitLower)
                    ? "its sha256 is not 64 hexadecimal digits"
                : !names.Add(file.Name) ? $"{file.Name} stands twice"
                : null;
            if (fault is not null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"files[{i}]: {fault}");
            }
        }

        return files.Count > MostFiles ? string.Create(CultureInfo.InvariantCulture, $"{files.Count} files are more than {MostFiles}")
            : null;
    }
}

/// <summary>One file of a golden folder.</summary>
/// <param name="Name">File name with extension.</param>
/// <param name="Rows">Rows without the header.</param>
/// <param name="Sha256">Hash of its bytes, lower-case hexadecimal.</param>
internal sealed record ManifestFile(string Name, int Rows, string Sha256);

[JsonSourceGenerationOptions(WriteIndented = true, AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ImmutableArray<Flag>))]
internal sealed partial class ManifestJson : JsonSerializerContext;
