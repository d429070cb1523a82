using System.Numerics;
using System.Runtime.InteropServices;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Conversion;

/// <summary>NVFP4's second level.</summary>
internal static class TensorScales
{
    private const int Magnitude = 0x7FFFFFFF, Infinity = 0x7F800000;

    /// <summary>max |V| / (max normal of the scale * max normal of the element), rounded once to binary32, ties to even.</summary>
    public static float Fit(ReadOnlySpan<float> values, ElementFormat element, ElementFormat scale)
    {
        float amax = LargestFinite(MemoryMarshal.Cast<float, int>(values));
        if (amax == 0)
        {
            return 1;
        }

        Dyadic largest = ScaleSelection.MaxNormal(scale) * ScaleSelection.MaxNormal(element);
        uint bits = ElementCodec.EncodeFinite(
            ElementFormats.Binary32,
            Quotient.FromDyadic(Binary32.Decode(BitConverter.SingleToUInt32Bits(amax)).Finite) / largest,
            ConversionPolicy.Ocp);
        return bits == 0 ? float.Epsilon : BitConverter.UInt32BitsToSingle(bits);
    }

    /// <summary>By the exponent field, one more where a fraction follows; 2^-126 to 2^126, whose reciprocals are normal too.</summary>
    public static float UpToPowerOfTwo(float value)
    {
        const uint Fraction = 0x007FFFFF;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint exponent = (bits >> 23) + ((bits & Fraction) == 0 ? 0u : 1);
        return BitConverter.UInt32BitsToSingle(Math.Clamp(exponent, 1, 253) << 23);
    }

    /// <summary>The finite magnitude at place ceil(percent n / 100) of n in ascending order; 0 of none.</summary>
    public static float AtPercentile(ReadOnlySpan<float> values, decimal percent)
    {
        List<int> magnitudes = new(values.Length);
        foreach (int bits in MemoryMarshal.Cast<float, int>(values))
        {
            if ((bits & Magnitude) is < Infinity and int magnitude)
            {
                magnitudes.Add(magnitude);
            }
        }

        magnitudes.Sort();
        return magnitudes.Count == 0 ? 0 : BitConverter.Int32BitsToSingle(magnitudes[(int)Rank(magnitudes.Count, percent) - 1]);
    }

    /// <summary>The place, from 1, of a percentile among so many: ceil(percent count / 100), in integers.</summary>
    public static long Rank(long count, decimal percent)
    {
        // A decimal is an integer of 96 bits over a power of ten.
        int[] words = decimal.GetBits(percent);
        BigInteger digits = ((BigInteger)(uint)words[2] << 64) | ((ulong)(uint)words[1] << 32) | (uint)words[0];
        BigInteger hundred = BigInteger.Pow(10, percent.Scale + 2);
        return Math.Clamp((long)(((digits * count) + hundred - 1) / hundred), 1, count);
    }

    /// <summary>The largest magnitude that is no infinity and no NaN; 0 of nothing. Magnitudes order as their bits do.</summary>
    private static float LargestFinite(ReadOnlySpan<int> bits)
    {
        int most = 0;
        int i = 0;
        if (Vector.IsHardwareAccelerated && bits.Length >= 4 * Vector<int>.Count)
        {
            // Whether any are beyond the finite is asked once of all, and they are left out one by one only then.
            Vector<int> a = default;
            Vector<int> b = default;
            Vector<int> c = default;
            Vector<int> d = default;
            Vector<int> magnitude = new(Magnitude);
            for (; i + (4 * Vector<int>.Count) <= bits.Length; i += 4 * Vector<int>.Count)
            {
                ReadOnlySpan<int> here = bits[i..];
                a = Vector.Max(a, new Vector<int>(here) & magnitude);
                b = Vector.Max(b, new Vector<int>(here[Vector<int>.Count..]) & magnitude);
                c = Vector.Max(c, new Vector<int>(here[(2 * Vector<int>.Count)..]) & magnitude);
                d = Vector.Max(d, new Vector<int>(here[(3 * Vector<int>.Count)..]) & magnitude);
            }

            Vector<int> all = Vector.Max(Vector.Max(a, b), Vector.Max(c, d));
            for (int word = 0; word < Vector<int>.Count; word++)
            {
                most = Math.Max(most, all[word]);
            }

            if (most >= Infinity)
            {
                (most, i) = (0, 0);
            }
        }

        for (; i < bits.Length; i++)
        {
            int magnitude = bits[i] & Magnitude;
            most = Math.Max(most, magnitude < Infinity ? magnitude : 0);
        }

        return BitConverter.Int32BitsToSingle(most);
    }
}
