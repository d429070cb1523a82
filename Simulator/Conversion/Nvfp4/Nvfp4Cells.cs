using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// NVFP4's elements on AVX-512 where a block is one register. The quotient |V| / (X t), about, says in which of sixteen cells half an
/// element's least step wide it lies. A cell holds one threshold at most, and the exact threshold decides. Measured on a Xeon (family 6,
/// model 207): 1.15 times the bisection of <see cref="Nvfp4Kernels{TLane, TRounding}"/>; with random bits 1.65 times its division.
/// </summary>
internal static unsafe class Nvfp4Cells
{
    /// <summary>How far, of itself, a quotient of two roundings may be off, with room.</summary>
    private const double Margin = 1.0 / (1 << 20);

    private const int Cells = 16;
    private const int Row = Nvfp4Scales.Row;
    private const int Magnitudes = Nvfp4Conversion.Magnitudes;

    /// <summary>No finite number is above it.</summary>
    private const uint NoThreshold = 0x7FFFFFFF;

    /// <summary>After the rows: each scale's reciprocal, then each cell's least code, then what is added to a quotient.</summary>
    private const int Reciprocals = Nvfp4Scales.Count * Row, Codes = Reciprocals + Nvfp4Scales.Count, Offset = Codes + Cells;

    /// <summary>A number that no product of a value and a scale reaches, and whose product with another does not overflow.</summary>
    private const double Unreachable = 1e100;

    /// <summary>Blocks whose codes are packed together.</summary>
    private const int Packed = 4;

    /// <summary>
    /// For each scale its cells' thresholds, and what else <see cref="Elements"/> reads; null where a mode has two thresholds in one cell,
    /// or where X t leaves binary32's normal range.
    /// </summary>
    /// <param name="thresholds">The first row of <see cref="Nvfp4Scales.Thresholds{TLane, TRounding}"/>.</param>
    /// <param name="p">The tensor scale.</param>
    public static uint[]? Of(uint* thresholds, in KernelParameters p)
    {
        // Thresholds halfway between values lie within cells that begin at values; those at values lie within cells a quarter further on.
        uint[] words = Nvfp4Scales.Allocate(Row + 2);
        return TryFill(thresholds, 0, words, p) || TryFill(thresholds, 0.5f, words, p) ? words : null;
    }

    private static bool TryFill(uint* thresholds, float offset, uint[] words, in KernelParameters p)
    {
        fixed (uint* start = words)
        {
            uint* cells = Nvfp4Scales.FirstRow(start);
            cells[Offset] = BitConverter.SingleToUInt32Bits(offset);
            cells[Reciprocals] = 0;
            new Span<uint>(cells, Row).Fill(thresholds[Nvfp4Scales.PlaceOf(1)]);
            for (uint scale = 1; scale <= Nvfp4Conversion.LargestScale; scale++)
            {
                double step = Math.ScaleB((double)(p.TensorSignificand * Nvfp4Scales.Whole(scale)),
                    (int)p.TensorExponent + Nvfp4Scales.WholeUnit) / 2;
                float reciprocal = (float)(1 / step);
                if (reciprocal is < 1e-30f or > 1e30f)
                {
                    return false;
                }

                cells[Reciprocals + scale] = BitConverter.SingleToUInt32Bits(reciprocal);
                for (int cell = 0; cell < Cells; cell++)
                {
                    double from = (cell - offset) * step * (1 - Margin);
                    double to = cell == Cells - 1 ? double.PositiveInfinity : (cell + 1 - offset) * step * (1 + Margin);
                    (uint least, uint threshold) = InCell(thresholds + (scale * Row), from, to);
                    if (least > Magnitudes || (scale > 1 && cells[Codes + cell] != least))
                    {
                        return false;
                    }

                    cells[Codes + cell] = least;
                    cells[(scale * Row) + cell] = threshold;
                }
            }
        }

        return true;
    }

