namespace Mxact.Vectors.Tests;

/// <summary>
/// The exponent of a block's scale, in binary64 where exact and in the processor's binary32 where the choice is about that.
/// </summary>
internal static class LatitudeScale
{
    /// <summary>The exponent before it is clamped; <see cref="int.MaxValue"/> where the arithmetic ends at a NaN.</summary>
    public static int Exponent(float amax, double max, int mantissaBits, string rule, string arithmetic)
    {
        int emax = Math.ILogB(max);
        float largest = (float)max;
        switch (rule, arithmetic)
        {
            case ("even", "binary32-bits"):
                uint carried = BitConverter.SingleToUInt32Bits(amax) + (1u << (22 - mantissaBits));
                return carried >= 0x7F80_0000 ? int.MaxValue : Math.ILogB((double)BitConverter.UInt32BitsToSingle(SameGrid(amax, carried,
                    mantissaBits))) - emax;
            case ("round-up", "binary32-divide"):
                return Ceiling(amax / largest);
            case ("round-up", "binary32-multiply"):
                return Ceiling(amax * (1 / largest));
            case ("round-up", "binary32-field"):
                return (int)((BitConverter.SingleToUInt32Bits(amax / largest) + 0x7F_FFFF) >> 23) - 127;
            case ("floor", "binary32-field"):
                return (int)(BitConverter.SingleToUInt32Bits(amax / MathF.ScaleB(1, emax)) >> 23) - 127;
            case ("floor", "binary32-log2"):
                return (int)MathF.Floor((float)Math.Log2(amax)) - emax;
        }

        // Binary64 holds every product and sum here exactly.
        double a = amax;
        int floor = Math.ILogB(a) - emax;
        return rule switch
        {
            "floor" => floor,
            "ceil" => floor + (a > Math.ScaleB(1, floor + emax) ? 1 : 0),
            "round-up" => floor + (a > Math.ScaleB(max, floor) ? 1 : 0),
            "trunc-quotient" => floor - (a < Math.ScaleB(max, floor) ? 1 : 0),
            "even" => Math.ILogB(a + Math.ScaleB(1, floor + emax - mantissaBits - 1)) - emax,
            _ => throw new ArgumentException(rule, nameof(rule)),
        };
    }

    /// <summary>Half an element ulp of a subnormal's own binade is less than of its bits: exact there.</summary>
    private static uint SameGrid(float amax, uint carried, int mantissaBits)
    {
        if (!float.IsSubnormal(amax))
        {
            return carried;
        }

        double sum = amax + Math.ScaleB(1, Math.ILogB((double)amax) - mantissaBits - 1);
        return BitConverter.SingleToUInt32Bits((float)Math.ScaleB(1, Math.ILogB(sum)));
    }

    /// <summary>The least e with 2^e at or above a quotient; -127 of zero.</summary>
    private static int Ceiling(float quotient)
        => quotient == 0 ? -127 : Math.ILogB((double)quotient) + (quotient > Math.ScaleB(1, Math.ILogB((double)quotient)) ? 1 : 0);
}
