using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>Decodes and encodes the shared scale (MX 5.4.1).</summary>
internal static class ScaleCodec
{
    /// <summary>The value of a scale code: 2^(code - 127), FF is NaN (MX 5.4.1); UE4M3 as E4M3 with the sign bit ignored.</summary>
    public static Number Decode(ScaleFormat format, byte code) => format.Element is not null
        ? ElementCodec.Decode(format.Element, code)
        : code == ScaleFormat.E8M0NaN ? Number.NaN : Dyadic.PowerOfTwo(code - ScaleFormat.E8M0Bias);

    /// <summary>
    /// The binary32 -> E8M0 cast as an operation of its own. E8M0's grid is the powers of two from 2^-127 to 2^127: values below
    /// it go to 00, above it to FE (saturate) or FF (non-finite), in between by the rounding mode, an odd code being an odd one.
    /// </summary>
    public static byte EncodeE8M0(Number value, ConversionPolicy policy, uint random = 0)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (value.IsNaN)
        {
            return ScaleFormat.E8M0NaN;
        }

        if (value.Negative && !(value.IsFinite && value.Finite.IsZero) && policy.CastOfNegative != CastOfNegative.Magnitude)
        {
            return policy.CastOfNegative == CastOfNegative.Nan ? ScaleFormat.E8M0NaN : (byte)0;
        }

        if (value.IsInfinity)
        {
            return Overflow(policy.Overflow);
        }

        Dyadic magnitude = value.Finite.Abs();
        if (magnitude.IsZero)
        {
            return policy.CastOfZero == CastOfZero.Nan ? ScaleFormat.E8M0NaN : (byte)0;
        }

        // Between 2^e and 2^(e+1) there is no other code: one quantum of 2^e, the code of 2^e being e + 127.
        int e = magnitude.FloorLog2;
        if (e < ScaleFormat.E8M0EMin)
        {
            return 0;
        }

        int code = e + ScaleFormat.E8M0Bias;
        (_, Discarded discarded) = Rounding.Split(magnitude, e);
        if (Rounding.RoundsAway(policy.Rounding, negative: false, isOdd: (code & 1) == 1, discarded, random))
        {
            code++;
        }

        return code > ScaleFormat.E8M0EMax + ScaleFormat.E8M0Bias ? Overflow(policy.Overflow) : (byte)code;
    }

    private static byte Overflow(OverflowPolicy policy)
        => policy == OverflowPolicy.Saturate ? (byte)(ScaleFormat.E8M0NaN - 1) : ScaleFormat.E8M0NaN;
}
