using System.Buffers.Binary;
using System.Text;

namespace Mxact.Tensors.Files;

/// <summary>
/// A place in the header of a .gguf file. It allocates nothing but the messages of its refusals, and knows the file's length, so that
/// what cannot be in the file is refused and what is merely not in the bytes at hand is <see cref="EndOfPrefixException"/>.
/// </summary>
/// <param name="header">The first bytes of the file.</param>
/// <param name="fileLength">Bytes of the file.</param>
internal ref struct GgufCursor(ReadOnlySpan<byte> header, long fileLength)
{
    /// <summary>The most bytes of a key: the format's limit.</summary>
    public const int MostKeyBytes = 65535;

    /// <summary>The least bytes of a key with its value: its length, its type, and a value of one byte.</summary>
    public const int LeastKeyValueBytes = 13;

    /// <summary>The most levels of arrays in arrays.</summary>
    public const int MostLevels = 8;

    private const int StringType = 8;
    private const int ArrayType = 9;

    /// <summary>The least bytes of a string and of an array: a length, before it a type.</summary>
    private const int LeastStringBytes = 8;
    private const int LeastArrayBytes = 12;

    private readonly ReadOnlySpan<byte> header = header;
    private string part = "the header";
    private ReadOnlySpan<byte> name;

    /// <summary>How many bytes have been read.</summary>
    public int At { get; private set; }

    private readonly long Left => fileLength - At;

    private readonly string Place => name.IsEmpty ? part : $"{part} '{TensorInfo.Shown(Encoding.UTF8.GetString(name))}'";

    /// <summary>Says what is being read, for the messages.</summary>
    /// <param name="what">What it is.</param>
    /// <param name="which">Its name, none where it has none yet.</param>
    public void Enter(string what, ReadOnlySpan<byte> which = default)
    {
        part = what;
        name = which;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong)));

    /// <summary>Reads a string.</summary>
    /// <param name="most">The most bytes that it may have.</param>
    /// <exception cref="TensorFileException">It is longer, or reaches beyond the end of the file.</exception>
    public ReadOnlySpan<byte> String(int most = int.MaxValue)
    {
        ulong length = UInt64();
        return length > (ulong)Left ? throw new TensorFileException($"{Place} has a string of {length} bytes at byte {At}, which reaches "
                + $"beyond the file's {fileLength}")
            : length > (ulong)most ? throw new TensorFileException($"{Place} has a string of {length} bytes, above {most}")
            : Bytes((long)length);
    }

    /// <summary>Reads a count of things of which each takes bytes of the file.</summary>
    /// <param name="least">The least bytes that one takes.</param>
    /// <param name="things">What they are.</param>
    /// <exception cref="TensorFileException">The file has no room for them.</exception>
    public long Count(int least, string things)
    {
        ulong count = UInt64();
        return count <= (ulong)(Left / least) ? (long)count
            : throw new TensorFileException($"{Place} has {count} {things}, for which the {Left} bytes left of the file are too few");
    }

    /// <summary>Passes over keys and their values.</summary>
    /// <param name="count">How many.</param>
    /// <returns>What the reader of a file needs of them: null where the key is not there.</returns>
    /// <exception cref="TensorFileException">One of them breaks a rule of the format.</exception>
    public (uint? Alignment, string? Architecture) KeyValues(long count)
    {
        uint? alignment = null;
        string? architecture = null;
        for (long i = 0; i < count; i++)
        {
            Enter("a key");
            ReadOnlySpan<byte> key = String(MostKeyBytes);
            Enter("key", key);
            uint type = UInt32();
            if (key.SequenceEqual(GgufHeader.AlignmentKey))
            {
                Expect(type, GgufHeader.UInt32Type, isNew: alignment is null);
                alignment = UInt32();
            }
            else if (key.SequenceEqual(GgufHeader.ArchitectureKey))
            {
                Expect(type, StringType, isNew: architecture is null);
                architecture = Encoding.UTF8.GetString(String(GgufHeader.MostNameBytes));
            }
            else
            {
                Skip(type, level: 1);
            }
        }

        return (alignment, architecture);
    }

    /// <summary>Reads so many bytes.</summary>
    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count > Left)
        {
            throw new TensorFileException($"{Place} reaches beyond the file's {fileLength} bytes: it is cut short");
        }

        if (count > header.Length - At)
        {
            throw new EndOfPrefixException();
        }

        ReadOnlySpan<byte> bytes = header.Slice(At, (int)count);
        At += (int)count;
        return bytes;
    }

    private readonly void Expect(uint type, uint expected, bool isNew)
    {
        if (!isNew || type != expected)
        {
            throw new TensorFileException(isNew ? $"{Place} is of type {type}, where {expected} belongs" : $"{Place} is there twice");
        }
    }

    private void Skip(uint type, int level)
    {
        if (type == StringType)
        {
            String();
        }
        else if (type == ArrayType)
        {
            Array(level);
        }
        else
        {
            Bytes(Size(type));
        }
    }

    private void Array(int level)
    {
        if (level > MostLevels)
        {
            throw new TensorFileException($"{Place} has arrays in arrays, more than {MostLevels} levels");
        }

        uint type = UInt32();
        int least = type switch { StringType => LeastStringBytes, ArrayType => LeastArrayBytes, _ => Size(type) };
        long count = Count(least, "elements");
        if (type is not (StringType or ArrayType))
        {
            Bytes(count * least);
            return;
        }

        for (long i = 0; i < count; i++)
        {
            Skip(type, level + 1);
        }
    }

    /// <summary>Bytes of a value of a type of fixed size.</summary>
    private readonly int Size(uint type) => type switch
    {
        0 or 1 or 7 => 1,
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        10 or 11 or 12 => 8,
        _ => throw new TensorFileException($"{Place} has a value of the unknown type {type}"),
    };

    /// <summary>The header does not end in the bytes at hand, though it may in the file.</summary>
    public sealed class EndOfPrefixException : Exception;
}
