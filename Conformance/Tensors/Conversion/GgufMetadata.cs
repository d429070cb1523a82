using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Conversion;

/// <summary>
/// The key-value section of a GGUF file on its way through a .safetensors file: as base64 text in the metadata, so that it comes back as
/// it was.
/// </summary>
internal static class GgufMetadata
{
    private const string PairsKey = "mxact.gguf.pairs", CountKey = "mxact.gguf.count", AlignmentKey = "mxact.gguf.alignment";

    /// <summary>The section that a new GGUF file gets: the source's own, or the least there is and the metadata in one string.</summary>
    /// <param name="source">The source.</param>
    /// <param name="metadata">What a .safetensors file would get.</param>
    public static (byte[] KeyValues, long Count, int Alignment) Of(TensorFile source, ImmutableSortedDictionary<string, string> metadata)
    {
        if (source.Gguf is { } header)
        {
            return ([.. header.KeyValues], header.KeyValueCount, header.Alignment);
        }

        if (source.Metadata.TryGetValue(PairsKey, out string? text) && FromBase64(text) is { } pairs
            && long.TryParse(source.Metadata.GetValueOrDefault(CountKey), CultureInfo.InvariantCulture, out long count)
            && int.TryParse(source.Metadata.GetValueOrDefault(AlignmentKey), CultureInfo.InvariantCulture, out int alignment)
            && GgufHeader.IsKeyValues(pairs, count, alignment))
        {
            return (pairs, count, alignment);
        }

        byte[] minimal = [.. GgufHeader.MinimalKeyValues("mxact")];
        return metadata.IsEmpty ? (minimal, GgufHeader.MinimalCount, GgufHeader.DefaultAlignment)
            : ([.. minimal, .. MetadataStart, .. Sized(JsonSerializer.SerializeToUtf8Bytes(metadata.ToDictionary(),
                GgufMetadataJson.Default.DictionaryStringString))], GgufHeader.MinimalCount + 1,
                GgufHeader.DefaultAlignment);
    }

    /// <summary>The section as metadata of a .safetensors file: what such a file once had, or all of it as it lies there.</summary>
    public static ImmutableSortedDictionary<string, string> Strings(GgufHeader header)
        => OwnMetadata(header.KeyValues.AsSpan()) ?? (header.KeyValues.AsSpan().SequenceEqual(GgufHeader.MinimalKeyValues("mxact").AsSpan())
            ? ImmutableSortedDictionary<string, string>.Empty : Whole(header));

    /// <summary>A key of this project's own and the type of its value, a string.</summary>
    private static byte[] MetadataStart => [.. Sized("mxact.metadata"u8), 8, 0, 0, 0];

    private static byte[]? FromBase64(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int written) ? bytes[..written] : null;
    }

    private static byte[] Sized(ReadOnlySpan<byte> text) => [.. BitConverter.GetBytes((ulong)text.Length), .. text];

    private static ImmutableSortedDictionary<string, string>? OwnMetadata(ReadOnlySpan<byte> keyValues)
    {
        int at = keyValues.IndexOf(MetadataStart);
        ReadOnlySpan<byte> value = at < 0 ? [] : keyValues[(at + MetadataStart.Length)..];
        if (value.Length < sizeof(ulong) || BitConverter.ToUInt64(value) is var length && length > (ulong)(value.Length - sizeof(ulong)))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(value.Slice(sizeof(ulong), (int)length), GgufMetadataJson.Default.DictionaryStringString)
                ?.ToImmutableSortedDictionary(StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImmutableSortedDictionary<string, string> Whole(GgufHeader header) => new Dictionary<string, string>
    {
        [PairsKey] = Convert.ToBase64String([.. header.KeyValues]),
        [CountKey] = header.KeyValueCount.ToString(CultureInfo.InvariantCulture),
        [AlignmentKey] = header.Alignment.ToString(CultureInfo.InvariantCulture),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>Made when the project is compiled: ahead of time, nothing can be looked up in types while it runs.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class GgufMetadataJson : JsonSerializerContext;
