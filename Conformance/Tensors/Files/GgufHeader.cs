using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Mxact.Tensors.Files;

/// <summary>
/// The header of a .gguf file, ggml's format, versions 2 and 3, little-endian: keys with values, then each tensor's name, extents (the
/// last one first), type and offset. The tensors follow in a data section, each padded to a multiple of the alignment.
/// </summary>
/// <param name="Tensors">In the order of their bytes; offsets are those of the file.</param>
/// <param name="KeyValues">The keys with their values, as they stand in the file.</param>
/// <param name="KeyValueCount">How many there are.</param>
/// <param name="Alignment">Bytes: every tensor begins on a multiple of it, counted from the data section.</param>
/// <param name="Architecture">The value of <c>general.architecture</c>, or null.</param>
/// <param name="DataOffset">Where the data section begins in the file.</param>
internal sealed record GgufHeader(
    ImmutableArray<TensorInfo> Tensors,
    ImmutableArray<byte> KeyValues,
    long KeyValueCount,
    int Alignment,
    string? Architecture,
    long DataOffset)
{
    /// <summary>The longest header that is read or written.</summary>
    public const int MostBytes = 100_000_000;

    /// <summary>The most bytes of a tensor's name or an architecture's; ggml itself stops below 64.</summary>
    public const int MostNameBytes = 255;

    /// <summary>The alignment of a file that does not say one.</summary>
    public const int DefaultAlignment = 32;

    /// <summary>The number of keys that <see cref="MinimalKeyValues"/> makes.</summary>
    public const int MinimalCount = 2;

    /// <summary>The type of a value that is an unsigned number of 32 bits.</summary>
    public const uint UInt32Type = 4;

    private const uint StringType = 8;
    private const int LeastAlignment = 8;
    private const int MostAlignment = 1 << 20;
    private const int MostExtents = 4;
    private const uint Version = 3;

    /// <summary>Magic, version and two counts.</summary>
    private const int Prefix = 24;

    /// <summary>The least bytes of a tensor in the header: its name's length, number of extents, type and offset.</summary>
    private const int LeastTensorBytes = 24;

    /// <summary>Bytes of memory that a tensor takes, at most, besides two for each byte of its name.</summary>
    private const int TensorMemory = 256;

    /// <summary>Bytes of memory that a header may take besides twice its file's length.</summary>
    private const int FreeMemory = 1 << 20;

    /// <summary>What is read first.</summary>
    private const int FirstRead = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The first bytes of every file.</summary>
    public static ReadOnlySpan<byte> Magic => "GGUF"u8;

    /// <summary>The key of the alignment.</summary>
    public static ReadOnlySpan<byte> AlignmentKey => "general.alignment"u8;

    /// <summary>The key of the architecture.</summary>
    public static ReadOnlySpan<byte> ArchitectureKey => "general.architecture"u8;

    /// <summary>
    /// Reads a header from a file, as much of the file as it takes and at most twice that. What is in memory at a time stays below twice
    /// the file's length and 1 MiB.
    /// </summary>
    /// <param name="read">Gives so many bytes (second) from a place in the file (first).</param>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <exception cref="TensorFileException">The header breaks a rule of the format; the message says which, and for which
    /// tensor.</exception>
    public static GgufHeader Read(Func<long, int, byte[]> read, long fileLength)
    {
        int most = (int)Math.Min(fileLength, MostBytes);
        for (int length = Math.Min(FirstRead, most); ; length = Math.Min(2 * length, most))
        {
            if (Parse(read(0, length), fileLength) is GgufHeader header)
            {
                return header;
            }

            if (length == most)
            {
                throw new TensorFileException($"the header is longer than {MostBytes} bytes");
            }
        }
    }

    /// <summary>Reads a header.</summary>
    /// <param name="header">The first bytes of the file.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <returns>The header, or null where it does not end in these bytes and may in the file.</returns>
    /// <exception cref="TensorFileException">The header breaks a rule of the format; the message says which, and for which
    /// tensor.</exception>
    public static GgufHeader? Parse(ReadOnlySpan<byte> header, long fileLength)
    {
        try
        {
            GgufCursor cursor = new(header, fileLength);
            CheckStart(ref cursor);
            long count = cursor.Count(LeastTensorBytes, "tensors");
            long keyValueCount = cursor.Count(GgufCursor.LeastKeyValueBytes, "keys");
            (uint? alignment, string? architecture) = cursor.KeyValues(keyValueCount);
            int checkedAlignment = Checked(alignment);
            int keyValuesEnd = cursor.At;

            // Passed over first: nothing is allocated for tensors of which some are not there, nor for more than any model has.
            GgufCursor ahead = cursor;
            long memory = header.Length + keyValuesEnd;
            for (long i = 0; i < count; i++)
            {
                memory += TensorMemory + (2 * Pass(ref ahead));
            }

            if (memory > (2 * (Int128)fileLength) + FreeMemory)
            {
                throw new TensorFileException($"the header has {count} tensors, too many for a file of {fileLength} bytes: they would take "
                    + $"more than twice its memory");
            }

            long dataOffset = Padded(ahead.At, checkedAlignment);
            ImmutableArray<TensorInfo> tensors = Infos(ref cursor, (int)count, dataOffset, checkedAlignment);
            return new(Placed(tensors, dataOffset, checkedAlignment, fileLength), [.. header[Prefix..keyValuesEnd]], keyValueCount,
                checkedAlignment, architecture, dataOffset);
        }
        catch (GgufCursor.EndOfPrefixException)
        {
            return null;
        }
    }

    /// <summary>A header of version 3, padded to the alignment, so that the data section follows it.</summary>
    /// <param name="tensors">In the order of their bytes; their offsets are not read. Each is padded to the alignment, the last one
    /// too.</param>
    /// <param name="keyValues">The keys with their values, as <see cref="KeyValues"/> or <see cref="MinimalKeyValues"/> has them.</param>
    /// <param name="keyValueCount">How many there are.</param>
    /// <param name="alignment">Bytes, as the keys say.</param>
    /// <returns>The header, and where each tensor begins in the data section.</returns>
    /// <exception cref="TensorFileException">The format cannot hold a tensor, or the header would be longer than
    /// <see cref="MostBytes"/>.</exception>
    /// <exception cref="ArgumentException">The keys are not so many, or say another alignment.</exception>
    public static (byte[] Header, ImmutableArray<long> Offsets) Write(
        IReadOnlyList<TensorInfo> tensors,
        ReadOnlySpan<byte> keyValues,
        long keyValueCount,
        int alignment)
    {
        GgufCursor cursor = new(keyValues, keyValues.Length);
        if (Checked(cursor.KeyValues(keyValueCount).Alignment) != alignment || cursor.At != keyValues.Length)
        {
            throw new ArgumentException($"these are not {keyValueCount} keys and an alignment of {alignment}", nameof(keyValues));
        }

        ArrayBufferWriter<byte> buffer = new();
        buffer.Write(Magic);
        Number(buffer, Version);
        Number(buffer, (ulong)tensors.Count);
        Number(buffer, (ulong)keyValueCount);
        buffer.Write(keyValues);
        ImmutableArray<long>.Builder offsets = ImmutableArray.CreateBuilder<long>(tensors.Count);
        long end = 0;
        foreach (TensorInfo tensor in tensors)
        {
            Info(buffer, tensor, end);
            offsets.Add(end);
            end = Padded(end + tensor.Bytes, alignment);
        }

        long padded = Padded(buffer.WrittenCount, alignment);
        if (padded > MostBytes)
        {
            throw new TensorFileException($"the header would take {padded} bytes, above {MostBytes}");
        }

        byte[] header = new byte[padded];
        buffer.WrittenSpan.CopyTo(header);
        return (header, offsets.MoveToImmutable());
    }

    /// <summary>The <see cref="MinimalCount"/> keys that a file of ggml's needs: its architecture, and the default alignment.</summary>
    public static ImmutableArray<byte> MinimalKeyValues(string architecture)
    {
        ArrayBufferWriter<byte> buffer = new();
        Text(buffer, ArchitectureKey);
        Number(buffer, StringType);
        Text(buffer, Strict.GetBytes(architecture));
        Text(buffer, AlignmentKey);
        Number(buffer, UInt32Type);
        Number(buffer, DefaultAlignment);
        return [.. buffer.WrittenSpan];
    }

    /// <summary>Whether bytes are so many keys with their values, and say this alignment.</summary>
    public static bool IsKeyValues(ReadOnlySpan<byte> keyValues, long count, int alignment)
    {
        try
        {
            GgufCursor cursor = new(keyValues, keyValues.Length);
            return count >= 0 && Checked(cursor.KeyValues(count).Alignment) == alignment && cursor.At == keyValues.Length;
        }
        catch (Exception exception) when (exception is TensorFileException or GgufCursor.EndOfPrefixException)
        {
            return false;
        }
    }

    private static long Padded(long length, int alignment) => (length + alignment - 1) / alignment * alignment;

    private static void CheckStart(ref GgufCursor cursor)
    {
        if (!cursor.Bytes(Magic.Length).SequenceEqual(Magic))
        {
            throw new TensorFileException("it does not begin as a .gguf file does");
        }

        uint version = cursor.UInt32();
        if (version is not (2 or Version))
        {
            // A small number with its bytes turned about.
            throw new TensorFileException(version != 0 && (ushort)version == 0
                ? "it is a big-endian .gguf file; taken are little-endian ones"
                : $"version {version} of .gguf is not known; taken are 2 and {Version}");
        }
    }

    private static int Checked(uint? alignment) => (alignment ?? DefaultAlignment) is var value and >= LeastAlignment and <= MostAlignment
        && (value & (value - 1)) == 0
            ? (int)value
            : throw new TensorFileException($"the alignment {alignment} is no power of two from {LeastAlignment} to {MostAlignment}");

    /// <summary>Passes over a tensor.</summary>
    /// <returns>Bytes of its name.</returns>
    private static int Pass(ref GgufCursor cursor)
    {
        cursor.Enter("a tensor");
        ReadOnlySpan<byte> name = cursor.String(MostNameBytes);
        cursor.Enter("tensor", name);
        uint extents = cursor.UInt32();
        if (extents > MostExtents)
        {
            throw new TensorFileException($"tensor '{Shown(name)}' has {extents} extents, more than {MostExtents}");
        }

        cursor.Bytes((sizeof(ulong) * extents) + sizeof(uint) + sizeof(ulong));
        return name.Length;
    }

    private static string Shown(ReadOnlySpan<byte> name) => TensorInfo.Shown(Encoding.UTF8.GetString(name));

    private static ImmutableArray<TensorInfo> Infos(ref GgufCursor cursor, int count, long dataOffset, int alignment)
    {
        ImmutableArray<TensorInfo>.Builder tensors = ImmutableArray.CreateBuilder<TensorInfo>(count);
        HashSet<string> names = new(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            TensorInfo tensor = Info(ref cursor, dataOffset, alignment);
            if (!names.Add(tensor.Name))
            {
                throw new TensorFileException($"the header names '{tensor.ShownName}' twice");
            }

            tensors.Add(tensor);
        }

        return tensors.MoveToImmutable();
    }

    private static TensorInfo Info(ref GgufCursor cursor, long dataOffset, int alignment)
    {
        string name = Name(cursor.String());
        Span<long> extents = stackalloc long[(int)cursor.UInt32()];
        for (int i = extents.Length - 1; i >= 0; i--)
        {
            // Half of the range, so that an offset and the header's length still add up.
            ulong extent = cursor.UInt64();
            extents[i] = extent <= long.MaxValue / 2 ? (long)extent
                : throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' has the extent {extent}, larger than a file can be");
        }

        ImmutableArray<long> shape = [.. extents];
        uint id = cursor.UInt32();
        TensorType type = GgufTypes.Find(id)
            ?? throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' has the unknown type {id}");
        if (type.Values > 1 && (shape.IsEmpty || shape[^1] % type.Values != 0))
        {
            throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}': rows of {TensorInfo.TextOf(shape)} are no multiple of "
                + $"{type}'s block of {type.Values} values");
        }

        long bytes = TensorSize.Of(type, shape)
            ?? throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}': {type} {TensorInfo.TextOf(shape)} is larger than a file "
            + $"can be");
        ulong offset = cursor.UInt64();
        return offset > long.MaxValue / 2
            ? throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' has the offset {offset}, larger than a file can be")
            : offset % (uint)alignment != 0
                ? throw new TensorFileException($"tensor '{TensorInfo.Shown(name)}' has the offset {offset}, no multiple of the alignment "
                    + $"{alignment}")
            : new(name, type, shape, (long)offset + dataOffset, bytes);
    }

    private static string Name(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new TensorFileException($"tensor '{Shown(bytes)}' has a name that is not UTF-8");
        }
    }

    /// <summary>Tensors one after the other from the data section's first byte to the last, with nothing but padding between.</summary>
    private static ImmutableArray<TensorInfo> Placed(ImmutableArray<TensorInfo> tensors, long dataOffset, int alignment, long fileLength)
    {
        ImmutableArray<TensorInfo> ordered = IsOrdered(tensors) ? tensors : [.. tensors.OrderBy(t => t.Offset).ThenBy(t => t.Bytes)];
        long padded = dataOffset;
        foreach (TensorInfo tensor in ordered)
        {
            if (tensor.Offset != padded)
            {
                throw new TensorFileException($"tensor '{tensor.ShownName}' begins at data offset {tensor.Offset - dataOffset}, "
                    + $"{(tensor.Offset < padded ? "inside another tensor" : "after a hole")}: {padded - dataOffset} is the end of the "
                    + $"one before with its padding");
            }

            long end = tensor.Offset + tensor.Bytes;
            if (end > fileLength)
            {
                throw new TensorFileException($"tensor '{tensor.ShownName}' ends {end - fileLength} bytes beyond the end of the file: it "
                    + $"is cut short");
            }

            padded = Padded(end, alignment);
        }

        // The last one's padding may be missing, as it may for ggml.
        return fileLength <= padded ? ordered
            : throw new TensorFileException($"the file has {fileLength - padded} bytes behind the last tensor that no tensor owns");
    }

    private static bool IsOrdered(ImmutableArray<TensorInfo> tensors)
    {
        for (int i = 1; i < tensors.Length; i++)
        {
            if (tensors[i].Offset < tensors[i - 1].Offset)
            {
                return false;
            }
        }

        return true;
    }

    private static void Info(ArrayBufferWriter<byte> buffer, TensorInfo tensor, long offset)
    {
        byte[] name = Strict.GetBytes(tensor.Name);
        if (name.Length > MostNameBytes || tensor.Shape.Length > MostExtents)
        {
            throw new TensorFileException($"tensor '{tensor.ShownName}' has {(name.Length > MostNameBytes
                ? $"a name of {name.Length} bytes, and .gguf takes {MostNameBytes}"
                : $"{tensor.Shape.Length} extents, and .gguf takes {MostExtents}")}");
        }

        uint id = GgufTypes.IdOf(tensor.Type)
            ?? throw new TensorFileException($"tensor '{tensor.ShownName}' is {tensor.Type}, for which .gguf has no type");
        Text(buffer, name);
        Number(buffer, (uint)tensor.Shape.Length);
        foreach (long extent in tensor.Shape.Reverse())
        {
            Number(buffer, (ulong)extent);
        }

        Number(buffer, id);
        Number(buffer, (ulong)offset);
    }

    private static void Text(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> text)
    {
        Number(buffer, (ulong)text.Length);
        buffer.Write(text);
    }

    private static void Number(ArrayBufferWriter<byte> buffer, uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), number);
        buffer.Advance(sizeof(uint));
    }

    private static void Number(ArrayBufferWriter<byte> buffer, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(sizeof(ulong)), number);
        buffer.Advance(sizeof(ulong));
    }
}
