using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Mxact.Tensors.Files;

/// <summary>
/// The header of a .npy file (NumPy Enhancement Proposal 1): the magic bytes, a version, a length, and a Python dictionary with
/// the keys descr, fortran_order and shape in any order.
/// </summary>
internal static class NpyHeader
{
    /// <summary>Bytes that say how long the header is, at most.</summary>
    public const int Prefix = 12;

    /// <summary>More than any array of numbers needs; NumPy itself stops at 10000.</summary>
    public const int MostBytes = 65535;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Where the header's dictionary begins and ends.</summary>
    /// <param name="prefix">The first <see cref="Prefix"/> bytes of the file, fewer where it has fewer.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <exception cref="TensorFileException">It is no .npy file, or its header is too long.</exception>
    public static (int Begin, int End) Extent(ReadOnlySpan<byte> prefix, long fileLength)
    {
        if (prefix.Length < Prefix || !prefix.StartsWith(Magic))
        {
            throw new TensorFileException("it does not begin as a .npy file does");
        }

        (int begin, uint length) = prefix[Magic.Length] switch
        {
            1 => (10, BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..])),
            2 or 3 => (12, BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..])),
            byte version => throw new TensorFileException($"version {version} of .npy is not known"),
        };
        return length > MostBytes ? throw new TensorFileException($"the header's length, {length} bytes, is above {MostBytes}")
            : begin + length > fileLength
                ? throw new TensorFileException($"the header's length, {length} bytes, reaches beyond the file's {fileLength}")
            : (begin, begin + (int)length);
    }

    /// <summary>Reads the dictionary.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="name">What to call the array.</param>
    /// <param name="dataOffset">Where the array's bytes begin.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <param name="nameless">What its elements are where NumPy had no name for them, or null.</param>
    /// <exception cref="TensorFileException">It cannot be read, or the array is of a kind that is not taken.</exception>
    public static TensorInfo Parse(ReadOnlySpan<byte> text, string name, long dataOffset, long fileLength, TensorType? nameless = null)
    {
        string dictionary = Encoding.Latin1.GetString(text);
        int at = 0;
        string? descr = null;
        bool? fortran = null;
        ImmutableArray<long> shape = default;
        Expect(dictionary, ref at, '{');
        while (!Take(dictionary, ref at, '}'))
        {
            string key = Quoted(dictionary, ref at);
            Expect(dictionary, ref at, ':');
            switch (key)
            {
                case "descr" when descr is null:
                    descr = Quoted(dictionary, ref at);
                    break;
                case "fortran_order" when fortran is null:
                    fortran = Word(dictionary, ref at) switch
                    {
                        "True" => true,
                        "False" => false,
                        _ => throw Malformed(at),
                    };
                    break;
                case "shape" when shape.IsDefault:
                    shape = Tuple(dictionary, ref at);
                    break;
                default:
                    throw Malformed(at);
            }

            if (!Take(dictionary, ref at, ','))
            {
                Expect(dictionary, ref at, '}');
                break;
            }
        }

        if (descr is null || fortran is null || shape.IsDefault || dictionary[at..].AsSpan().Trim(" \n").Length > 0)
        {
            throw Malformed(at);
        }

        return Array(descr, fortran.Value, shape, name, dataOffset, fileLength, nameless);
    }

    private static TensorInfo Array(string descr, bool fortran, ImmutableArray<long> shape, string name, long dataOffset, long fileLength,
        TensorType? nameless)
    {
        int? unnamed = descr is ['|' or '<', 'V', '1' or '2'] ? descr[2] - '0' : null;
        if (nameless is not null && unnamed is null && !(descr is "|u1" or "|i1" && nameless.Bits == 8))
        {
            throw new TensorFileException($"--as says what its numbers are, and they are '{TensorInfo.Shown(descr)}'");
        }

        TensorType type = descr switch
        {
            _ when nameless is not null => 8 * (unnamed ?? 1) == nameless.Bits ? nameless
                : throw new TensorFileException($"its elements have {unnamed} bytes each, those of {nameless} {nameless.Bits / 8}"),
            _ when unnamed is not null => throw new TensorFileException($"its elements are '{descr}', {unnamed} "
                + $"byte{(unnamed == 1 ? "" : "s")} without a name, as NumPy saves those of ml_dtypes: say which they are with --as "
                + (unnamed == 1 ? "e4m3, e5m2, e4m3fnuz or e5m2fnuz" : "bf16")),
            "<f4" => TensorType.F32,
            "<f2" => TensorType.F16,
            "<f8" => throw new TensorFileException("its numbers are '<f8', binary64, which quantisation would round twice; save it as "
                + "'<f4' or '<f2'"),
            _ => throw new TensorFileException($"its numbers are '{TensorInfo.Shown(descr)}'; taken are '<f4' and '<f2', little-endian "
                + $"binary32 and binary16"),
        };
        if (fortran && shape.Count(extent => extent > 1) > 1)
        {
            throw new TensorFileException("its array is in Fortran order; save it in C order (numpy.ascontiguousarray)");
        }

        long bytes = TensorSize.Of(type, shape)
            ?? throw new TensorFileException($"its shape {TensorInfo.TextOf(shape)} is larger than a file can be");
        return bytes == fileLength - dataOffset
            ? new(name, type, shape, dataOffset, bytes) { IsNameless = nameless is not null && !type.IsWide }
            : throw new TensorFileException($"{descr} {TensorInfo.TextOf(shape)} is {bytes} bytes and the file has "
                + $"{fileLength - dataOffset} for it");
    }

    private static ImmutableArray<long> Tuple(string text, ref int at)
    {
        ImmutableArray<long>.Builder extents = ImmutableArray.CreateBuilder<long>();
        Expect(text, ref at, '(');
        while (!Take(text, ref at, ')'))
        {
            if (!long.TryParse(Word(text, ref at), NumberStyles.None, CultureInfo.InvariantCulture, out long extent)
                || extents.Count == TensorSize.MostExtents)
            {
                throw Malformed(at);
            }

            extents.Add(extent);
            if (!Take(text, ref at, ','))
            {
                Expect(text, ref at, ')');
                break;
            }
        }

        return extents.ToImmutable();
    }

    private static string Quoted(string text, ref int at)
    {
        SkipSpaces(text, ref at);
        if (at == text.Length || text[at] is not ('\'' or '"'))
        {
            throw text.AsSpan(at).StartsWith("[") ? new TensorFileException("its elements are records; taken are '<f4' and '<f2'")
                : Malformed(at);
        }

        int end = text.IndexOf(text[at], at + 1);
        if (end < 0)
        {
            throw Malformed(at);
        }

        string quoted = text[(at + 1)..end];
        at = end + 1;
        return quoted;
    }

    private static string Word(string text, ref int at)
    {
        SkipSpaces(text, ref at);
        int start = at;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
        {
            at++;
        }

        return text[start..at];
    }

    private static bool Take(string text, ref int at, char expected)
    {
        SkipSpaces(text, ref at);
        if (at == text.Length || text[at] != expected)
        {
            return false;
        }

        at++;
        return true;
    }

    private static void Expect(string text, ref int at, char expected)
    {
        if (!Take(text, ref at, expected))
        {
            throw Malformed(at);
        }
    }

    private static void SkipSpaces(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }

    private static TensorFileException Malformed(int at) => new($"the header's dictionary cannot be read at its byte {at}");
}
