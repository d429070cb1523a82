using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>NVFP4's block scale, a number of its own: UE4M3 of amax / (max t), t the tensor's scale (PTX ISA mxf4nvf4).</summary>
internal static class QuotientScale
{
    /// <summary>UE4M3's least normal number, 2^-6.</summary>
    private const byte LeastNormal = 0x08;

    /// <summary>What a cast that does not saturate makes of 464 and above.</summary>
    private static readonly ConversionPolicy Unclamped = new() { Overflow = OverflowPolicy.NonFinite };

    /// <summary>4, the second maximum of <see cref="ScaleRule.FourOverSix"/>.</summary>
    public static Dyadic Four => Dyadic.PowerOfTwo(2);

    /// <summary>The scale of a block whose largest finite magnitude is <paramref name="amax"/>.</summary>
    /// <param name="scale">The scale's format.</param>
    /// <param name="amax">The largest magnitude; zero means a block of zeros.</param>
    /// <param name="max">What amax is to become: max normal of the elements, or 4.</param>
    /// <param name="t">The tensor's scale.</param>
    /// <param name="policy">What is done at the ends of the range, and how exactly it is computed.</param>
    public static SelectedScale Select(ElementFormat scale, Dyadic amax, Dyadic max, TensorScale t, ConversionPolicy policy)
    {
        if (amax.IsZero)
        {
            return new(OfZeros(policy.ZeroBlock));
        }

        ConversionPolicy cast = policy.ScaleOverflow == ScaleOverflow.Clamp ? ConversionPolicy.Ocp : Unclamped;
        if (InBinary32(amax, max, t, policy.ScaleArithmetic) is Number computed)
        {
            (Dyadic, Dyadic)? divisor = computed.IsFinite ? (computed.Finite * t.Factor, t.Divisor) : null;
            return new(AtTheLowEnd(ElementCodec.Encode(scale, computed, cast), policy.ScaleUnderflow), Unrounded: divisor);
        }

        // The quotient is taken against max * t in one exact division; times t again it is amax / max.
        Quotient exact = (Quotient)(amax * t.Divisor) / (max * t.Factor);
        return new(AtTheLowEnd(ElementCodec.EncodeFinite(scale, exact, cast), policy.ScaleUnderflow), Unrounded: (amax, max));
    }

    /// <summary>The quotient as kernels compute it, or null where it is exact.</summary>
    private static Number? InBinary32(Dyadic amax, Dyadic max, TensorScale t, ScaleArithmetic arithmetic)
    {
        switch (arithmetic)
        {
            case ScaleArithmetic.Binary32Divide:
                Number ofBlock = Binary32.Divide(amax, max);
                return ofBlock.IsFinite ? t.DivideInBinary32(ofBlock.Finite) : ofBlock;
            case ScaleArithmetic.Binary32Multiply:
                Number product = Binary32.Multiply(amax, Binary32.Divide(Dyadic.PowerOfTwo(0), max).Finite);
                Number encode = t.DivideInBinary32(Dyadic.PowerOfTwo(0));
                return encode.IsFinite ? Binary32.Multiply(product.Finite, encode.Finite)
                    : product.Finite.IsZero ? product : Number.Infinity(negative: false);
            default:
                return null; // the others compute exponents of powers of two
        }
    }

    private static byte AtTheLowEnd(uint code, ScaleUnderflow underflow) => (code, underflow) switch
    {
        (0, ScaleUnderflow.Scale01) => 0x01,
        (0, ScaleUnderflow.Scale20) => 0x20,
        ( < LeastNormal, ScaleUnderflow.AtLeast08) => LeastNormal,
        _ => (byte)code,
    };

    private static byte OfZeros(ZeroBlock choice) => choice switch
    {
        ZeroBlock.Scale01 => 0x01,
        ZeroBlock.Scale38 => 0x38,
        ZeroBlock.Scale08 => LeastNormal,
        ZeroBlock.Scale20 => 0x20,
        _ => 0x00, // the others are exponents of E8M0
    };
}
