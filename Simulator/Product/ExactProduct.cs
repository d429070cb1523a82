using System.Buffers;
using System.Numerics;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Product;

/// <summary>
/// The exact sum with one rounding (MX 6.1, 6.2) over tiles of the operands, with the bits of <see cref="Dot"/>. Elements become binary32
/// multiples of their format's smallest number; their products are exact there, a block's sum is exact in one or two binary64 numbers,
/// and blocks add up in 128 bits at the exponents of their scales. Where a sum could outgrow that, or something is not finite, the
/// reference computes that one element.
/// </summary>
internal sealed unsafe class ExactProduct
{
    /// <summary>Rows of each operand in a tile at most.</summary>
    private const int MaxSide = 128;

    /// <summary>Elements of a tile's side: both sides decoded stay in the second and third level of the caches.</summary>
    private const long SideElements = 1 << 19;

    /// <summary>Elements of a row whose two sides still fit one array.</summary>
    private const int MaxRow = 1 << 29;

    private readonly ExactOperand a;
    private readonly ExactOperand b;
    private readonly int k;
    private readonly int interval;
    private readonly ModelOutput output;
    private readonly Dyadic factor;
    private readonly bool isSplit;
    private readonly bool isSlow;
    private readonly int bitsOfBlock;

    private ExactProduct(ExactOperand a, ExactOperand b, int k, int interval, ModelOutput output, Dyadic factor, bool isSplit, bool isSlow,
        int bitsOfBlock)
    {
        this.a = a;
        this.b = b;
        this.k = k;
        this.interval = interval;
        this.output = output;
        this.factor = factor;
        this.isSplit = isSplit;
        this.isSlow = isSlow;
        this.bitsOfBlock = bitsOfBlock;
    }

    /// <summary>Whether these operands' block sums fit; the others' products are computed one exact dot product at a time.</summary>
    public static bool Takes(MatrixOperand a, MatrixOperand b, int k, int interval)
        => k <= MaxRow && a.Format.Bits <= 8 && b.Format.Bits <= 8 && BitsOfBlock(a, b) <= BlockSum.MaxBits && interval % BlockSize(a) == 0;

    /// <summary>
    /// Computes C = fl(factor A B^T + C) in place, or promotes a rounded sum into C every <paramref name="interval"/> products.
    /// </summary>
    /// <param name="a">M x K.</param>
    /// <param name="b">N x K.</param>
    /// <param name="c">M x N codes of the output's format.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="n">Rows of B.</param>
    /// <param name="k">Elements of a row.</param>
    /// <param name="interval">Products between two promotions to binary32; 0 for one sum.</param>
    /// <param name="output">rho.</param>
    /// <param name="factor">The product of both tensor scales.</param>
    /// <param name="options">Threads, and when to stop.</param>
    public static void Multiply(MatrixOperand a, MatrixOperand b, Span<uint> c, int m, int n, int k, int interval, ModelOutput output,
        Dyadic factor, ProductOptions options)
    {
        fixed (byte* codesA = a.Codes, scalesA = a.Scales, codesB = b.Codes, scalesB = b.Scales)
        fixed (uint* pinned = c)
        {
            int bits = BitsOfBlock(a, b);
            bool isSlow = options.Execution.Backend == Backend.Reference || !Takes(a, b, k, interval);
            ExactProduct product = new(new(a, codesA, scalesA, k), new(b, codesB, scalesB, k), k, interval, output, factor,
                bits > BlockSum.BitsOfOne, isSlow, bits);
            uint* results = pinned;
            int side = (int)Math.Clamp(SideElements / Math.Max(k, 1), 1, MaxSide);
            int across = (n + side - 1) / side;
            WorkSharing.For(checked((m + side - 1) / side * across), options, tile =>
            {
                int row = tile / across * side;
                int column = tile % across * side;
                product.Tile(results, n, row, Math.Min(side, m - row), column, Math.Min(side, n - column));
            });
        }
    }

    private static int BlockSize(MatrixOperand operand) => operand.Scale is null ? MxFormats.BlockSize : operand.BlockSize;

    private static int BitsOfBlock(MatrixOperand a, MatrixOperand b)
        => ExactOperand.BitsOf(a.Format) + ExactOperand.BitsOf(b.Format) + BitOperations.Log2((uint)BlockSize(a)) + 1;

