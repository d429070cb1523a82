namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// What a kernel knows of a format and a policy: words, nothing else, so that one kernel serves every format and every choice
/// without a branch, and a GPU takes them as an argument. <see cref="KernelParametersOf"/> derives them. Fields, because a
/// property read counts against what the just-in-time compiler is willing to inline.
/// </summary>
internal struct KernelParameters
{
    // The element's grid.

    /// <summary>Mantissa bits; INT8's six fraction bits.</summary>
    public uint MantissaBits;

    /// <summary>Exponent of the smallest normal number, as a signed integer.</summary>
    public uint EMin;

    /// <summary>Binades above emin that keep emin's quantum: none in a minifloat (0), all in INT8.</summary>
    public uint FixedPointBinades;

    /// <summary>23 - man: by how much a binary32 significand is wider than one of the smallest normal number's binade.</summary>
    public uint ShiftOfSmallest;

    /// <summary>Bits of a code.</summary>
    public uint CodeMask;

    /// <summary>The sign bit of a code; 0 for two's complement.</summary>
    public uint SignBit;

    /// <summary>All ones where -0 has a code and is kept, else 0.</summary>
    public uint ZeroKeepsSign;

    /// <summary>All ones for two's complement, else 0.</summary>
    public uint TwosComplement;

    // What is beyond the grid.

    /// <summary>Magnitude of the largest finite positive code.</summary>
    public uint LargestMagnitude;

    /// <summary>How many more magnitudes the negative side has: 1 for INT8 with code 80.</summary>
    public uint NegativeExtra;

    /// <summary>Code of a positive overflow.</summary>
    public uint OverflowPositive;

    /// <summary>Bits in which the code of a negative overflow differs.</summary>
    public uint OverflowDifference;

    /// <summary>Code of +Inf.</summary>
    public uint InfinityPositive;

    /// <summary>Bits in which the code of -Inf differs.</summary>
    public uint InfinityDifference;

    /// <summary>Code of a NaN without sign bit.</summary>
    public uint NanPositive;

    /// <summary>Bits in which the code of a NaN with sign bit differs.</summary>
    public uint NanDifference;

    // The scale: offset, threshold and whether it is inclusive have become one addition before the shift.

    /// <summary>Added to amax's bits so that a passing significand carries into the exponent field.</summary>
    public uint ThresholdAddend;

    /// <summary>emax less the rule's offset: what the exponent field loses to become the scale's code.</summary>
    public uint FieldToCode;

    /// <summary>The least amax bits whose scale is 01 or above. Binary32 arithmetic moves this one boundary of the round-up rule.</summary>
    public uint LeastAboveCodeZero;

    /// <summary>
    /// The largest sum of amax bits and addend that is not a carry into the infinities; 7FFFFFFF where that does not matter.
    /// </summary>
    public uint CarryLimit;

    /// <summary>Scale of a block whose shared exponent is above 127.</summary>
    public uint ScaleOverflow;

    /// <summary>Scale of a block of zeros.</summary>
    public uint ScaleOfZero;

    /// <summary>Scale of a block with an infinity.</summary>
    public uint ScaleOfInfinity;

    /// <summary>Scale of a block with a NaN.</summary>
    public uint ScaleOfNan;

    /// <summary>All ones where the maximum ignores NaNs, else 0.</summary>
    public uint NansIgnored;

    // Stochastic rounding.

    /// <summary>n, the random bits taken from the top of each word.</summary>
    public uint RandomBits;

    /// <summary>1 where random bits are supplied, 0 where a GPU's thread draws them.</summary>
    public uint RandomSupplied;

    /// <summary>Low half of the Philox key.</summary>
    public uint SeedLow;

    /// <summary>High half of the Philox key.</summary>
    public uint SeedHigh;

    // NVFP4's tensor scale t.

    /// <summary>t as an integer of 24 bits.</summary>
    public uint TensorSignificand;

    /// <summary>The power of two that makes t of it, as a signed integer.</summary>
    public uint TensorExponent;

    /// <summary>m, what a block's maximum is to become: 6, or 4.</summary>
    public uint MaximumBecomes;

    /// <summary>m t's significand in [2^25, 2^26).</summary>
    public uint TensorDivisor;

    /// <summary>floor(log2(m t)), as a signed integer.</summary>
    public uint TensorDivisorExponent;

    // Decoding.

    /// <summary>The least magnitude that is an infinity; FFFF where there is none.</summary>
    public uint InfinityMagnitude;

    /// <summary>The largest magnitude that is not NaN; FFFF where there is none.</summary>
    public uint LargestNotNan;

    /// <summary>The one code that is NaN by itself (FNUZ); FFFF where there is none.</summary>
    public uint NanCode;

    /// <summary>Whether an element's magnitude is limited and its sign is kept, whatever it is.</summary>
    public readonly bool IsSaturating => ZeroKeepsSign != 0 && OverflowPositive == LargestMagnitude && OverflowDifference == SignBit;
}
