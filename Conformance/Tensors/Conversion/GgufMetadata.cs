using System.Collections.Immutable;
using System.Globalization;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Conversion;

/// <summary>
/// The key-value section of a GGUF file on its way through a .safetensors file: as base64 text in the metadata, so that it comes back as
/// it was.
/// </summary>
internal static class GgufMetadata
{
    private const string PairsKey = "mxact.gguf.pairs", CountKey = "mxact.gguf.count", AlignmentKey = "mxact.gguf.alignment";

    /// <summary>The section that a new GGUF file gets: the source's own, or the least there is.</summary>
    public static (byte[] KeyValues, long Count, int Alignment) Of(TensorFile source)
    {
        if (source.Gguf is { } header)
        {
            return ([.. header.KeyValues], header.KeyValueCount, header.Alignment);
        }

        if (source.Metadata.TryGetValue(PairsKey, out string? text) && Convert.FromBase64String(text) is { } pairs
            && long.TryParse(source.Metadata.GetValueOrDefault(CountKey), CultureInfo.InvariantCulture, out long count)
            && int.TryParse(source.Metadata.GetValueOrDefault(AlignmentKey), CultureInfo.InvariantCulture, out int alignment)
            && GgufHeader.IsKeyValues(pairs, count, alignment))
        {
            return (pairs, count, alignment);
        }

        return ([.. GgufHeader.MinimalKeyValues("mxact")], GgufHeader.MinimalCount, GgufHeader.DefaultAlignment);
    }

    /// <summary>The section as metadata of a .safetensors file.</summary>
    public static ImmutableSortedDictionary<string, string> Strings(GgufHeader header) => new Dictionary<string, string>
    {
        [PairsKey] = Convert.ToBase64String([.. header.KeyValues]),
        [CountKey] = header.KeyValueCount.ToString(CultureInfo.InvariantCulture),
        [AlignmentKey] = header.Alignment.ToString(CultureInfo.InvariantCulture),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