    private void Tile(uint* c, int n, int firstRow, int rows, int firstColumn, int columns)
    {
        int stride = (int)a.Stride;
        float[] rented = ArrayPool<float>.Shared.Rent((rows + columns) * stride);
        RowFacts[] facts = ArrayPool<RowFacts>.Shared.Rent(rows + columns);
        fixed (float* x = rented)
        {
            float* y = x + (rows * stride);
            for (int i = 0; i < rows; i++)
            {
                facts[i] = a.Decode(firstRow + i, x + (i * stride));
            }

            for (int j = 0; j < columns; j++)
            {
                facts[rows + j] = b.Decode(firstColumn + j, y + (j * stride));
            }

            for (int j = 0; j < columns; j++)
            {
                for (int i = 0; i < rows; i++)
                {
                    ref uint result = ref c[((long)(firstRow + i) * n) + firstColumn + j];
                    result = Element(firstRow + i, firstColumn + j, x + (i * stride), y + (j * stride), facts[i], facts[rows + j], result);
                }
            }
        }

        ArrayPool<RowFacts>.Shared.Return(facts);
        ArrayPool<float>.Shared.Return(rented);
    }

    private uint Element(int row, int column, float* x, float* y, in RowFacts rowFacts, in RowFacts columnFacts, uint c)
    {
        if (interval == 0)
        {
            return Sum(row, column, x, y, rowFacts, columnFacts, 0, k, c);
        }

        float promoted = BitConverter.UInt32BitsToSingle(c);
        for (int start = 0; start < k; start += interval)
        {
            promoted += BitConverter.UInt32BitsToSingle(Sum(row, column, x, y, rowFacts, columnFacts, start, Math.Min(start + interval, k),
                0));
        }

        return float.IsNaN(promoted) ? output.NaN : BitConverter.SingleToUInt32Bits(promoted);
    }

    /// <summary>fl(factor sum a_i b_i + c) over [<paramref name="from"/>, <paramref name="to"/>).</summary>
    private uint Sum(int row, int column, float* x, float* y, in RowFacts rowFacts, in RowFacts columnFacts, int from, int to, uint c)
    {
        // The lowest exponent of any block is the unit; what the highest adds has to fit beside the sums of all blocks.
        int unit = rowFacts.Lowest + columnFacts.Lowest;
        int range = rowFacts.Highest + columnFacts.Highest - unit;
        if (isSlow || !rowFacts.IsFinite || !columnFacts.IsFinite || range + bitsOfBlock + a.BitsOfScale + b.BitsOfScale + 32 > 127)
        {
            return Reference(row, column, from, to, c);
        }

        Int128 sum = 0;
        int size = a.BlockSize;
        for (int first = from; first < to; first += size)
        {
            Int128 block = BlockSum.Add(x + first, y + first, size, isSplit);
            if (block != 0)
            {
                (int significandA, int exponentA) = a.Scale(row, first);
                (int significandB, int exponentB) = b.Scale(column, first);
                sum += block * (significandA * significandB) << (exponentA + exponentB - unit);
            }
        }

        int exponent = unit + a.Unit + b.Unit;
        return sum == 0 ? (c == 0 ? 0 : Reference(row, column, from, to, c))
            : c == 0 && output.Conversion == OutputConversion.RneFp32 && factor == One ? Rounded32(sum, exponent)
            : output.Encode(NumberArithmetic.Add(ElementCodec.Decode(output.Format, c),
                new Dyadic(sum < 0, (BigInteger)Int128.Abs(sum), exponent) * factor));
    }

    private static Dyadic One { get; } = Dyadic.PowerOfTwo(0);

    private uint Reference(int row, int column, int from, int to, uint c)
    {
        Number sum = ElementCodec.Decode(output.Format, c);
        for (int i = from; i < to; i++)
        {
            sum = NumberArithmetic.Add(sum,
                NumberArithmetic.Multiply(NumberArithmetic.Multiply(a.Value(row, i), b.Value(column, i)), factor));
        }

        return output.Encode(sum);
    }

    /// <summary>
    /// sum 2^exponent to binary32, ties to even: rounded to odd at 53 bits first, which changes no rounding to fewer than 52 (Boldo and
    /// Melquiond, IEEE TC 2008).
    /// </summary>
    private static uint Rounded32(Int128 sum, int exponent)
    {
        UInt128 magnitude = (UInt128)Int128.Abs(sum);
        int excess = Math.Max(128 - (int)UInt128.LeadingZeroCount(magnitude) - 53, 0);
        UInt128 kept = magnitude >> excess;
        ulong odd = (ulong)kept | (kept << excess != magnitude ? 1ul : 0);
        double value = Math.ScaleB((double)odd, exponent + excess);
        return BitConverter.SingleToUInt32Bits((float)(sum < 0 ? -value : value));
    }
}
