using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mxact.Tensors.Files;

/// <summary>
/// The header of a .safetensors file: eight bytes of length, little-endian, then JSON that gives each tensor's dtype, shape and
/// data_offsets, and strings under <c>__metadata__</c>. The tensors' bytes follow without holes and reach to the end of the file.
/// </summary>
/// <param name="Tensors">In the order of their bytes; offsets are those of the file.</param>
/// <param name="Metadata">The strings of <c>__metadata__</c>.</param>
internal sealed record SafetensorsHeader(ImmutableArray<TensorInfo> Tensors, ImmutableSortedDictionary<string, string> Metadata)
{
    /// <summary>The length's own bytes.</summary>
    public const int Prefix = 8;

    /// <summary>The longest header that the format allows.</summary>
    public const long MostBytes = 100_000_000;

    private const string MetadataKey = "__metadata__";
    private const int Alignment = 8;

    /// <summary>Checks a header's length before anything is allocated for it.</summary>
    /// <exception cref="TensorFileException">It is longer than the format allows, or than the file.</exception>
    public static int CheckedLength(ulong length, long fileLength) =>
        fileLength < Prefix ? throw new TensorFileException($"{fileLength} bytes are too few for a safetensors header")
        : length > MostBytes
            ? throw new TensorFileException($"the header's length, {length} bytes, is above the format's limit of {MostBytes}")
        : length > (ulong)(fileLength - Prefix)
            ? throw new TensorFileException($"the header's length, {length} bytes, reaches beyond the file's {fileLength}")
        : (int)length;

