using System.Runtime.InteropServices;
using Mxact.Simulator.Reference;

namespace Mxact;

/// <summary>A matrix in a block format: scales, codes and how they were made. The reference path: exact, and slow.</summary>
internal sealed class MxMatrix
{
    private readonly byte[] scales;
    private readonly uint[] codes;

    private MxMatrix(BlockFormat format, int rows, int columns, BlockAxis axis)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Format = format;
        Rows = rows;
        Columns = columns;
        Axis = axis;
        scales = new byte[checked(Lines * BlocksPerLine)];
        codes = new uint[checked(rows * columns)];
    }

    /// <summary>The block format.</summary>
    public BlockFormat Format { get; }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>The axis the blocks run along.</summary>
    public BlockAxis Axis { get; }

    /// <summary>Blocks in one row (or column); the last may be partial.</summary>
    public int BlocksPerLine => (LineLength + Format.BlockSize - 1) / Format.BlockSize;

    /// <summary>Element codes, row-major, as the values were.</summary>
    public ReadOnlySpan<uint> Codes => codes;

    /// <summary>Scale codes, those of one row (or column) together, its first block first.</summary>
    public ReadOnlySpan<byte> Scales => scales;

    private int Lines => Axis == BlockAxis.AlongRows ? Rows : Columns;

    private int LineLength => Axis == BlockAxis.AlongRows ? Columns : Rows;

    /// <summary>Quantises binary32 values, row-major.</summary>
    /// <param name="values">rows * columns values.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="format">The block format.</param>
    /// <param name="policy">The choices; the <c>ocp</c> profile when null. Stochastic modes take their bits from <paramref name="random"/>.</param>
    /// <param name="axis">Along which axis the blocks run.</param>
    /// <param name="random">For a stochastic mode, one word of random bits a value, row-major.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static MxMatrix Quantize(ReadOnlySpan<float> values, int rows, int columns, BlockFormat format, ConversionPolicy? policy = null, BlockAxis axis = BlockAxis.AlongRows, ReadOnlySpan<uint> random = default)
        => Quantize(MemoryMarshal.Cast<float, uint>(values), ElementFormats.Binary32, rows, columns, format, policy, axis, random);

    /// <summary>Quantises values given as bits of any input format, row-major; see the other overload.</summary>
    public static MxMatrix Quantize(ReadOnlySpan<uint> bits, ElementFormat input, int rows, int columns, BlockFormat format, ConversionPolicy? policy = null, BlockAxis axis = BlockAxis.AlongRows, ReadOnlySpan<uint> random = default)
    {
        ConversionPolicy choices = policy ?? ConversionPolicy.Ocp;
        MxMatrix matrix = new(format, rows, columns, axis);
        if (bits.Length != matrix.codes.Length || (choices.Rounding.IsStochastic && random.Length != bits.Length))
        {
            throw new ArgumentException($"a {rows} x {columns} matrix has {matrix.codes.Length} values, not {bits.Length}", nameof(bits));
        }

        Span<uint> block = stackalloc uint[format.BlockSize];
        Span<uint> noise = stackalloc uint[choices.Rounding.IsStochastic ? format.BlockSize : 0];
        Span<uint> blockCodes = stackalloc uint[format.BlockSize];
        for (int s = 0; s < matrix.scales.Length; s++)
        {
            int length = matrix.BlockLength(s);
            for (int i = 0; i < length; i++)
            {
                block[i] = bits[matrix.Index(s, i)];
                if (!noise.IsEmpty)
                {
                    noise[i] = random[matrix.Index(s, i)];
                }
            }

            matrix.scales[s] = BlockConversion.Quantize(format, input, block[..length], choices, blockCodes, noise);
            for (int i = 0; i < length; i++)
            {
                matrix.codes[matrix.Index(s, i)] = blockCodes[i];
            }
        }

        return matrix;
    }

    /// <summary>The values X P_i in binary32, row-major (MX 5.1).</summary>
    public float[] Dequantize()
    {
        float[] values = new float[codes.Length];
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values.AsSpan());
        for (int s = 0; s < scales.Length; s++)
        {
            for (int i = 0; i < BlockLength(s); i++)
            {
                int at = Index(s, i);
                BlockConversion.Dequantize(Format, scales[s], codes.AsSpan(at, 1), bits.Slice(at, 1));
            }
        }

        return values;
    }

    /// <summary>
    /// DotGeneral of line <paramref name="line"/> of this matrix and line <paramref name="otherLine"/> of another (MX 6.2):
    /// a line is a row, or a column where the blocks run along columns. Exact sum, one rounding to binary32.
    /// </summary>
    /// <exception cref="ArgumentException">The lines have different lengths.</exception>
    public float Dot(int line, MxMatrix other, int otherLine)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)line, (uint)Lines);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)otherLine, (uint)other.Lines);
        (uint[] a, byte[] scalesA) = Line(line);
        (uint[] b, byte[] scalesB) = other.Line(otherLine);
        if (LineLength != other.LineLength)
        {
            throw new ArgumentException($"a line of {LineLength} and one of {other.LineLength} elements have no dot product", nameof(other));
        }

        return BitConverter.UInt32BitsToSingle(Simulator.Reference.Dot.General(Format, scalesA, a, other.Format, scalesB, b));
    }

    /// <summary>One line padded with zeros to whole blocks.</summary>
    private (uint[] Codes, byte[] Scales) Line(int line)
    {
        uint[] padded = new uint[BlocksPerLine * Format.BlockSize];
        for (int block = 0; block < BlocksPerLine; block++)
        {
            int s = (line * BlocksPerLine) + block;
            for (int i = 0; i < BlockLength(s); i++)
            {
                padded[(block * Format.BlockSize) + i] = codes[Index(s, i)];
            }
        }

        return (padded, scales.AsSpan(line * BlocksPerLine, BlocksPerLine).ToArray());
    }

    private int BlockLength(int s) => Math.Min(Format.BlockSize, LineLength - (s % BlocksPerLine * Format.BlockSize));

    private int Index(int s, int i)
    {
        int line = s / BlocksPerLine;
        int along = (s % BlocksPerLine * Format.BlockSize) + i;
        return Axis == BlockAxis.AlongRows ? (line * Columns) + along : (along * Columns) + line;
    }
}