    /// <summary>The least code of a cell, and the threshold in it; a code that is none where there are two.</summary>
    private static (uint Least, uint Threshold) InCell(uint* row, double from, double to)
    {
        uint least = 0, threshold = NoThreshold;
        for (int code = 1; code <= Magnitudes; code++)
        {
            uint bits = row[Nvfp4Scales.PlaceOf(code)];
            double at = BitConverter.UInt32BitsToSingle(bits);
            if (at < from)
            {
                least++;
            }
            else if (at < to)
            {
                if (threshold != NoThreshold)
                {
                    return (Magnitudes + 1, 0);
                }

                threshold = bits;
            }
        }

        return (least, threshold);
    }

    /// <summary>The codes of blocks of numbers.</summary>
    /// <param name="values">The values.</param>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="scales">Each block's scale.</param>
    /// <param name="cells">The first row of <see cref="Of"/>.</param>
    /// <param name="codes">Where the codes go.</param>
    /// <param name="p">Whether a zero keeps its sign.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Elements<TResults>(uint* values, int blocks, uint* scales, uint* cells, byte* codes, in KernelParameters p)
        where TResults : struct, IResults
    {
        Vector512<uint> keepsSign = Vector512.Create(p.ZeroKeepsSign);
        Vector512<uint> least = Vector512.Load(cells + Codes);
        Vector512<float> offset = Vector512.Create(((float*)cells)[Offset]);
        Vector512<uint> inOrder = Vector512.Create(0u, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        int block = 0;
        for (; block <= blocks - Packed; block += Packed)
        {
            uint* from = values + (block * Row);
            Vector512<uint> a = Block<TResults>(from, scales[block], cells, least, offset, keepsSign);
            Vector512<uint> b = Block<TResults>(from + Row, scales[block + 1], cells, least, offset, keepsSign);
            Vector512<uint> c = Block<TResults>(from + (2 * Row), scales[block + 2], cells, least, offset, keepsSign);
            Vector512<uint> d = Block<TResults>(from + (3 * Row), scales[block + 3], cells, least, offset, keepsSign);
            Vector512<ushort> ab = Avx512BW.PackUnsignedSaturate(a.AsInt32(), b.AsInt32());
            Vector512<ushort> cd = Avx512BW.PackUnsignedSaturate(c.AsInt32(), d.AsInt32());
            Vector512<byte> mixed = Avx512BW.PackUnsignedSaturate(ab.AsInt16(), cd.AsInt16());
            Avx512F.PermuteVar16x32(mixed.AsUInt32(), inOrder).AsByte().Store(codes + (block * Row));
        }

        for (; block < blocks; block++)
        {
            Vector512<uint> last = Block<TResults>(values + (block * Row), scales[block], cells, least, offset, keepsSign);
            Avx512F.ConvertToVector128Byte(last).Store(codes + (block * Row));
        }
    }

    /// <summary>
    /// The codes of blocks of numbers under <see cref="StochasticA"/>, whose r of n random bits carries where the fraction is 1 - r 2^-n
    /// or more: |V| is compared with X t times a number of at most 36 bits. The sign of a fused multiplication is exact.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="words">A random word an element.</param>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="scales">Each block's scale.</param>
    /// <param name="cells">The first row of <see cref="Of"/>, for <see cref="TowardZero"/>.</param>
    /// <param name="steps">X t of each scale.</param>
    /// <param name="codes">Where the codes go.</param>
    /// <param name="p">How many random bits; whether a zero keeps its sign.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Drawn(uint* values, uint* words, int blocks, uint* scales, uint* cells, double* steps, byte* codes,
        in KernelParameters p)
    {
        Vector512<uint> keepsSign = Vector512.Create(p.ZeroKeepsSign);
        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        Vector512<uint> least = Vector512.Load(cells + Codes);
        Vector512<float> offset = Vector512.Create(((float*)cells)[Offset]);
        for (int block = 0; block < blocks; block++)
        {
            Vector512<uint> value = Vector512.Load(values + (block * Row));
            Vector512<uint> bits = value & Vector512.Create(0x7FFFFFFFu);
            Vector512<uint> cut = Magnitude(bits, scales[block], cells, least, offset);
            Vector512<uint> random = Vector512.Load(words + (block * Row)) & randomMask;

            // Numbers under a scale of zero carry nowhere.
            Vector512<double> step = Vector512.Create(scales[block] == 0 ? Unreachable : steps[scales[block]]);
            Vector512<ulong> lower = NotCarried(bits.GetLower(), cut.GetLower(), random.GetLower(), step);
            Vector512<ulong> upper = NotCarried(bits.GetUpper(), cut.GetUpper(), random.GetUpper(), step);
            Vector512<uint> kept = Avx512F.PermuteVar16x32x2(lower.AsUInt32(),
                Vector512.Create(1u, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), upper.AsUInt32());
            Vector512<uint> magnitude = cut + Vector512.Create(1u) - (kept >> 31);
            Vector512<uint> sign = (value >> 28) & Vector512.Create(8u)
                & (keepsSign | Vector512.GreaterThan(magnitude, Vector512<uint>.Zero));
            Avx512F.ConvertToVector128Byte(sign | magnitude).Store(codes + (block * Row));
        }
    }