    /// <summary>Reads a header.</summary>
    /// <param name="json">Its JSON.</param>
    /// <param name="dataLength">Bytes of the file after the header.</param>
    /// <exception cref="TensorFileException">The header breaks a rule of the format; the message says which, and for which
    /// tensor.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            throw new TensorFileException("the header does not begin with '{'");
        }

        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 4 });
            ImmutableSortedDictionary<string, string> metadata = ImmutableSortedDictionary<string, string>.Empty;
            Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
            bool hasMetadata = false;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (name == MetadataKey ? hasMetadata : tensors.ContainsKey(name))
                {
                    throw new TensorFileException($"the header names '{TensorInfo.Shown(name)}' twice");
                }

                if (name == MetadataKey)
                {
                    hasMetadata = true;
                    metadata = Strings(ref reader);
                }
                else
                {
                    tensors.Add(name, Tensor(name, ref reader, Prefix + json.Length));
                }
            }

            // Anything but white space after the closing brace is an error, which reading on finds.
            reader.Read();
            return new(Contiguous(tensors.Values, Prefix + json.Length, dataLength), metadata);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string that is not UTF-8.
            throw new TensorFileException($"the header is not the JSON of a safetensors file: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The length and the JSON, padded with spaces so that the first tensor begins on a multiple of eight bytes.</summary>
    /// <param name="tensors">In the order of their bytes, offsets counted from the first tensor.</param>
    /// <param name="metadata">The strings of <c>__metadata__</c>.</param>
    /// <exception cref="TensorFileException">It would be longer than the format allows.</exception>
    public static byte[] Write(IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            foreach (TensorInfo tensor in tensors)
            {
                if (TensorType.Find(tensor.Type.Name) != tensor.Type)
                {
                    throw new TensorFileException($"tensor '{tensor.ShownName}' is {tensor.Type}, for which safetensors has no name");
                }

                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.Name);
                Numbers(json, "shape", tensor.Shape);
                Numbers(json, "data_offsets", [tensor.Offset, tensor.Offset + tensor.Bytes]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        int padded = (buffer.WrittenCount + Alignment - 1) / Alignment * Alignment;
        if (padded > MostBytes)
        {
            throw new TensorFileException($"the header would take {padded} bytes, above the format's limit of {MostBytes}");
        }

        byte[] header = new byte[Prefix + padded];
        BitConverter.TryWriteBytes(header, (ulong)padded);
        buffer.WrittenSpan.CopyTo(header.AsSpan(Prefix));
        header.AsSpan(Prefix + buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    private static void Numbers(Utf8JsonWriter json, string name, ImmutableArray<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static ImmutableSortedDictionary<string, string> Strings(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey);
        ImmutableSortedDictionary<string, string>.Builder strings = ImmutableSortedDictionary.CreateBuilder<string,
            string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, MetadataKey);
            if (!strings.TryAdd(key, reader.GetString()!))
            {
                throw new TensorFileException($"{MetadataKey} names '{TensorInfo.Shown(key)}' twice");
            }
        }

        return strings.ToImmutable();
    }

    private static TensorInfo Tensor(string name, ref Utf8JsonReader reader, long dataOffset)
    {
        TensorType? type = null;
        ImmutableArray<long> shape = default;
        ImmutableArray<long> offsets = default;
        HashSet<string> members = new(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject, name);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string member = reader.GetString()!;
            if (!members.Add(member))
            {
                throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' has '{TensorInfo.Shown(member)}' twice");
            }

            switch (member)
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String, name);
                    string dtype = reader.GetString()!;
                    type = TensorType.Find(dtype)
                        ?? throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' has the unknown dtype "
                        + $"'{TensorInfo.Shown(dtype)}'");
                    break;
                case "shape":
                    shape = Extents(ref reader, name, TensorSize.MostExtents);
                    break;
                case "data_offsets":
                    offsets = Extents(ref reader, name, most: 2);
                    break;
                default:
                    // The format's own reader passes over fields that it does not know.
                    reader.Read();
                    reader.Skip();
                    break;
            }
        }

        if (type is null || shape.IsDefault || offsets.IsDefault || offsets.Length != 2)
        {
            throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' lacks its dtype, shape or two data_offsets");
        }

        long bytes = TensorSize.Of(type, shape)
            ?? throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}': {type} {TensorInfo.TextOf(shape)} is no whole number "
            + $"of bytes that a file can hold");
        return offsets[0] <= offsets[1] && offsets[1] - offsets[0] == bytes
            ? new(name, type, shape, offsets[0] + dataOffset, bytes)
            : throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}': {type} {TensorInfo.TextOf(shape)} is {bytes} bytes, "
                + $"data_offsets are {TensorInfo.TextOf(offsets)}");
    }

    private static ImmutableArray<long> Extents(ref Utf8JsonReader reader, string name, int most)
    {
        Expect(ref reader, JsonTokenType.StartArray, name);
        ImmutableArray<long>.Builder extents = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // Half of the range, so that an offset and the header's length still add up. -0 is no extent, though it reads as one.
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan[0] == (byte)'-' || !reader.TryGetInt64(out long extent)
                || extent is < 0 or > long.MaxValue / 2
                || extents.Count == most)
            {
                throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' has a shape or data_offsets that are not at most "
                    + $"{most} whole numbers");
            }

            extents.Add(extent);
        }

        return extents.ToImmutable();
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token, string name)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new TensorFileException($"the header's '{TensorInfo.Shown(name)}' has a {reader.TokenType} where a {token} belongs");
        }
    }

    /// <summary>Tensors one after the other from the first byte to the last: no overlap, no hole, nothing behind.</summary>
    private static ImmutableArray<TensorInfo> Contiguous(IEnumerable<TensorInfo> tensors, long dataOffset, long dataLength)
    {
        ImmutableArray<TensorInfo> ordered = [.. tensors.OrderBy(t => t.Offset).ThenBy(t => t.Bytes)];
        long end = dataOffset;
        foreach (TensorInfo tensor in ordered)
        {
            if (tensor.Offset != end)
            {
                throw new TensorFileException($"tensor '{tensor.ShownName}' begins at data offset {tensor.Offset - dataOffset}, "
                    + $"{(tensor.Offset < end ? "inside another tensor" : "after a hole")}: {end - dataOffset} is the end of the one "
                    + $"before");
            }

            end = tensor.Offset + tensor.Bytes;
        }

        return end - dataOffset == dataLength
            ? ordered
            : throw new TensorFileException($"the tensors take {end - dataOffset} bytes and the file has {dataLength} for them: "
                + $"{(dataLength < end - dataOffset ? "it is cut short" : "there are bytes that no tensor owns")}");
    }
}
