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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

            if (whole < part.Length)
            {
                Rest(ref counts, part[whole..], bits, classes, folded[(bits == 4 ? at + whole : (at + whole) / 2)..]);
            }
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

    /// <summary>The least and the greatest of at least one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (byte Least, byte Greatest) Range(ReadOnlySpan<byte> bytes)
    {
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        byte least = first, greatest = first;
        int i = 0;
        if (bytes.Length >= Width)
        {
            Vector256<byte> low = Vector256.LoadUnsafe(ref first), high = low;
            for (; i + Width <= bytes.Length; i += Width)
            {
                Vector256<byte> some = Vector256.LoadUnsafe(ref first, (nuint)i);
                low = Vector256.Min(low, some);
                high = Vector256.Max(high, some);
            }

            for (int lane = 0; lane < Width; lane++)
            {
                least = Math.Min(least, low[lane]);
                greatest = Math.Max(greatest, high[lane]);
            }
        }

        for (; i < bytes.Length; i++)
        {
            least = Math.Min(least, bytes[i]);
            greatest = Math.Max(greatest, bytes[i]);
        }

        return (least, greatest);
    }

    /// <summary>Turns codes of a byte each into their magnitudes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToMagnitudes(Span<byte> codes, ElementClasses classes)
    {
        ref byte first = ref MemoryMarshal.GetReference(codes);
        Vector256<byte> mask = Vector256.Create(classes.Mask);
        int i = 0;
        for (; !classes.IsTwosComplement && i + Width <= codes.Length; i += Width)
        {
            (Vector256.LoadUnsafe(ref first, (nuint)i) & mask).StoreUnsafe(ref first, (nuint)i);
        }

        for (; i < codes.Length; i++)
        {
            codes[i] = classes.MagnitudeOf(codes[i]);
        }
    }

    /// <summary>
    /// No magnitude has the topmost bit, so that signed bytes compare as unsigned ones do. A lane counts down: it is less one for each that
    /// is above. The sums are locals, not a structure, which the compiler would keep in memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte Nibbles(ref ElementCounts counts, ReadOnlySpan<byte> codes, ElementClasses classes, Span<byte> folded)
    {
        ref byte first = ref MemoryMarshal.GetReference(codes);
        ref byte target = ref MemoryMarshal.GetReference(folded);
        Vector256<byte> mask = Vector256.Create(classes.Mask);
        Vector256<sbyte> belowNormal = Below(classes.FirstNormal), belowLower = Below(classes.Lower), belowUpper = Below(classes.Upper),
            belowMax = Below(classes.Max);
        Vector256<sbyte> nonZero = default, normal = default, lower = default, upper = default, max = default;
        for (nuint i = 0; i < (nuint)codes.Length; i += Width)
        {
            Vector256<byte> both = Vector256.LoadUnsafe(ref first, i);
            Vector256<sbyte> one = (both & mask).AsSByte();
            Vector256<sbyte> two = (Vector256.ShiftRightLogical(both.AsUInt16(), 4).AsByte() & mask).AsSByte();
            nonZero += Vector256.GreaterThan(one, Vector256<sbyte>.Zero) + Vector256.GreaterThan(two, Vector256<sbyte>.Zero);
            normal += Vector256.GreaterThan(one, belowNormal) + Vector256.GreaterThan(two, belowNormal);
            lower += Vector256.GreaterThan(one, belowLower) + Vector256.GreaterThan(two, belowLower);
            upper += Vector256.GreaterThan(one, belowUpper) + Vector256.GreaterThan(two, belowUpper);
            max += Vector256.GreaterThan(one, belowMax) + Vector256.GreaterThan(two, belowMax);
            Vector256.Max(one, two).AsByte().StoreUnsafe(ref target, i);
        }

        Add(ref counts, codes.Length * 2, Total(nonZero), Total(normal), Total(lower), Total(upper), Total(max));
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
        Vector256<sbyte> belowNormal = Below(classes.FirstNormal), belowLower = Below(classes.Lower), belowUpper = Below(classes.Upper),
            belowMax = Below(classes.Max);
        Vector256<sbyte> nonZero = default, normal = default, lower = default, upper = default, max = default, largest = default;
        for (nuint i = 0; i < (nuint)codes.Length; i += Width)
        {
            Vector256<byte> code = Vector256.LoadUnsafe(ref first, i);
            Vector256<byte> magnitude = isTwosComplement ? Vector256.Min(Vector256.Abs(code.AsSByte()).AsByte(), most) : code & mask;
            Vector256<sbyte> size = magnitude.AsSByte();
            nonZero += Vector256.GreaterThan(size, Vector256<sbyte>.Zero);
            normal += Vector256.GreaterThan(size, belowNormal);
            lower += Vector256.GreaterThan(size, belowLower);
            upper += Vector256.GreaterThan(size, belowUpper);
            max += Vector256.GreaterThan(size, belowMax);
            largest = Vector256.Max(largest, size);
            Vector128.Max(size.GetLower(), size.GetUpper()).AsByte().StoreUnsafe(ref target, i / 2);
        }

        Add(ref counts, codes.Length, Total(nonZero), Total(normal), Total(lower), Total(upper), Total(max));
        sbyte whole = 0;
        for (int i = 0; i < Width; i++)
        {
            whole = Math.Max(whole, largest[i]);
        }

        return (byte)whole;
    }

    private static Vector256<sbyte> Below(byte magnitude) => Vector256.Create((sbyte)(magnitude - 1));

    private static void Add(ref ElementCounts counts, int elements, long nonZero, long normal, long lower, long upper, long max)
    {
        counts.Elements += elements;
        counts.Zero += elements - nonZero;
        counts.Subnormal += nonZero - normal;
        counts.Lower += lower - upper;
        counts.Upper += upper - max;
        counts.AtMax += max;
    }

    /// <summary>How often lanes were counted down.</summary>
    private static long Total(Vector256<sbyte> lanes)
    {
        (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen((-lanes).AsByte());
        return Vector256.Sum(low + high);
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
}