    /// <summary>A sign bit where |V| is below what carries: X t times the next value less r 2^-n of the way to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> NotCarried(Vector256<uint> bits, Vector256<uint> cut, Vector256<uint> random, Vector512<double> step)
    {
        Vector512<long> code = Avx512F.ConvertToVector512Int64(cut);
        Vector512<double> next = Avx512F.PermuteVar8x64(Vector512.Create(0.5, 1, 1.5, 2, 3, 4, 6, Unreachable), code);
        Vector512<double> way = Avx512F.PermuteVar8x64(Vector512.Create(0.5, 0.5, 0.5, 0.5, 1, 1, 2, 0), code)
            * Vector512.Create(1.0 / (1ul << 32));
        Vector512<double> factor = Avx512F.FusedMultiplyAddNegated(way, Avx512F.ConvertToVector512Double(random), next);

        // Above zero where |V| is below: its negation has the sign.
        Vector512<double> value = Avx512F.ConvertToVector512Double(bits.AsSingle());
        return Avx512F.FusedMultiplyAddNegated(step, factor, value).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Block<TResults>(
        uint* from, uint scale, uint* cells, Vector512<uint> least, Vector512<float> offset, Vector512<uint> keepsSign)
        where TResults : struct, IResults
    {
        Vector512<uint> value = Vector512.Load(from);
        Vector512<uint> magnitude = Magnitude(value & Vector512.Create(0x7FFFFFFFu), scale, cells, least, offset);
        Vector512<uint> sign = (value >> 28) & Vector512.Create(8u);
        if (!TResults.Plain)
        {
            sign &= keepsSign | Vector512.GreaterThan(magnitude, Vector512<uint>.Zero);
        }

        return sign | magnitude;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Magnitude(
        Vector512<uint> bits, uint scale, uint* cells, Vector512<uint> least, Vector512<float> offset)
    {
        Vector512<float> quotient = Avx512F.FusedMultiplyAdd(bits.AsSingle(),
            Vector512.Create(((float*)cells)[Reciprocals + scale]), offset);
        Vector512<uint> cell = Avx512F.ConvertToVector512Int32WithTruncation(
            Avx512F.Min(quotient, Vector512.Create((float)(Cells - 1)))).AsUInt32();
        Vector512<uint> threshold = Avx512F.PermuteVar16x32(Vector512.Load(cells + (scale * Row)), cell);

        // Both are below 2^31: the difference's sign says which is above.
        return Avx512F.PermuteVar16x32(least, cell) + ((threshold - bits) >> 31);
    }
}
