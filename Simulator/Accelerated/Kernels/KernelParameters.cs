namespace Mxact.Simulator.Accelerated.Kernels;

/// <summary>
/// What a kernel knows of a format and a policy: words, nothing else, so that one kernel serves every format and every choice
/// without a branch, and a GPU takes them as an argument. <see cref="KernelParametersOf"/> derives them.
/// </summary>
internal readonly struct KernelParameters
{
    // The element's grid.

    /// <summary>Mantissa bits; INT8's six fraction bits.</summary>
    public uint MantissaBits { get; init; }

    /// <summary>Exponent of the smallest normal number, as a signed integer.</summary>
    public uint EMin { get; init; }

    /// <summary>Binades above emin that keep emin's quantum: none in a minifloat (0), all in INT8.</summary>
    public uint FixedPointBinades { get; init; }

    /// <summary>Bits of a code.</summary>
    public uint CodeMask { get; init; }

    /// <summary>The sign bit of a code; 0 for two's complement.</summary>
    public uint SignBit { get; init; }

    /// <summary>All ones where -0 has a code and is kept, else 0.</summary>
    public uint ZeroKeepsSign { get; init; }

    /// <summary>All ones for two's complement, else 0.</summary>
    public uint TwosComplement { get; init; }

    // What is beyond the grid.

    /// <summary>Magnitude of the largest finite positive code.</summary>
    public uint LargestMagnitude { get; init; }

    /// <summary>How many more magnitudes the negative side has: 1 for INT8 with code 80.</summary>
    public uint NegativeExtra { get; init; }

    /// <summary>Code of a positive overflow.</summary>
    public uint OverflowPositive { get; init; }

    /// <summary>Code of a negative overflow.</summary>
    public uint OverflowNegative { get; init; }

    /// <summary>Code of +Inf.</summary>
    public uint InfinityPositive { get; init; }

    /// <summary>Code of -Inf.</summary>
    public uint InfinityNegative { get; init; }

    /// <summary>Code of a NaN without sign bit.</summary>
    public uint NanPositive { get; init; }

    /// <summary>Code of a NaN with sign bit.</summary>
    public uint NanNegative { get; init; }

    // The scale: offset, threshold and whether it is inclusive have become one addition before the shift.

    /// <summary>Added to amax's bits so that a passing significand carries into the exponent field.</summary>
    public uint ThresholdAddend { get; init; }

    /// <summary>emax less the rule's offset: what the exponent field loses to become the scale's code.</summary>
    public uint FieldToCode { get; init; }

    /// <summary>The least amax bits whose scale is 01 or above. Binary32 arithmetic moves this one boundary of the round-up rule.</summary>
    public uint LeastAboveCodeZero { get; init; }

    /// <summary>The largest sum of amax bits and addend that is not a carry into the infinities; 7FFFFFFF where that does not matter.</summary>
    public uint CarryLimit { get; init; }

    /// <summary>Scale of a block whose shared exponent is above 127.</summary>
    public uint ScaleOverflow { get; init; }

    /// <summary>Scale of a block of zeros.</summary>
    public uint ScaleOfZero { get; init; }

    /// <summary>Scale of a block with an infinity.</summary>
    public uint ScaleOfInfinity { get; init; }

    /// <summary>Scale of a block with a NaN.</summary>
    public uint ScaleOfNan { get; init; }

    /// <summary>All ones where the maximum ignores NaNs, else 0.</summary>
    public uint NansIgnored { get; init; }

    // Stochastic rounding.

    /// <summary>n, the random bits taken from the top of each word.</summary>
    public uint RandomBits { get; init; }

    /// <summary>Low half of the Philox key.</summary>
    public uint SeedLow { get; init; }

    /// <summary>High half of the Philox key.</summary>
    public uint SeedHigh { get; init; }

    // Decoding.

    /// <summary>The least magnitude that is an infinity; FFFF where there is none.</summary>
    public uint InfinityMagnitude { get; init; }

    /// <summary>The largest magnitude that is not NaN; FFFF where there is none.</summary>
    public uint LargestNotNan { get; init; }

    /// <summary>The one code that is NaN by itself (FNUZ); FFFF where there is none.</summary>
    public uint NanCode { get; init; }
}
