using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mxact.Tensors.Inspection;

/// <summary>
/// Counts codes and finds the largest of each block many at a time, as fast as a file is read: <see cref="ElementCounts.Add"/> is the
/// definition, and the tests hold the two equal.
/// </summary>
internal static class CodeCounter
{
    private const int Width = 32;

    /// <summary>Vectors between two looks at the sums: a byte of them counts two codes a vector.</summary>
    private const int MostVectors = 127;

    /// <summary>Counts codes of four bits, two a byte, or of a byte each.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="bits">4, or 8 where a code of six bits has a byte too.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="folded">The larger magnitude of each pair of codes: of a byte's two, or of two that lie 16 bytes apart.</param>
    public static ElementCounts Count(ReadOnlySpan<byte> codes, int bits, ElementClasses classes, Span<byte> folded)
    {
        ElementCounts counts = default;
        int step = Width * MostVectors;
        for (int at = 0; at < codes.Length; at += step)
        {
            ReadOnlySpan<byte> part = codes.Slice(at, Math.Min(step, codes.Length - at));
            int whole = part.Length / Width * Width;
            byte largest = bits == 4 ? Nibbles(ref counts, part[..whole], classes, folded[at..])
                : Bytes(ref counts, part[..whole], classes, folded[(at / 2)..]);
            if (largest > classes.Max)
            {
                foreach (byte code in part[..whole])
                {
                    byte magnitude = classes.MagnitudeOf(code);
                    bool isInfinity = classes.IsInfinity(magnitude);
                    counts.Infinite += isInfinity ? 1 : 0;
                    counts.NaN += magnitude > classes.Max && !isInfinity ? 1 : 0;
                }
            }

            Rest(ref counts, part[whole..], bits, classes, folded[(bits == 4 ? at + whole : (at + whole) / 2)..]);
        }

        // What reaches the maximum includes what lies above it.
        counts.AtMax -= counts.Infinite + counts.NaN;
        return counts;
    }

