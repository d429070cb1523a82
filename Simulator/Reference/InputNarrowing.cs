using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>What is done to an input before anything else: kernels that narrow first round twice, and some flush subnormals.</summary>
internal static class InputNarrowing
{
    private static readonly ConversionPolicy Ieee = new() { Overflow = OverflowPolicy.NonFinite };

    /// <summary>
    /// The input as <c>input-precision</c> narrows it (ties to even, beyond range to infinity), then as
    /// <c>subnormal-inputs=flush-element</c> flushes it. Flushing a whole block needs its maximum and is the block's.
    /// </summary>
    public static Number Narrow(Number value, ConversionPolicy policy)
    {
        Number narrowed = policy.InputPrecision switch
        {
            InputPrecision.AsGiven => value,
            InputPrecision.Bfloat16 => Through(ElementFormats.BFloat16, value),
            InputPrecision.Binary16 => Through(ElementFormats.Binary16, value),
            _ => throw new InvalidOperationException($"no such choice: {policy.InputPrecision}"),
        };
        return policy.SubnormalInputs == SubnormalInputs.FlushElement ? FlushSubnormal(narrowed) : narrowed;
    }

    /// <summary>A zero of its sign where the value is below binary32's normal numbers.</summary>
    public static Number FlushSubnormal(Number value)
        => value.IsFinite && !value.Finite.IsZero && value.Finite.FloorLog2 < ElementFormats.Binary32.EMin
            ? Dyadic.Zero with { Negative = value.Negative } : value;

    private static Number Through(ElementFormat format, Number value)
        => ElementCodec.Decode(format, ElementCodec.Encode(format, value, Ieee));
}
