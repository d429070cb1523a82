using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// What NVFP4's kernels need along columns on AVX-512. Quantising turns a tile, so that each column's block is one register, and the codes
/// back. Measured on a Xeon (family 6, model 207): 1.7 times one column a word. Dequantising multiplies: 2.5 times.
/// </summary>
internal static unsafe class Nvfp4Columns
{
    private const int BlockSize = Nvfp4Conversion.BlockSize;
    private const int Width = ColumnTile.Width;
    private const int Lanes = 16;
    private const int Quarter = 4;

    /// <summary>Where no product X t m, and nothing that is left of one, leaves binary32's normal range.</summary>
    private const double LeastProduct = 1e-30, GreatestProduct = 1e30;

    /// <summary>A tile of words as blocks, one column's after the other's; rows that are not there are zero.</summary>
    /// <param name="from">The first word.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="rows">Rows that are there.</param>
    /// <param name="to">16 words for each of 64 columns.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Turn(uint* from, nint stride, int rows, uint* to)
    {
        Vector512<uint>* quarters = stackalloc Vector512<uint>[BlockSize];
        for (int column = 0; column < Width; column += Lanes)
        {
            for (int row = 0; row < BlockSize; row += Quarter)
            {
                TurnQuarter(
                    Row(from + column, stride, row, rows),
                    Row(from + column, stride, row + 1, rows),
                    Row(from + column, stride, row + 2, rows),
                    Row(from + column, stride, row + 3, rows),
                    quarters + row);
            }

            // Quarter j of quarters[4 q + m] is rows 4 q to 4 q + 3 of column 4 j + m.
            for (int m = 0; m < Quarter; m++)
            {
                Vector512<uint> ab = Avx512F.Shuffle4x128(quarters[m], quarters[4 + m], 0b01_00_01_00);
                Vector512<uint> cd = Avx512F.Shuffle4x128(quarters[8 + m], quarters[12 + m], 0b01_00_01_00);
                Vector512<uint> abUpper = Avx512F.Shuffle4x128(quarters[m], quarters[4 + m], 0b11_10_11_10);
                Vector512<uint> cdUpper = Avx512F.Shuffle4x128(quarters[8 + m], quarters[12 + m], 0b11_10_11_10);
                uint* block = to + ((column + m) * BlockSize);
                Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00).Store(block);
                Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01).Store(block + (4 * BlockSize));
                Avx512F.Shuffle4x128(abUpper, cdUpper, 0b10_00_10_00).Store(block + (8 * BlockSize));
                Avx512F.Shuffle4x128(abUpper, cdUpper, 0b11_01_11_01).Store(block + (12 * BlockSize));
            }
        }
    }

    /// <summary>The codes of 64 blocks, one after the other, as rows of 64 columns.</summary>
    /// <param name="codes">16 codes a block.</param>
    /// <param name="rows">Rows that are wanted.</param>
    /// <param name="to">The first row.</param>
    /// <param name="stride">From one row to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TurnBack(byte* codes, int rows, byte* to, nint stride)
    {
        Vector512<byte>* one = stackalloc Vector512<byte>[2 * BlockSize];
        Vector512<byte>* other = one + BlockSize;
        for (int i = 0; i < BlockSize; i++)
        {
            Vector256<byte> lower = Vector256.Create(Vector128.Load(codes + (i * BlockSize)),
                Vector128.Load(codes + ((16 + i) * BlockSize)));
            Vector256<byte> upper = Vector256.Create(Vector128.Load(codes + ((32 + i) * BlockSize)),
                Vector128.Load(codes + ((48 + i) * BlockSize)));
            one[i] = Vector512.Create(lower, upper);
        }

        // Four perfect shuffles of sixteen rows turn each quarter's sixteen by sixteen bytes.
        for (int stage = 0; stage < 4; stage++)
        {
            for (int i = 0; i < BlockSize / 2; i++)
            {
                other[2 * i] = Avx512BW.UnpackLow(one[i], one[i + 8]);
                other[(2 * i) + 1] = Avx512BW.UnpackHigh(one[i], one[i + 8]);
            }

            Vector512<byte>* turned = other;
            other = one;
            one = turned;
        }

        for (int row = 0; row < rows; row++)
        {
            one[row].Store(to + (row * stride));
        }
    }

    /// <summary>
    /// X t of each scale as the sum of two binary32 numbers, the first of them cut off: first all first ones, then all second ones. Null
    /// where some product would leave binary32's normal range.
    /// </summary>
    /// <param name="p">The tensor scale.</param>
    public static float[]? Steps(in KernelParameters p)
    {
        float[] steps = new float[2 * Nvfp4Scales.Count];
        for (uint scale = 1; scale <= Nvfp4Conversion.LargestScale; scale++)
        {
            double step = Math.ScaleB((double)(p.TensorSignificand * Nvfp4Scales.Whole(scale)),
                (int)p.TensorExponent + Nvfp4Scales.WholeUnit);
            if (step is < LeastProduct or > GreatestProduct)
            {
                return null;
            }

            // 28 bits: what is cut off has 4, and is never negative, so that no product of a zero loses its sign.
            steps[scale] = BitConverter.UInt32BitsToSingle((uint)(BitConverter.DoubleToUInt64Bits(step) >> 29) - ((1023u - 127) << 23));
            steps[Nvfp4Scales.Count + scale] = (float)(step - steps[scale]);
        }

        steps[Nvfp4Conversion.ScaleNan] = BitConverter.UInt32BitsToSingle(Nvfp4Conversion.QuietNan);
        return steps;
    }

    /// <summary>A tile's values: X t m, rounded once, as one fused multiplication of both parts of X t.</summary>
    /// <param name="tile">Scales, codes, and room for values.</param>
    /// <param name="steps">See <see cref="Steps"/>.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Dequantize(in ColumnTile tile, float[] steps)
    {
        float* firsts = stackalloc float[2 * Width];
        float* seconds = firsts + Width;
        for (int column = 0; column < Width; column++)
        {
            uint scale = tile.Scales[column] & Nvfp4Conversion.ScaleNan;
            firsts[column] = steps[scale];
            seconds[column] = steps[Nvfp4Scales.Count + scale];
        }

        Vector512<float> elements = Vector512.Create(0f, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6);
        for (int row = 0; row < tile.Rows; row++)
        {
            byte* from = tile.Codes + (row * tile.CodeStride);
            float* to = (float*)tile.Values + (row * tile.ValueStride);
            tile.PrefetchRow(row);
            for (int column = 0; column < Width; column += Lanes)
            {
                Vector512<float> m = Avx512F.PermuteVar16x32(elements,
                    Avx512F.ConvertToVector512Int32(Vector128.Load(from + column)));
                Vector512<float> rest = m * Vector512.Load(seconds + column);
                Avx512F.FusedMultiplyAdd(m, Vector512.Load(firsts + column), rest).Store(to + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Row(uint* from, nint stride, int row, int rows)
        => row < rows ? Vector512.Load(from + (row * stride)) : Vector512<uint>.Zero;

    /// <summary>Four rows of sixteen columns: column 4 j + m of them becomes quarter j of the m-th result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnQuarter(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint>* to)
    {
        Vector512<ulong> ab = Avx512F.UnpackLow(a, b).AsUInt64();
        Vector512<ulong> cd = Avx512F.UnpackLow(c, d).AsUInt64();
        Vector512<ulong> abUpper = Avx512F.UnpackHigh(a, b).AsUInt64();
        Vector512<ulong> cdUpper = Avx512F.UnpackHigh(c, d).AsUInt64();
        to[0] = Avx512F.UnpackLow(ab, cd).AsUInt32();
        to[1] = Avx512F.UnpackHigh(ab, cd).AsUInt32();
        to[2] = Avx512F.UnpackLow(abUpper, cdUpper).AsUInt32();
        to[3] = Avx512F.UnpackHigh(abUpper, cdUpper).AsUInt32();
    }
}