    /// <summary>Halves a row of magnitudes, keeping the larger of two neighbours, until one is left of each run.</summary>
    /// <param name="folded">Runs of magnitudes; overwritten.</param>
    /// <param name="run">Magnitudes of a run, a power of two.</param>
    /// <returns>One a run.</returns>
    public static Span<byte> Largest(Span<byte> folded, int run)
    {
        for (; run > 1; run /= 2)
        {
            Halve(folded);
            folded = folded[..(folded.Length / 2)];
        }

        return folded;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte Nibbles(ref ElementCounts counts, ReadOnlySpan<byte> codes, ElementClasses classes, Span<byte> folded)
    {
        ref byte first = ref MemoryMarshal.GetReference(codes);
        ref byte target = ref MemoryMarshal.GetReference(folded);
        Vector256<byte> mask = Vector256.Create(classes.Mask);
        Thresholds above = new(classes);
        Sums sums = default;
        for (nuint i = 0; i < (nuint)codes.Length; i += Width)
        {
            Vector256<byte> both = Vector256.LoadUnsafe(ref first, i);
            Vector256<byte> low = both & mask;
            Vector256<byte> high = Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & mask;
            sums.Add(low, above);
            sums.Add(high, above);
            Vector256.Max(low, high).StoreUnsafe(ref target, i);
        }

        sums.AddTo(ref counts, codes.Length * 2);
        return 0;
    }

    /// <summary>Returns the largest magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte Bytes(ref ElementCounts counts, ReadOnlySpan<byte> codes, ElementClasses classes, Span<byte> folded)
    {
        ref byte first = ref MemoryMarshal.GetReference(codes);
        ref byte target = ref MemoryMarshal.GetReference(folded);
        Vector256<byte> mask = Vector256.Create(classes.Mask);
        Vector256<byte> most = Vector256.Create(classes.IsTwosComplement ? classes.Max : byte.MaxValue);
        bool isTwosComplement = classes.IsTwosComplement;
        Vector256<byte> largest = default;
        Thresholds above = new(classes);
        Sums sums = default;
        for (nuint i = 0; i < (nuint)codes.Length; i += Width)
        {
            Vector256<byte> code = Vector256.LoadUnsafe(ref first, i);
            Vector256<byte> magnitude = isTwosComplement ? Vector256.Min(Vector256.Abs(code.AsSByte()).AsByte(), most) : code & mask;
            sums.Add(magnitude, above);
            largest = Vector256.Max(largest, magnitude);
            Vector128.Max(magnitude.GetLower(), magnitude.GetUpper()).StoreUnsafe(ref target, i / 2);
        }

        sums.AddTo(ref counts, codes.Length);
        byte whole = 0;
        for (int i = 0; i < Width; i++)
        {
            whole = Math.Max(whole, largest[i]);
        }

        return whole;
    }

    /// <summary>Fewer than a vector: whole blocks, or the end of a tile that has none.</summary>
    private static void Rest(ref ElementCounts counts, ReadOnlySpan<byte> codes, int bits, ElementClasses classes, Span<byte> folded)
    {
        ElementCounts rest = default;
        for (int i = 0; i < codes.Length; i++)
        {
            byte magnitude = classes.MagnitudeOf(codes[i]);
            rest.Add(magnitude, classes);
            if (bits == 4)
            {
                byte high = classes.MagnitudeOf((byte)(codes[i] >> 4));
                rest.Add(high, classes);
                folded[i] = Math.Max(magnitude, high);
            }
        }

        // Undone at the end for all.
        rest.AtMax += rest.Infinite + rest.NaN;
        counts += rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Halve(Span<byte> row)
    {
        ref byte first = ref MemoryMarshal.GetReference(row);
        int to = 0;
        for (; (2 * to) + (2 * Width) <= row.Length; to += Width)
        {
            Vector256<ushort> one = Vector256.LoadUnsafe(ref first, (nuint)(2 * to)).AsUInt16();
            Vector256<ushort> two = Vector256.LoadUnsafe(ref first, (nuint)(2 * to) + Width).AsUInt16();
            one = Vector256.Max(one.AsByte(), Vector256.ShiftRightLogical(one, 8).AsByte()).AsUInt16() & Vector256.Create((ushort)0xFF);
            two = Vector256.Max(two.AsByte(), Vector256.ShiftRightLogical(two, 8).AsByte()).AsUInt16() & Vector256.Create((ushort)0xFF);
            Vector256.Narrow(one, two).StoreUnsafe(ref first, (nuint)to);
        }

        for (; 2 * to < row.Length; to++)
        {
            row[to] = Math.Max(row[2 * to], row[(2 * to) + 1]);
        }
    }

    /// <summary>Each class's first magnitude, less one: what lies above it is counted.</summary>
    private readonly struct Thresholds(ElementClasses classes)
    {
        public readonly Vector256<sbyte> Zero = Vector256<sbyte>.Zero;
        public readonly Vector256<sbyte> Normal = Vector256.Create((sbyte)(classes.FirstNormal - 1));
        public readonly Vector256<sbyte> Lower = Vector256.Create((sbyte)(classes.Lower - 1));
        public readonly Vector256<sbyte> Upper = Vector256.Create((sbyte)(classes.Upper - 1));
        public readonly Vector256<sbyte> Max = Vector256.Create((sbyte)(classes.Max - 1));
    }

    /// <summary>How many magnitudes reached each class, a byte a lane.</summary>
    private struct Sums
    {
        private Vector256<sbyte> nonZero;
        private Vector256<sbyte> normal;
        private Vector256<sbyte> lower;
        private Vector256<sbyte> upper;
        private Vector256<sbyte> max;

        /// <summary>No magnitude has the topmost bit, so that signed bytes compare as unsigned ones do.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector256<byte> magnitude, in Thresholds above)
        {
            Vector256<sbyte> size = magnitude.AsSByte();
            nonZero -= Vector256.GreaterThan(size, above.Zero);
            normal -= Vector256.GreaterThan(size, above.Normal);
            lower -= Vector256.GreaterThan(size, above.Lower);
            upper -= Vector256.GreaterThan(size, above.Upper);
            max -= Vector256.GreaterThan(size, above.Max);
        }

        public readonly void AddTo(ref ElementCounts counts, int elements)
        {
            long nonZeros = Total(nonZero), normals = Total(normal), lowers = Total(lower), uppers = Total(upper), maxima = Total(max);
            counts.Elements += elements;
            counts.Zero += elements - nonZeros;
            counts.Subnormal += nonZeros - normals;
            counts.Lower += lowers - uppers;
            counts.Upper += uppers - maxima;
            counts.AtMax += maxima;
        }

        private static long Total(Vector256<sbyte> lanes)
        {
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(lanes.AsByte());
            return Vector256.Sum(low + high);
        }
    }
}
