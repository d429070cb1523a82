namespace Mxact.Simulator.Accumulation.Models;

/// <summary>Where the rows of the table come from.</summary>
internal static class AccumulationSources
{
    /// <summary>MMA-Sim: a bit-accurate simulator of ten architectures and the paper about it.</summary>
    public static Clause MmaSim { get; } = new("MMA-Sim, arXiv 2511.10909", "",
        "T-FDPA with L, F and rho of each NVIDIA generation; the AMD families; validated by its authors on hardware", Provenance.Published);

    /// <summary>Khattak and Mikaitis: recorded outputs of GPUs, and the models that reproduce them.</summary>
    public static Clause Recordings { get; } = new("Khattak and Mikaitis, arXiv 2512.07004", "recordings",
        "recorded outputs of V100, A100, Ada, H100, H200 and B200, which this row reproduces bit for bit", Provenance.Observed);

    /// <summary>Results captured on a Radeon Pro W7900 and a Radeon AI Pro R9700.</summary>
    public static Clause RdnaCaptures { get; } = new("ROCm/rocm-systems, float_dot", "captured results",
        "results of DOT2 and WMMA captured on gfx1100 and gfx1201, which this row reproduces bit for bit", Provenance.Observed);

    /// <summary>AMD's emulator of its processors, on what no capture at hand shows.</summary>
    public static Clause RdnaEmulator { get; } = new("ROCm/rocm-systems, rocjitsu", "gfx11 and gfx12 dot products",
        "AMD's emulator, characterised by its authors on gfx1100 and gfx1201: FP8 products of a DOT4 on one grid, packed bfloat16 "
        + "results as the upper half of binary32, NaN payloads of packed results",
        Provenance.Published);

    /// <summary>PTX ISA: kinds, shapes and formats of the instructions.</summary>
    public static Clause Ptx { get; } = new("PTX ISA", "mma, wgmma, tcgen05.mma",
        "which formats, scales and shapes an instruction takes; no bit-level arithmetic", Provenance.Published);

    /// <summary>One of Arm's FP8 dot products.</summary>
    public static Clause ArmFp8(string instruction) => new("Arm A64 ISA", instruction,
        "the exact sum of the products times 2^-FPMR.LSCALE and of the accumulator, rounded once, ties to even; default NaN, "
        + "nothing flushed",
        Provenance.Published);

    /// <summary>RISC-V's reference model of bulk normalised dot products.</summary>
    public static Clause RiscvBulk { get; } = new("RISC-V ISA simulator (Spike)", "bulk normalised dot products",
        "products aligned at the largest exponent with ceil(log2 n) guard bits and a sticky bit; sum, then c, rounded to odd",
        Provenance.Published);

    /// <summary>A Xeon that this project asked.</summary>
    public static Clause IntelXeon { get; } = new("Mxact, tests/Kernels/Intel", "recorded",
        "results of a Xeon (family 6, model 207), which this row reproduces bit for bit but for NaN payloads; the order is the SDM's",
        Provenance.Observed);

    /// <summary>Bochs, which executes Intel's instructions.</summary>
    public static Clause IntelBochs { get; } = new("Bochs", "AMX",
        "TDPFP16PS in even and odd chains, subnormal results flushed; FP8: products added in pairs to one of two sums",
        Provenance.Published);

    /// <summary>Intel's patent on FP8 tile products.</summary>
    public static Clause IntelPatent { get; } = new("EP 4398097 A2", "FP8 tile products",
        "four lanes are summed apart", Provenance.Published);

    /// <summary>A compiler's description of the FP8 tile products.</summary>
    public static Clause IntelHeader { get; } = new("LLVM", "amxfp8intrin.h", "one wide sum", Provenance.Published);

    /// <summary>Intel Intrinsics Guide, the operation of TDPBF16PS.</summary>
    public static Clause IntelIntrinsics { get; } = new("Intel Intrinsics Guide", "_tile_dpbf16ps",
        "one chain over the products, even before odd, from c", Provenance.Published);

    /// <summary>DeepSeek-V3: promotion to binary32 accumulators.</summary>
    public static Clause DeepSeek { get; } = new("DeepSeek-V3, arXiv 2412.19437", "3.3.2",
        "partial sums of 128 products leave the tensor core and are added in binary32", Provenance.Published);

    /// <summary>A model that describes itself.</summary>
    public static Clause Definition { get; } = new("Mxact", "", "the model is its own definition", Provenance.ThisProject);
}
