using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>
/// <c>model.safetensors.index.json</c>: in which file of the folder each tensor lies (<c>weight_map</c>), and what all of them take
/// (<c>metadata.total_size</c>, bytes).
/// </summary>
/// <param name="Files">File names, each once, in their order.</param>
/// <param name="FileOf">The file of each tensor.</param>
internal sealed record ShardIndex(ImmutableArray<string> Files, ImmutableDictionary<string, string> FileOf)
{
    /// <summary>What such a file's name ends with.</summary>
    public const string Ending = ".safetensors.index.json";

    /// <summary>The name that it has where there is a choice.</summary>
    public const string FileName = "model" + Ending;

    private const long MostBytes = 100_000_000;

    /// <summary>Reads one.</summary>
    /// <exception cref="UsageException">It is too long or no index.</exception>
    public static ShardIndex Read(string path)
    {
        InputFile.Check(path);
        long length = new FileInfo(path).Length;
        if (length > MostBytes)
        {
            throw new UsageException($"{path}: {length} bytes are more than an index has ({MostBytes})");
        }

        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (TensorFileException exception)
        {
            throw new UsageException($"{path}: {exception.Message}");
        }
    }

    /// <summary>Reads one's JSON.</summary>
    /// <exception cref="TensorFileException">It is no index, or names a tensor twice or a file that is no name.</exception>
    public static ShardIndex Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 16 });
            ImmutableDictionary<string, string>? map = null;
            Require(ref reader, JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!reader.ValueTextEquals("weight_map"u8))
                {
                    reader.Read();
                    reader.Skip();
                    continue;
                }

                map = map is null ? Map(ref reader) : throw new TensorFileException("it has weight_map twice");
            }

            reader.Read();
            return map is null ? throw new TensorFileException("it has no weight_map, which says in which file each tensor lies")
                : new([.. map.Values.Distinct().Order(StringComparer.Ordinal)], map);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new TensorFileException($"it is not the JSON of an index: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The JSON of one.</summary>
    /// <param name="tensors">Each tensor with its file.</param>
    public static byte[] Write(IEnumerable<(TensorInfo Tensor, string File)> tensors)
    {
        (TensorInfo Tensor, string File)[] all = [.. tensors];
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", all.Sum(t => t.Tensor.Bytes));
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach ((TensorInfo tensor, string file) in all.OrderBy(t => t.Tensor.Name, StringComparer.Ordinal))
            {
                json.WriteString(tensor.Name, file);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static ImmutableDictionary<string, string> Map(ref Utf8JsonReader reader)
    {
        ImmutableDictionary<string, string>.Builder map = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        Require(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string tensor = reader.GetString()!;
            Require(ref reader, JsonTokenType.String);
            string file = reader.GetString()!;
            if (file.Length == 0 || file != Path.GetFileName(file) || file is "." or ".." || file.AsSpan().ContainsAny('\0', '\\'))
            {
                throw new TensorFileException($"tensor '{TensorInfo.Shown(tensor)}' is said to be in '{TensorInfo.Shown(file)}', which is "
                    + "no file's name");
            }

            if (!map.TryAdd(tensor, file))
            {
                throw new TensorFileException($"weight_map names '{TensorInfo.Shown(tensor)}' twice");
            }
        }

        return map.ToImmutable();
    }

    private static void Require(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new TensorFileException($"it has a {reader.TokenType} where a {token} belongs");
        }
    }
}
