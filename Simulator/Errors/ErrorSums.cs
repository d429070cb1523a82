using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mxact.Simulator.Errors;

/// <summary>
/// Adds up what became of a tile's elements, sixteen at a time. V - X P is exact in binary64 wherever the two are within 2^29 of
/// each other, and V squared always is, so that only the additions round, and those go in an order that the tile alone decides.
/// </summary>
internal static class ErrorSums
{
    private const int Lanes = 16;
    private const uint Magnitude = 0x7FFFFFFF;
    private const uint Infinity = 0x7F800000;

    /// <summary>The errors of a tile.</summary>
    /// <param name="values">Its elements.</param>
    /// <param name="results">X P of each.</param>
    /// <param name="codes">The code of each, one a byte.</param>
    /// <param name="largest">The largest codes of the format.</param>
    public static QuantizationError Add(ReadOnlySpan<float> values, ReadOnlySpan<float> results, ReadOnlySpan<byte> codes,
        LargestCodes largest)
    {
        Sums sums = new() { WorstOfLower = Vector512<double>.One, WorstOfUpper = Vector512<double>.One };
        int whole = values.Length / Lanes * Lanes;
        AddWhole(ref sums, values[..whole], results[..whole]);
        if (whole < values.Length)
        {
            // Zeros that become zeros add nothing.
            Span<float> lastValues = stackalloc float[Lanes];
            Span<float> lastResults = stackalloc float[Lanes];
            values[whole..].CopyTo(lastValues);
            results[whole..].CopyTo(lastResults);
            AddWhole(ref sums, lastValues, lastResults);
        }

        (long lastBin, long saturated) = InLastBin(values, results, codes, largest);
        return new()
        {
            Finite = values.Length - sums.NonFinite,
            NonFinite = sums.NonFinite,
            Lost = sums.Lost,
            Flushed = sums.Flushed,
            LastBin = lastBin,
            Saturated = saturated,
            Signal = Total(sums.SignalLower, sums.SignalUpper),
            Noise = Total(sums.NoiseLower, sums.NoiseUpper),
            WorstRelative = Math.Max(Worst(sums.WorstLower, sums.WorstOfLower), Worst(sums.WorstUpper, sums.WorstOfUpper)),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWhole(ref Sums total, ReadOnlySpan<float> values, ReadOnlySpan<float> results)
    {
        Sums sums = total;
        ref float firstValue = ref MemoryMarshal.GetReference(values);
        ref float firstResult = ref MemoryMarshal.GetReference(results);
        Vector512<uint> magnitude = Vector512.Create(Magnitude);
        Vector512<uint> infinity = Vector512.Create(Infinity);
        for (nuint i = 0; i < (nuint)values.Length; i += Lanes)
        {
            Vector512<uint> v = Vector512.LoadUnsafe(ref firstValue, i).AsUInt32();
            Vector512<uint> r = Vector512.LoadUnsafe(ref firstResult, i).AsUInt32();
            Vector512<uint> sizeOfV = v & magnitude;
            Vector512<uint> sizeOfR = r & magnitude;
            if (Vector512.GreaterThanOrEqualAny(Vector512.Max(sizeOfV, sizeOfR), infinity))
            {
                Vector512<uint> nonFinite = Vector512.GreaterThanOrEqual(sizeOfV, infinity);
                Vector512<uint> lost = Vector512.AndNot(Vector512.GreaterThanOrEqual(sizeOfR, infinity), nonFinite);
                sums.NonFinite += Count(nonFinite);
                sums.Lost += Count(lost);
                v = Vector512.AndNot(v, nonFinite | lost);
                r = Vector512.AndNot(r, nonFinite | lost);
                sizeOfV = v & magnitude;
                sizeOfR = r & magnitude;
            }

            sums.Flushed += Count(Vector512.AndNot(Vector512.Equals(sizeOfR, Vector512<uint>.Zero),
                Vector512.Equals(sizeOfV, Vector512<uint>.Zero)));
            (Vector512<double> lowerV, Vector512<double> upperV) = Vector512.Widen(v.AsSingle());
            (Vector512<double> lowerR, Vector512<double> upperR) = Vector512.Widen(r.AsSingle());
            Add(lowerV, lowerR, ref sums.SignalLower, ref sums.NoiseLower, ref sums.WorstLower, ref sums.WorstOfLower);
            Add(upperV, upperR, ref sums.SignalUpper, ref sums.NoiseUpper, ref sums.WorstUpper, ref sums.WorstOfUpper);
        }

        total = sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<double> v, Vector512<double> r, ref Vector512<double> signal, ref Vector512<double> noise,
        ref Vector512<double> worst, ref Vector512<double> worstOf)
    {
        Vector512<double> error = v - r;
        signal = Vector512.FusedMultiplyAdd(v, v, signal);
        noise = Vector512.FusedMultiplyAdd(error, error, noise);

        // error / |v| > worst / worstOf, multiplied out: a division an element would cost more than all the rest.
        Vector512<double> size = Vector512.Abs(v);
        Vector512<double> sizeOfError = Vector512.Abs(error);
        Vector512<double> isWorse = Vector512.GreaterThan(sizeOfError * worstOf, worst * size);
        worst = Vector512.ConditionalSelect(isWorse, sizeOfError, worst);
        worstOf = Vector512.ConditionalSelect(isWorse, size, worstOf);
    }

    /// <summary>Elements with one of the largest codes, few enough to be looked at one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (long LastBin, long Saturated) InLastBin(ReadOnlySpan<float> values, ReadOnlySpan<float> results,
        ReadOnlySpan<byte> codes, LargestCodes largest)
    {
        long lastBin = 0, saturated = 0;
        Vector512<byte> positive = Vector512.Create(largest.Positive);
        Vector512<byte> negative = Vector512.Create(largest.Negative);
        int i = 0;
        for (; i + Vector512<byte>.Count <= codes.Length; i += Vector512<byte>.Count)
        {
            Vector512<byte> chunk = Vector512.Create(codes.Slice(i, Vector512<byte>.Count));
            for (ulong found = (Vector512.Equals(chunk, positive) | Vector512.Equals(chunk,
                negative)).ExtractMostSignificantBits(); found != 0; found &= found - 1)
            {
                Look(i + BitOperations.TrailingZeroCount(found), values, results);
            }
        }

        for (; i < codes.Length; i++)
        {
            if (codes[i] == largest.Positive || codes[i] == largest.Negative)
            {
                Look(i, values, results);
            }
        }

        return (lastBin, saturated);

        void Look(int at, ReadOnlySpan<float> values, ReadOnlySpan<float> results)
        {
            if (float.IsFinite(values[at]))
            {
                lastBin += LargestCodes.IsBeyond(values[at], results[at]) ? 1 : 0;
                saturated += largest.IsClamped(values[at], results[at]) ? 1 : 0;
            }
        }
    }

    private static int Count(Vector512<uint> mask) => BitOperations.PopCount(mask.ExtractMostSignificantBits());

    /// <summary>Lane by lane, so that no instruction set has a say in the order.</summary>
    private static double Total(Vector512<double> lower, Vector512<double> upper)
    {
        double total = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            total += lower[lane] + upper[lane];
        }

        return total;
    }

    private static double Worst(Vector512<double> errors, Vector512<double> values)
    {
        double worst = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            worst = Math.Max(worst, errors[lane] / values[lane]);
        }

        return worst;
    }

    private struct Sums
    {
        public long NonFinite;
        public long Lost;
        public long Flushed;
        public Vector512<double> SignalLower;
        public Vector512<double> SignalUpper;
        public Vector512<double> NoiseLower;
        public Vector512<double> NoiseUpper;
        public Vector512<double> WorstLower;
        public Vector512<double> WorstUpper;
        public Vector512<double> WorstOfLower;
        public Vector512<double> WorstOfUpper;
    }
}
