using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Product;

/// <summary>Reads an operand's rows as the packers want them: zero-padded, with a scale exponent for every element.</summary>
internal readonly unsafe struct CodeRows
{
    private readonly byte* codes;
    private readonly byte* scales;
    private readonly int k;

    /// <summary>Views an operand whose memory is pinned at <paramref name="codes"/> and <paramref name="scales"/>.</summary>
    public CodeRows(MatrixOperand operand, byte* codes, byte* scales, int k)
    {
        this.codes = codes;
        this.scales = scales;
        this.k = k;
        CodeBytes = operand.CodeBytes;
        Format = operand.Format;
        ScaleFormat = operand.Scale;
        BlockSize = operand.BlockSize;
        BlocksInRow = operand.BlocksInRow(k);
    }

    /// <summary>Bytes a code.</summary>
    public int CodeBytes { get; }

    /// <summary>The elements' format.</summary>
    public ElementFormat Format { get; }

    /// <summary>The scales' format, or null without scales.</summary>
    public ScaleFormat? ScaleFormat { get; }

    /// <summary>Elements that share a scale.</summary>
    public int BlockSize { get; }

    /// <summary>Scales of a row.</summary>
    public int BlocksInRow { get; }

    /// <summary>One code.</summary>
    public uint Code(int row, int index)
    {
        long at = ((long)row * k) + index;
        return CodeBytes switch
        {
            1 => codes[at],
            2 => ((ushort*)codes)[at],
            _ => ((uint*)codes)[at],
        };
    }

    /// <summary>The code of a block's scale.</summary>
    public byte Scale(int row, int block) => scales[((long)row * BlocksInRow) + block];

    /// <summary>Copies a row and pads it with zero codes to <paramref name="paddedK"/>.</summary>
    public void CopyRow(int row, byte* to, int paddedK)
    {
        int bytes = k * CodeBytes;
        new ReadOnlySpan<byte>(codes + ((long)row * bytes), bytes).CopyTo(new(to, bytes));
        new Span<byte>(to + bytes, (paddedK * CodeBytes) - bytes).Clear();
    }

    /// <summary>Copies a row with each step's even k before its odd k.</summary>
    public void CopyRowEvenFirst(int row, byte* to, int paddedK, int terms)
    {
        CopyRow(row, to, paddedK);
        byte* step = stackalloc byte[terms];
        for (int first = 0; first < paddedK; first += terms)
        {
            for (int i = 0; i < terms; i++)
            {
                step[i] = to[first + i];
            }

            for (int i = 0; i < terms; i++)
            {
                to[first + (i % 2 * (terms / 2)) + (i / 2)] = step[i];
            }
        }
    }

    /// <summary>One 32-bit word of codes of a row, zeros beyond its end.</summary>
    public int Word(int row, int word)
    {
        long bytes = (long)k * CodeBytes;
        byte* from = codes + (row * bytes) + (4L * word);
        long left = bytes - (4L * word);
        if (left >= 4)
        {
            return *(int*)from;
        }

        int value = 0;
        for (int i = 0; i < left; i++)
        {
            value |= from[i] << (8 * i);
        }

        return value;
    }

    /// <summary>
    /// Words of many rows side by side: word w of row <paramref name="firstRow"/> + i at w * <paramref name="width"/> + i; rows from
    /// <paramref name="endRow"/> on are zero.
    /// </summary>
    public void Stage(int firstRow, int width, int endRow, int firstWord, int count, int* to)
    {
        long bytes = (long)k * CodeBytes;
        bool whole = Avx2.IsSupported && 4L * (firstWord + count) <= bytes && count % 8 == 0;
        for (int i = 0; i < width; i += 8)
        {
            if (whole && firstRow + i + 8 <= endRow)
            {
                for (int word = 0; word < count; word += 8)
                {
                    Transpose(codes + ((firstRow + i) * bytes) + (4L * (firstWord + word)), bytes, to + (word * width) + i, width);
                }

                continue;
            }

            for (int word = 0; word < count; word++)
            {
                for (int j = 0; j < 8; j++)
                {
                    int row = firstRow + i + j;
                    to[(word * width) + i + j] = row < endRow ? Word(row, firstWord + word) : 0;
                }
            }
        }
    }

    /// <summary>The scale of an element; one beyond the row and without scales.</summary>
    public DecodedElement ScaleAt(int row, int index)
        => ScaleFormat is { } format && index < k ? DecodedElement.OfScale(format, Scale(row, index / BlockSize))
            : DecodedElement.UnitScale;

    /// <summary>The code of the scale of an element; beyond the row, and without scales, any code.</summary>
    public byte ScaleCodeAt(int row, int index)
        => ScaleFormat is null ? (byte)0 : index < k ? Scale(row, index / BlockSize) : Scale(row, BlocksInRow - 1);

    /// <summary>Fills a row's scale exponents, one an element; false when a scale is NaN.</summary>
    public bool ScaleExponents(int row, int* to, int paddedK)
    {
        bool numbers = true;
        Span<int> exponents = new(to, paddedK);
        exponents.Clear();
        for (int block = 0; block < BlocksInRow; block++)
        {
            numbers &= ScaleExponent(row, block, out int exponent);
            int first = block * BlockSize;
            exponents[first..Math.Min(k, first + BlockSize)].Fill(exponent);
        }

        return numbers;
    }

    /// <summary>The exponent of a row's scale at element <paramref name="index"/>; false, and zero, when it is NaN.</summary>
    public bool ScaleExponentAt(int row, int index, out int exponent)
    {
        exponent = 0;
        return ScaleFormat is null || index >= k || ScaleExponent(row, index / BlockSize, out exponent);
    }

    /// <summary>True where a new scale starts.</summary>
    public bool StartsBlock(int index) => ScaleFormat is not null && index % BlockSize == 0;

    private bool ScaleExponent(int row, int block, out int exponent)
    {
        byte scale = Scale(row, block);
        bool number = scale != ScaleFormat.E8M0NaN;
        exponent = number ? scale - ScaleFormat.E8M0Bias : 0;
        return number;
    }

    /// <summary>Eight words of eight rows, transposed.</summary>
    private static void Transpose(byte* from, long stride, int* to, int width)
    {
        Vector256<int> a0 = Pair(from, from + (4 * stride));
        Vector256<int> a1 = Pair(from + stride, from + (5 * stride));
        Vector256<int> a2 = Pair(from + (2 * stride), from + (6 * stride));
        Vector256<int> a3 = Pair(from + (3 * stride), from + (7 * stride));
        from += 16;
        Vector256<int> b0 = Pair(from, from + (4 * stride));
        Vector256<int> b1 = Pair(from + stride, from + (5 * stride));
        Vector256<int> b2 = Pair(from + (2 * stride), from + (6 * stride));
        Vector256<int> b3 = Pair(from + (3 * stride), from + (7 * stride));
        Quarter(a0, a1, a2, a3, to, width);
        Quarter(b0, b1, b2, b3, to + (4L * width), width);
    }

    /// <summary>Four words of two rows, side by side.</summary>
    private static Vector256<int> Pair(byte* low, byte* high) => Vector256.Create(Vector128.Load((int*)low), Vector128.Load((int*)high));

    private static void Quarter(Vector256<int> r0, Vector256<int> r1, Vector256<int> r2, Vector256<int> r3, int* to, int width)
    {
        Vector256<long> t0 = Avx2.UnpackLow(r0, r1).AsInt64();
        Vector256<long> t1 = Avx2.UnpackLow(r2, r3).AsInt64();
        Vector256<long> t2 = Avx2.UnpackHigh(r0, r1).AsInt64();
        Vector256<long> t3 = Avx2.UnpackHigh(r2, r3).AsInt64();
        Avx2.UnpackLow(t0, t1).AsInt32().Store(to);
        Avx2.UnpackHigh(t0, t1).AsInt32().Store(to + width);
        Avx2.UnpackLow(t2, t3).AsInt32().Store(to + (2L * width));
        Avx2.UnpackHigh(t2, t3).AsInt32().Store(to + (3L * width));
    }
}
