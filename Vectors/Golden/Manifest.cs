using System.Collections.Immutable;
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

        return manifest is null || manifest.Files.IsDefault ? throw new VectorFileException($"{path}: not a manifest")
            : manifest.SchemaVersion != GoldenFiles.SchemaVersion
                ? throw new VectorFileException(
                    $"{path}: schema {manifest.SchemaVersion}, this program reads schema {GoldenFiles.SchemaVersion}")
            : manifest;
    }
}

/// <summary>One file of a golden folder.</summary>
/// <param name="Name">File name with extension.</param>
/// <param name="Rows">Rows without the header.</param>
/// <param name="Sha256">Hash of its bytes, lower-case hexadecimal.</param>
internal sealed record ManifestFile(string Name, int Rows, string Sha256);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ImmutableArray<Flag>))]
internal sealed partial class ManifestJson : JsonSerializerContext;
