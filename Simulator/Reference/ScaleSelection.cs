using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>What scale selection decided.</summary>
/// <param name="Code">The scale's code.</param>
/// <param name="FlushesBlock">True when an underflow flushes every element to zero.</param>
/// <param name="Unrounded">
/// Under UE4M3 the scale before it was rounded, times the tensor's, as a dividend and a divisor; null where there is none.
/// </param>
internal readonly record struct SelectedScale(byte Code, bool FlushesBlock = false, (Dyadic Over, Dyadic Under)? Unrounded = null);

/// <summary>The shared scale of a block from its largest magnitude (MX 6.3 and the rules beside it).</summary>
internal static class ScaleSelection
{
    /// <summary>
    /// The scale's code for a block whose largest finite magnitude is <paramref name="amax"/>; a threshold rule or
    /// <see cref="ScaleRule.Quotient"/>.
    /// </summary>
    /// <param name="format">Element and scale format.</param>
    /// <param name="amax">The largest magnitude; zero means a block of zeros.</param>
    /// <param name="policy">The rule and its latitudes. <see cref="ScaleRule.Mse"/> needs the whole block: see
    /// <see cref="BlockConversion"/>.</param>
    public static SelectedScale Select(BlockFormat format, Dyadic amax, ConversionPolicy policy)
    {
        if (format.Scale.Element is not null)
        {
            return QuotientScale.Select(format.Scale.Element, amax, MaxNormal(format.Element), TensorScale.One, policy);
        }

        if (amax.IsZero)
        {
            switch (policy.ZeroBlock)
            {
                case ZeroBlock.Scale00:
                case ZeroBlock.Scale08 or ZeroBlock.Scale20 or ZeroBlock.Scale38: // UE4M3's
                    return new(0x00);
                case ZeroBlock.Scale01:
                    return new(0x01);
                case ZeroBlock.Scale7F:
                    return new(0x7F);
                case ZeroBlock.MinusEmax:
                    return Clamp(-format.Element.EMax, policy);
                case ZeroBlock.MinNormal:
                    amax = Dyadic.PowerOfTwo(ElementFormats.Binary32.EMin);
                    break;
                default:
                    throw new InvalidOperationException($"no such choice: {policy.ZeroBlock}");
            }
        }

        return SharedExponent(format.Element, amax, policy) is int e ? Clamp(e, policy) : new(ScaleFormat.E8M0NaN);
    }

    /// <summary>The exponent before it is clamped to E8M0's range; null when the rule's arithmetic overflows to a NaN scale.</summary>
    public static int? SharedExponent(ElementFormat element, Dyadic amax, ConversionPolicy policy)
    {
        ScaleRule rule = policy.ScaleRule.IsThreshold ? policy.ScaleRule : ScaleRule.Floor;
        switch (policy.ScaleArithmetic)
        {
            case ScaleArithmetic.Binary32Divide when rule == ScaleRule.RoundUp:
                return CeilingExponent(Binary32.Divide(amax, MaxNormal(element)));
            case ScaleArithmetic.Binary32Multiply when rule == ScaleRule.RoundUp:
                return CeilingExponent(Binary32.Multiply(amax, Binary32.Divide(Dyadic.PowerOfTwo(0), MaxNormal(element)).Finite));
            case ScaleArithmetic.Binary32Field when rule == ScaleRule.RoundUp:
                return Field(Binary32.Divide(amax, MaxNormal(element)), carry: 0x7FFFFF);
            case ScaleArithmetic.Binary32Field when rule == ScaleRule.Floor:
                return Field(Binary32.Divide(amax, Dyadic.PowerOfTwo(element.EMax)), carry: 0);
            case ScaleArithmetic.Binary32Log2 when rule == ScaleRule.Floor:
                return Binary32.FloorRoundedLog2(amax) - element.EMax;
        }

        // e = floor(log2 amax) - emax + offset + [significand(amax) passes the threshold]      (MX 6.3 for floor)
        ScaleThreshold threshold = rule.ThresholdFor(element);
        int floorLog2 = amax.FloorLog2;
        int passes = Passes(amax, threshold) ? 1 : 0;
        bool carriesOut = policy.ScaleArithmetic == ScaleArithmetic.Binary32Bits && rule == ScaleRule.Even
            && floorLog2 + passes > ElementFormats.Binary32.EMax;
        return carriesOut ? null : floorLog2 - element.EMax + threshold.Offset + passes;
    }

    /// <summary>Largest finite number of an element format.</summary>
    public static Dyadic MaxNormal(ElementFormat element) => new(false, element.MaxSignificand, element.EMax - element.MantissaBits);

    /// <summary>E8M0's code of 2^<paramref name="exponent"/>, with the latitudes at both ends of its range.</summary>
    internal static SelectedScale Clamp(int exponent, ConversionPolicy policy)
    {
        if (exponent < ScaleFormat.E8M0EMin)
        {
            return policy.ScaleUnderflow switch
            {
                ScaleUnderflow.Clamp => new(0x00),
                ScaleUnderflow.Scale01 or ScaleUnderflow.AtLeast08 or ScaleUnderflow.Scale20 => new(0x00), // UE4M3's
                ScaleUnderflow.FlushBlock => new(0x00, FlushesBlock: true),
                ScaleUnderflow.Wrap => new((byte)(exponent + ScaleFormat.E8M0Bias)),
                _ => throw new InvalidOperationException($"no such choice: {policy.ScaleUnderflow}"),
            };
        }

        return exponent <= ScaleFormat.E8M0EMax ? new((byte)(exponent + ScaleFormat.E8M0Bias))
            : policy.ScaleOverflow == ScaleOverflow.Clamp ? new(ScaleFormat.E8M0NaN - 1)
            : new(ScaleFormat.E8M0NaN);
    }

    private static bool Passes(Dyadic amax, ScaleThreshold threshold)
    {
        int compared = Dyadic.CompareMagnitude(amax.Scale(-amax.FloorLog2), new(false, threshold.Significand, -23));
        return compared > 0 || (compared == 0 && threshold.Inclusive);
    }

    /// <summary>ceil(log2 quotient), as cvt.rp.satfinite.ue8m0x2.f32: a quotient of zero gives 2^-127.</summary>
    private static int CeilingExponent(Number quotient)
        => quotient.Finite.IsZero ? ScaleFormat.E8M0EMin : quotient.Finite.FloorLog2 + (quotient.Finite.Significand.IsPowerOfTwo ? 0 : 1);

    /// <summary>
    /// The binary32 exponent field after adding <paramref name="carry"/> below it: subnormals have field 0 and carry into field 1.
    /// </summary>
    private static int Field(Number quotient, uint carry) => (int)((Binary32.Encode(quotient) + carry) >> 23) - ScaleFormat.E8M0Bias;
}
