using System.Text.Json;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>What the files beside a checkpoint say of how it was quantised. They are shown, and never decide against the tensors.</summary>
/// <param name="File">The file that says so, or null.</param>
/// <param name="Method"><c>quant_method</c> or <c>quant_algo</c>, or null.</param>
/// <param name="Format"><c>format</c>, <c>fmt</c> or <c>quant_algo</c>, or null.</param>
internal sealed record QuantizationConfig(string? File, string? Method, string? Format)
{
    private const long MostBytes = 10_000_000;

    /// <summary>Nothing is said.</summary>
    public static QuantizationConfig None { get; } = new(null, null, null);

    /// <summary>Reads the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isOwn">Whether the folder is the checkpoint: then a file that cannot be read is an error, else nobody's.</param>
    /// <exception cref="UsageException">One cannot be read.</exception>
    public static QuantizationConfig Of(string? folder, bool isOwn)
    {
        foreach (string name in folder is null ? [] : (string[])["config.json", "hf_quant_config.json"])
        {
            string path = Path.Combine(folder!, name);
            try
            {
                if (System.IO.File.Exists(path) && new FileInfo(path).Length <= MostBytes
                    && Parse(System.IO.File.ReadAllBytes(path)) is { } found)
                {
                    return found with { File = name };
                }
            }
            catch (TensorFileException exception) when (isOwn)
            {
                throw new UsageException($"{path}: {exception.Message}");
            }
            catch (Exception exception) when (!isOwn && exception is TensorFileException or IOException or UnauthorizedAccessException)
            {
                // A file that only lies beside it.
            }
        }

        return None;
    }

    /// <summary>Reads a file's JSON; null where it says nothing of quantisation.</summary>
    /// <exception cref="TensorFileException">It is no JSON object.</exception>
    public static QuantizationConfig? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new() { MaxDepth = 64 });
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? throw new TensorFileException("it is no JSON object")
                : Member(document.RootElement, "quantization_config") is { } config
                    ? new(null, Text(config, "quant_method"), Text(config, "format") ?? Text(config, "fmt") ?? Text(config, "quant_algo"))
                : Member(document.RootElement, "quantization") is { } quantization
                    ? new(null, "modelopt", Text(quantization, "quant_algo"))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new TensorFileException($"it is not JSON: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static JsonElement? Member(JsonElement of, string name)
        => of.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static string? Text(JsonElement of, string name)
        => of.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
