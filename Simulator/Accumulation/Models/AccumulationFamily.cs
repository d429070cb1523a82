namespace Mxact.Simulator.Accumulation.Models;

/// <summary>
/// The kind of arithmetic a model does. Each family is one file in <c>Families/</c>, but for the promotion, which runs another model;
/// the parameters are in the row.
/// </summary>
internal enum AccumulationFamily
{
    /// <summary>
    /// Truncated fused dot-product-add, T-FDPA: every product and c truncated toward zero at 2^(emax - F), summed exactly, converted
    /// once.
    /// </summary>
    TruncatedFused,

    /// <summary>T-FDPA whose products carry the exponents of two power-of-two scales: one block a step.</summary>
    BlockScaled,

    /// <summary>Groups of G products summed exactly, times both scales, then one truncated sum of the groups and c.</summary>
    GroupedBlockScaled,

    /// <summary>AMD CDNA3: products truncated and summed, then floored against c, floored again and rounded.</summary>
    Cdna3,

    /// <summary>AMD CDNA3 with eight-bit inputs: even and odd products summed apart first.</summary>
    Cdna3Fp8,

    /// <summary>An eight-bit <c>mma.sync</c> carried out as two binary16 steps and one rounded addition of c.</summary>
    EmulatedFp8,

    /// <summary>AMD CDNA1: the exact sum of a step rounded once.</summary>
    ExactStep,

    /// <summary>AMD CDNA2: a tree of rounded additions with subnormals flushed in and out.</summary>
    FlushedTree,

    /// <summary>AMD RDNA3: magnitudes cut off at one place, what is of the other sign than c as its ones' complement.</summary>
    Rdna3,

    /// <summary>AMD RDNA4's DOT2 and WMMA in a wave of 64: pairs floored at their own place, then with c at the common one.</summary>
    Rdna4,

    /// <summary>AMD RDNA4's WMMA in a wave of 32: such steps of two pairs, the halves of K in turn.</summary>
    Rdna4Wmma,

    /// <summary>Arm FP8: the exact sum of a step times 2^-LSCALE, and c, rounded once.</summary>
    ArmDot,

    /// <summary>RISC-V: a register of products aligned with a sticky last bit, their sum and then c rounded to odd.</summary>
    BulkNormalised,

    /// <summary>A chain of binary32 fused multiply-adds with subnormals flushed in and out.</summary>
    FlushedFmaChain,

    /// <summary>Two such chains from zero, over even and odd products, added together and then to c.</summary>
    FlushedFmaPairs,

    /// <summary>Such a chain from c over two products, the odd one first.</summary>
    FlushedFmaOddFirst,

    /// <summary>Of every four products two added, then to one of two sums from zero; these added together and then to c.</summary>
    FlushedFoursInPairs,

    /// <summary>Four such chains from zero, over every fourth product, added together and then to c.</summary>
    FlushedFoursInLanes,

    /// <summary>The exact sum of all products and c, rounded once (MX 6.1, 6.2).</summary>
    Exact,

    /// <summary>Fused multiply-adds from left to right.</summary>
    FmaChain,

    /// <summary>Rounded products added from left to right.</summary>
    MulAddChain,

    /// <summary>Rounded products added as a balanced tree, c last.</summary>
    Pairwise,

    /// <summary>Rounded products added with Kahan's compensation.</summary>
    Kahan,

    /// <summary>An inner model started from zero every N products, its results added to a binary32 accumulator.</summary>
    PeriodicPromotion,
}
