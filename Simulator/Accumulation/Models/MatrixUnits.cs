using System.Collections.Immutable;
using Mxact.Simulator.Accumulation.Models;
using static Mxact.Simulator.Accumulation.Models.ModelRows;

namespace Mxact;

/// <summary>
/// The table of accumulation models, as data. Machines first, by vendor and generation, then the models every numerics researcher
/// expects beside them. CDNA4, TPU and Tenstorrent are not here: nothing bit-level is public about them.
/// </summary>
public static partial class MatrixUnits
{
    // NVIDIA. Every generation truncates the aligned products; L, F and e_zero differ.

    /// <summary>Volta, binary16.</summary>
    public static MatrixUnit VoltaFp16 { get; } = Fused(
        "volta-fp16", "NVIDIA Volta (V100), mma", Fp16, l: 4, f: 23, [RzFp32(-131), RneFp16(-20)], [Recorded, SimulatedEZero]);

    /// <summary>Turing, binary16.</summary>
    public static MatrixUnit TuringFp16 { get; } = Fused(
        "turing-fp16", "NVIDIA Turing, mma", Fp16, l: 8, f: 24, [RzFp32(-132), RneFp16(-21)], [Simulated]);

    /// <summary>Ampere, binary16.</summary>
    public static MatrixUnit AmpereFp16 { get; } = Fused(
        "ampere-fp16", "NVIDIA Ampere (A100), mma", Fp16, l: 8, f: 24, [RzFp32(-132), RneFp16(-21)], [Recorded, SimulatedEZero]);

    /// <summary>Ampere, bfloat16.</summary>
    public static MatrixUnit AmpereBf16 { get; } = Fused(
        "ampere-bf16", "NVIDIA Ampere (A100), mma", Bf16, l: 8, f: 24, [RzFp32(-132)], [Recorded, SimulatedEZero]);

    /// <summary>Ampere, TF32.</summary>
    public static MatrixUnit AmpereTf32 { get; } = Fused(
        "ampere-tf32", "NVIDIA Ampere (A100), mma", Tf32, l: 4, f: 24, [RzFp32(-132)], [Recorded, SimulatedEZero]);

    /// <summary>Ada, binary16.</summary>
    public static MatrixUnit AdaFp16 { get; } = Fused(
        "ada-fp16", "NVIDIA Ada, mma", Fp16, l: 8, f: 24, [RzFp32(-132), RneFp16(-21)], [Recorded, SimulatedEZero]);

    /// <summary>Ada, bfloat16.</summary>
    public static MatrixUnit AdaBf16 { get; } = Fused(
        "ada-bf16", "NVIDIA Ada, mma", Bf16, l: 8, f: 24, [RzFp32(-132)], [Recorded, SimulatedEZero]);

    /// <summary>Ada, TF32.</summary>
    public static MatrixUnit AdaTf32 { get; } = Fused(
        "ada-tf32", "NVIDIA Ada, mma", Tf32, l: 4, f: 24, [RzFp32(-132)], [Recorded, SimulatedEZero]);

    /// <summary>Ada, FP8: binary32 sums keep 13 fraction bits.</summary>
    public static MatrixUnit AdaFp8 { get; } = Fused(
        "ada-fp8", "NVIDIA Ada (also L40S), mma", Fp8, l: 16, f: 13, [RzE8M13(-132), RneFp16(-21)], [Recorded, SimulatedEZero]);

    // Hopper and later share F = 25 for the wide inputs; only e_zero of the FP16 output tells the instructions apart.

    /// <summary>Hopper, <c>mma</c>, binary16.</summary>
    public static MatrixUnit HopperFp16 { get; } = Fused(
        "hopper-fp16", "NVIDIA Hopper (H100, H200), mma", Fp16, l: 16, f: 25, [RzFp32(-133), RneFp16(-22)], [Recorded, SimulatedEZero]);

    /// <summary>Hopper, <c>mma</c>, bfloat16.</summary>
    public static MatrixUnit HopperBf16 { get; } = Fused(
        "hopper-bf16", "NVIDIA Hopper (H100, H200), mma", Bf16, l: 16, f: 25, [RzFp32(-133)], [Recorded, SimulatedEZero]);

    /// <summary>Hopper, <c>mma</c>, TF32.</summary>
    public static MatrixUnit HopperTf32 { get; } = Fused(
        "hopper-tf32", "NVIDIA Hopper (H100, H200), mma", Tf32, l: 8, f: 25, [RzFp32(-133)], [RecordedF, SimulatedL]);

    /// <summary>Hopper, <c>wgmma</c>, binary16.</summary>
    public static MatrixUnit HopperWgmmaFp16 { get; } = Fused(
        "hopper-wgmma-fp16", "NVIDIA Hopper (H100, H200), wgmma", Fp16, l: 16, f: 25, [RzFp32(-133), RneFp16(-133)], [Simulated]);

    /// <summary>Hopper, <c>wgmma</c>, bfloat16.</summary>
    public static MatrixUnit HopperWgmmaBf16 { get; } = Fused(
        "hopper-wgmma-bf16", "NVIDIA Hopper (H100, H200), wgmma", Bf16, l: 16, f: 25, [RzFp32(-133)], [Simulated]);

    /// <summary>Hopper, <c>wgmma</c>, TF32.</summary>
    public static MatrixUnit HopperWgmmaTf32 { get; } = Fused(
        "hopper-wgmma-tf32", "NVIDIA Hopper (H100, H200), wgmma", Tf32, l: 8, f: 25, [RzFp32(-133)], [Simulated]);

    /// <summary>Blackwell, <c>mma</c>, binary16.</summary>
    public static MatrixUnit BlackwellFp16 { get; } = Fused(
        "blackwell-fp16", "NVIDIA Blackwell (B200), mma", Fp16, l: 16, f: 25, [RzFp32(-133), RneFp16(-22)], [Recorded, SimulatedEZero]);

    /// <summary>Blackwell, <c>mma</c>, bfloat16.</summary>
    public static MatrixUnit BlackwellBf16 { get; } = Fused(
        "blackwell-bf16", "NVIDIA Blackwell (B200), mma", Bf16, l: 16, f: 25, [RzFp32(-133)], [Recorded, SimulatedEZero]);

    /// <summary>Blackwell, <c>mma</c>, TF32.</summary>
    public static MatrixUnit BlackwellTf32 { get; } = Fused(
        "blackwell-tf32", "NVIDIA Blackwell (B200), mma", Tf32, l: 8, f: 25, [RzFp32(-133)], [RecordedF, SimulatedL]);

    /// <summary>Blackwell, <c>tcgen05.mma</c>, binary16.</summary>
    public static MatrixUnit BlackwellTcgen05Fp16 { get; } = Fused(
        "blackwell-tcgen05-fp16", "NVIDIA Blackwell (B200), tcgen05.mma", Fp16, l: 16, f: 25, [RzFp32(-133), RneFp16(-133)], [Simulated]);

    /// <summary>Blackwell, <c>tcgen05.mma</c>, bfloat16.</summary>
    public static MatrixUnit BlackwellTcgen05Bf16 { get; } = Fused(
        "blackwell-tcgen05-bf16", "NVIDIA Blackwell (B200), tcgen05.mma", Bf16, l: 16, f: 25, [RzFp32(-133)], [Simulated]);

    /// <summary>Blackwell, <c>tcgen05.mma</c>, TF32.</summary>
    public static MatrixUnit BlackwellTcgen05Tf32 { get; } = Fused(
        "blackwell-tcgen05-tf32", "NVIDIA Blackwell (B200), tcgen05.mma", Tf32, l: 8, f: 25, [RzFp32(-133)], [Simulated]);

    /// <summary>RTX Blackwell, <c>mma</c>, binary16.</summary>
    public static MatrixUnit RtxBlackwellFp16 { get; } = Fused(
        "rtx-blackwell-fp16", "NVIDIA RTX Blackwell, mma", Fp16, l: 16, f: 25, [RzFp32(-133), RneFp16(-22)], [Simulated]);

    /// <summary>RTX Blackwell, <c>mma</c>, bfloat16.</summary>
    public static MatrixUnit RtxBlackwellBf16 { get; } = Fused(
        "rtx-blackwell-bf16", "NVIDIA RTX Blackwell, mma", Bf16, l: 16, f: 25, [RzFp32(-133)], [Simulated]);

    /// <summary>RTX Blackwell, <c>mma</c>, TF32.</summary>
    public static MatrixUnit RtxBlackwellTf32 { get; } = Fused(
        "rtx-blackwell-tf32", "NVIDIA RTX Blackwell, mma", Tf32, l: 8, f: 25, [RzFp32(-133)], [Simulated]);

    /// <summary>Hopper, <c>wgmma</c>, FP8: binary32 sums keep 13 fraction bits.</summary>
    public static MatrixUnit HopperWgmmaFp8 { get; } = Fused(
        "hopper-wgmma-fp8", "NVIDIA Hopper (H100, H200), wgmma", Fp8, l: 32, f: 13, [RzE8M13(-133), RneFp16(-133)],
        [
            Recorded with { Covers = "FP32 output, c = 0", Output = ElementFormats.Binary32 },
            Simulated with { Covers = "c other than 0, e_zero, NaN and Inf", Output = ElementFormats.Binary32 },
            Simulated with { Covers = "FP16 output", Output = ElementFormats.Binary16 },
        ])
        with
    { Notes = "FP8 mma.sync is another model: hopper-mma-fp8." };

    /// <summary>Hopper, FP8 <c>mma.sync</c>, which is emulated.</summary>
    public static MatrixUnit HopperMmaFp8 { get; } = EmulatedFp8("hopper-mma-fp8", "NVIDIA Hopper (H100, H200), mma.sync, emulated");

    /// <summary>Blackwell, FP8 <c>mma.sync</c>, which is emulated.</summary>
    public static MatrixUnit BlackwellMmaFp8 { get; } = EmulatedFp8("blackwell-mma-fp8", "NVIDIA Blackwell (B200), mma.sync, emulated");

    /// <summary>Blackwell, kind::f8f6f4: FP8, FP6 and FP4 without scales.</summary>
    public static MatrixUnit BlackwellF8f6f4 { get; } = Fused(
        "blackwell-f8f6f4", "NVIDIA Blackwell (B200), tcgen05.mma kind::f8f6f4", Fp8Fp6Fp4, l: 32, f: 25,
        [RzFp32(-133), RneFp16(-133)], [Simulated]);

    /// <summary>Blackwell, kind::mxf8f6f4: FP8, FP6 and FP4 under MX scales.</summary>
    public static MatrixUnit BlackwellMxf8f6f4 { get; } = BlockScaled(
        "blackwell-mxf8f6f4", "NVIDIA Blackwell (B200), tcgen05.mma kind::mxf8f6f4", Fp8Fp6Fp4, BlockScale.Mx, l: 32, f: 25,
        RzFp32(-133), SimulatedFp8)
        with
    { Notes = HalfIsDisputed };

    /// <summary>Blackwell, kind::mxf4: MXFP4.</summary>
    public static MatrixUnit BlackwellMxf4 { get; } =
        Grouped("blackwell-mxf4", "NVIDIA Blackwell (B200), tcgen05.mma kind::mxf4", BlockScale.Mx);

    /// <summary>Blackwell, kind::mxf4nvf4 with UE4M3 scales: NVFP4.</summary>
    public static MatrixUnit BlackwellNvfp4 { get; } =
        Grouped("blackwell-nvfp4", "NVIDIA Blackwell (B200), tcgen05.mma kind::mxf4nvf4, UE4M3 scales", BlockScale.Nvfp4);

    /// <summary>Blackwell, kind::mxf4nvf4 with E8M0 scales over 16.</summary>
    public static MatrixUnit BlackwellMxf4nvf4Ue8m0 { get; } =
        Grouped("blackwell-mxf4nvf4-ue8m0", "NVIDIA Blackwell (B200), tcgen05.mma kind::mxf4nvf4, E8M0 scales over 16",
        BlockScale.E8M0By16);

    /// <summary>RTX Blackwell, kind::f8f6f4: FP8, FP6 and FP4 without scales.</summary>
    public static MatrixUnit RtxBlackwellF8f6f4 { get; } = Fused(
        "rtx-blackwell-f8f6f4", "NVIDIA RTX Blackwell, mma kind::f8f6f4", Fp8Fp6Fp4, l: 32, f: 25,
        [RzFp32(-133), RneFp16(-22)], [Simulated]);

    /// <summary>RTX Blackwell, kind::mxf8f6f4: FP8, FP6 and FP4 under MX scales.</summary>
    public static MatrixUnit RtxBlackwellMxf8f6f4 { get; } = BlockScaled(
        "rtx-blackwell-mxf8f6f4", "NVIDIA RTX Blackwell, mma kind::mxf8f6f4", Fp8Fp6Fp4, BlockScale.Mx, l: 32, f: 25, RzFp32(-133),
        SimulatedFp8)
        with
    { Notes = HalfIsDisputed };

    /// <summary>RTX Blackwell, kind::mxf4: MXFP4.</summary>
    public static MatrixUnit RtxBlackwellMxf4 { get; } =
        Grouped("rtx-blackwell-mxf4", "NVIDIA RTX Blackwell, mma kind::mxf4", BlockScale.Mx);

    /// <summary>RTX Blackwell, kind::mxf4nvf4 with UE4M3 scales: NVFP4.</summary>
    public static MatrixUnit RtxBlackwellNvfp4 { get; } =
        Grouped("rtx-blackwell-nvfp4", "NVIDIA RTX Blackwell, mma kind::mxf4nvf4, UE4M3 scales", BlockScale.Nvfp4);

    /// <summary>RTX Blackwell, kind::mxf4nvf4 with E8M0 scales over 16.</summary>
    public static MatrixUnit RtxBlackwellMxf4nvf4Ue8m0 { get; } =
        Grouped("rtx-blackwell-mxf4nvf4-ue8m0", "NVIDIA RTX Blackwell, mma kind::mxf4nvf4, E8M0 scales over 16", BlockScale.E8M0By16);

    /// <summary>Rubin, kind::mxf4nvf4 with UE5M3 scales over 16.</summary>
    public static MatrixUnit RubinMxf4nvf4Ue5m3By16 { get; } = GroupedUe5M3("rubin-mxf4nvf4-ue5m3", 16);

    /// <summary>Rubin, kind::mxf4nvf4 with UE5M3 scales over 32.</summary>
    public static MatrixUnit RubinMxf4nvf4Ue5m3By32 { get; } = GroupedUe5M3("rubin-mxf4nvf4-ue5m3-32", 32);

    // AMD.

    /// <summary>CDNA1, binary16.</summary>
    public static MatrixUnit Cdna1Fp16 { get; } = Amd(
        "cdna1-fp16", "AMD CDNA1 (MI100), MFMA", AccumulationFamily.ExactStep, Fp16, l: 4, IeeeFp32);

    /// <summary>CDNA1, bfloat16.</summary>
    public static MatrixUnit Cdna1Bf16 { get; } = Amd(
        "cdna1-bf16", "AMD CDNA1 (MI100), MFMA", AccumulationFamily.ExactStep, Bf16, l: 2, IeeeFp32);

    /// <summary>CDNA2, binary16.</summary>
    public static MatrixUnit Cdna2Fp16 { get; } = Amd(
        "cdna2-fp16", "AMD CDNA2 (MI200), MFMA", AccumulationFamily.FlushedTree, Fp16, l: 4, IeeeFp32);

    /// <summary>CDNA2, bfloat16.</summary>
    public static MatrixUnit Cdna2Bf16 { get; } = Amd(
        "cdna2-bf16", "AMD CDNA2 (MI200), MFMA", AccumulationFamily.FlushedTree, Bf16, l: 2, IeeeFp32);

    /// <summary>CDNA2, bfloat16, the instructions whose names end in <c>_1k</c>.</summary>
    public static MatrixUnit Cdna2Bf16Suffix1k { get; } = Amd(
        "cdna2-bf16-1k", "AMD CDNA2 (MI200), MFMA _1k", AccumulationFamily.FlushedTree, Bf16, l: 4, IeeeFp32);

    /// <summary>CDNA1 to CDNA3, binary32: fused multiply-adds from left to right, nothing flushed.</summary>
    public static MatrixUnit CdnaFp32 { get; } = Amd(
        "cdna-fp32", "AMD CDNA1 to CDNA3, MFMA of binary32", AccumulationFamily.FmaChain, Fp32, l: 0, IeeeFp32);

    /// <summary>CDNA3, binary16.</summary>
    public static MatrixUnit Cdna3Fp16 { get; } = Cdna3("cdna3-fp16", AccumulationFamily.Cdna3, Fp16, l: 8);

    /// <summary>CDNA3, bfloat16.</summary>
    public static MatrixUnit Cdna3Bf16 { get; } = Cdna3("cdna3-bf16", AccumulationFamily.Cdna3, Bf16, l: 8);

    /// <summary>CDNA3, TF32.</summary>
    public static MatrixUnit Cdna3Tf32 { get; } = Cdna3("cdna3-tf32", AccumulationFamily.Cdna3, Tf32, l: 4);

    /// <summary>CDNA3, FP8: E4M3 FNUZ first.</summary>
    public static MatrixUnit Cdna3Fp8 { get; } = Cdna3("cdna3-fp8", AccumulationFamily.Cdna3Fp8, Fp8Fnuz, l: 16)
        with
    { Notes = InfiniteC };

    /// <summary>CDNA3, BF8: E5M2 FNUZ first.</summary>
    public static MatrixUnit Cdna3Bf8 { get; } = Cdna3("cdna3-bf8", AccumulationFamily.Cdna3Fp8, Bf8Fnuz, l: 16)
        with
    { Notes = InfiniteC };

    /// <summary>RDNA3, binary16: v_dot2_f32 and v_wmma, a chain of steps of two.</summary>
    public static MatrixUnit Rdna3Fp16 { get; } = Rdna(
        "rdna3-fp16", "AMD RDNA3 (gfx1100), DOT2 and WMMA", AccumulationFamily.Rdna3, Fp16, l: 2, [RdnaFp32, RdnaFp16]);

    /// <summary>RDNA3, bfloat16: the same; a bfloat16 sum is cut to its upper half each step.</summary>
    public static MatrixUnit Rdna3Bf16 { get; } = Rdna(
        "rdna3-bf16", "AMD RDNA3 (gfx1100), DOT2 and WMMA", AccumulationFamily.Rdna3, Bf16, l: 2, [RdnaFp32, RdnaBf16]);

    /// <summary>RDNA4, binary16, v_dot2.</summary>
    public static MatrixUnit Rdna4Dot2Fp16 { get; } = RdnaDot2("rdna4-dot2-fp16", Fp16, RdnaFp16);

    /// <summary>RDNA4, bfloat16, v_dot2.</summary>
    public static MatrixUnit Rdna4Dot2Bf16 { get; } = RdnaDot2("rdna4-dot2-bf16", Bf16, RdnaBf16);

    /// <summary>RDNA4, FP8 (E4M3) and BF8 (E5M2) of OCP in any pair, v_dot4_f32: four products on one grid.</summary>
    public static MatrixUnit Rdna4Dot4Fp8 { get; } = Rdna(
        "rdna4-dot4-fp8", "AMD RDNA4 (gfx1201), DOT4", AccumulationFamily.Rdna4, Fp8, l: 4, [RdnaFp32])
        with
    { Evidence = [new(EvidenceGrade.Documented, "", AccumulationSources.RdnaEmulator)] };

    /// <summary>RDNA4, binary16, v_wmma in a wave of 32: k of a step 0, 8, 4, 12 and the three after each.</summary>
    public static MatrixUnit Rdna4Fp16 { get; } = Rdna(
        "rdna4-fp16", "AMD RDNA4 (gfx1201), WMMA, wave of 32", AccumulationFamily.Rdna4Wmma, Fp16, l: 16, [RdnaFp32, RdnaFp16]);

    /// <summary>RDNA4, bfloat16, v_wmma in a wave of 32.</summary>
    public static MatrixUnit Rdna4Bf16 { get; } = Rdna(
        "rdna4-bf16", "AMD RDNA4 (gfx1201), WMMA, wave of 32", AccumulationFamily.Rdna4Wmma, Bf16, l: 16, [RdnaFp32, RdnaBf16]);

    /// <summary>RDNA4, binary16, v_wmma in a wave of 64: k from left to right.</summary>
    public static MatrixUnit Rdna4Fp16Wave64 { get; } = RdnaWave64("rdna4-fp16-wave64", Fp16, RdnaFp16);

    /// <summary>RDNA4, bfloat16, v_wmma in a wave of 64.</summary>
    public static MatrixUnit Rdna4Bf16Wave64 { get; } = RdnaWave64("rdna4-bf16-wave64", Bf16, RdnaBf16);

    // Arm.

    /// <summary>FDOT of four FP8 products to binary32.</summary>
    public static MatrixUnit ArmFdotFp8 { get; } =
        Arm("arm-fdot-fp8", "FDOT (8-bit floating-point to single-precision)", l: 4, IeeeFp32);

    /// <summary>FDOT of two FP8 products to binary16.</summary>
    public static MatrixUnit ArmFdotFp8Half { get; } =
        Arm("arm-fdot-fp8-half", "FDOT (8-bit floating-point to half-precision)", l: 2, IeeeFp16);

    /// <summary>FMLALLBB and its siblings: one FP8 product to binary32.</summary>
    public static MatrixUnit ArmFmlallFp8 { get; } =
        Arm("arm-fmlall-fp8", "FMLALL (8-bit floating-point to single-precision)", l: 1, IeeeFp32);

    /// <summary>FMLALB and FMLALT: one FP8 product to binary16.</summary>
    public static MatrixUnit ArmFmlalFp8 { get; } =
        Arm("arm-fmlal-fp8", "FMLAL (8-bit floating-point to half-precision)", l: 1, IeeeFp16);

    /// <summary>FMMLA of eight FP8 products to an element of binary32.</summary>
    public static MatrixUnit ArmFmmlaFp8 { get; } =
        Arm("arm-fmmla-fp8", "FMMLA (widening, 8-bit floating-point to single-precision)", l: 8, IeeeFp32);

    /// <summary>FMMLA of four FP8 products to an element of binary16.</summary>
    public static MatrixUnit ArmFmmlaFp8Half { get; } =
        Arm("arm-fmmla-fp8-half", "FMMLA (widening, 8-bit floating-point to half-precision)", l: 4, IeeeFp16);

    // RISC-V.

    /// <summary>FP8 products to binary32: OCP's two formats in any pair.</summary>
    public static MatrixUnit RiscvFp8 { get; } = Riscv("riscv-fp8", "Zvfqwdota8f and Zvfqwbdota8f", Fp8);

    /// <summary>bfloat16 products to binary32.</summary>
    public static MatrixUnit RiscvBf16 { get; } = Riscv("riscv-bf16", "Zvfwbdota16bf", Bf16);

    // Intel.

    /// <summary>AMX bfloat16, as the Intrinsics Guide has it: one chain. No processor that was asked does that.</summary>
    public static MatrixUnit IntelTdpbf16ps { get; } = Intel(
        "intel-tdpbf16ps", "Intel AMX, TDPBF16PS, one chain", AccumulationFamily.FlushedFmaChain, Bf16, l: 32,
        AccumulationSources.IntelIntrinsics)
        with
    { Notes = "The Intrinsics Guide's order. A Xeon that was asked does the SDM's: intel-tdpbf16ps-sdm." };

    /// <summary>AMX bfloat16, as the SDM has it and a Xeon does it: even and odd chains.</summary>
    public static MatrixUnit IntelTdpbf16psSdm { get; } = Intel(
        "intel-tdpbf16ps-sdm", "Intel AMX, TDPBF16PS, even and odd chains", AccumulationFamily.FlushedFmaPairs, Bf16, l: 32,
        AccumulationSources.IntelXeon);

    /// <summary>AMX binary16: the order of <see cref="IntelTdpbf16psSdm"/>.</summary>
    public static MatrixUnit IntelTdpfp16ps { get; } = Intel(
        "intel-tdpfp16ps", "Intel AMX, TDPFP16PS, even and odd chains", AccumulationFamily.FlushedFmaPairs, Fp16, l: 32,
        AccumulationSources.IntelBochs)
        with
    { Notes = "Intel's manual says that binary16 subnormals are not taken as zero. NaN payloads are not modelled." };

    /// <summary>AVX512_BF16: two products enter c, the odd one first.</summary>
    public static MatrixUnit IntelVdpbf16ps { get; } = Intel(
        "intel-vdpbf16ps", "Intel AVX512_BF16, VDPBF16PS", AccumulationFamily.FlushedFmaOddFirst, Bf16, l: 2,
        AccumulationSources.IntelXeon);

    /// <summary>AMX FP8 by Bochs: pairs of products, in two sums.</summary>
    public static MatrixUnit IntelAmxFp8Pairs { get; } = IntelFp8(
        "intel-amx-fp8-pairs", "pairs in two sums", AccumulationFamily.FlushedFoursInPairs, AccumulationSources.IntelBochs);

    /// <summary>AMX FP8 by the patent: every fourth product in a chain of its own.</summary>
    public static MatrixUnit IntelAmxFp8Lanes { get; } = IntelFp8(
        "intel-amx-fp8-lanes", "four lanes", AccumulationFamily.FlushedFoursInLanes, AccumulationSources.IntelPatent);

    /// <summary>AMX FP8 by a compiler's header: one wide sum.</summary>
    public static MatrixUnit IntelAmxFp8Wide { get; } = IntelFp8(
        "intel-amx-fp8-wide", "one exact sum", AccumulationFamily.ExactStep, AccumulationSources.IntelHeader);

    // Models that define themselves.

    /// <summary>The standard's sum with one rounding.</summary>
    public static MatrixUnit Exact { get; } =
        Definition("exact", "the standard's sum with one rounding (MX 6.1, 6.2)", AccumulationFamily.Exact);

    /// <summary>Fused multiply-adds from left to right.</summary>
    public static MatrixUnit FmaChain { get; } = Definition("fma-chain", "sequential fused multiply-add", AccumulationFamily.FmaChain);

    /// <summary>Rounded products added from left to right.</summary>
    public static MatrixUnit MulAddChain { get; } =
        Definition("mul-add-chain", "sequential multiply, then add", AccumulationFamily.MulAddChain);

    /// <summary>Rounded products added as a balanced tree.</summary>
    public static MatrixUnit Pairwise { get; } =
        Definition("pairwise", "rounded products added as a balanced tree, c last", AccumulationFamily.Pairwise);

    /// <summary>Rounded products added with Kahan's compensation.</summary>
    public static MatrixUnit Kahan { get; } =
        Definition("kahan", "rounded products added with Kahan's compensation", AccumulationFamily.Kahan);

    /// <summary>Every row that has no parameters to choose.</summary>
    public static ImmutableArray<MatrixUnit> All { get; } =
    [
        VoltaFp16,
        TuringFp16,
        AmpereFp16,
        AmpereBf16,
        AmpereTf32,
        AdaFp16,
        AdaBf16,
        AdaTf32,
        AdaFp8,
        HopperFp16,
        HopperBf16,
        HopperTf32,
        HopperWgmmaFp16,
        HopperWgmmaBf16,
        HopperWgmmaTf32,
        BlackwellFp16,
        BlackwellBf16,
        BlackwellTf32,
        BlackwellTcgen05Fp16,
        BlackwellTcgen05Bf16,
        BlackwellTcgen05Tf32,
        RtxBlackwellFp16,
        RtxBlackwellBf16,
        RtxBlackwellTf32,
        HopperWgmmaFp8,
        HopperMmaFp8,
        BlackwellMmaFp8,
        BlackwellF8f6f4,
        BlackwellMxf8f6f4,
        BlackwellMxf4,
        BlackwellNvfp4,
        BlackwellMxf4nvf4Ue8m0,
        RtxBlackwellF8f6f4,
        RtxBlackwellMxf8f6f4,
        RtxBlackwellMxf4,
        RtxBlackwellNvfp4,
        RtxBlackwellMxf4nvf4Ue8m0,
        RubinMxf4nvf4Ue5m3By16,
        RubinMxf4nvf4Ue5m3By32,
        Cdna1Fp16,
        Cdna1Bf16,
        Cdna2Fp16,
        Cdna2Bf16,
        Cdna2Bf16Suffix1k,
        CdnaFp32,
        Cdna3Fp16,
        Cdna3Bf16,
        Cdna3Tf32,
        Cdna3Fp8,
        Cdna3Bf8,
        Rdna3Fp16,
        Rdna3Bf16,
        Rdna4Dot2Fp16,
        Rdna4Dot2Bf16,
        Rdna4Dot4Fp8,
        Rdna4Fp16,
        Rdna4Bf16,
        Rdna4Fp16Wave64,
        Rdna4Bf16Wave64,
        ArmFdotFp8,
        ArmFdotFp8Half,
        ArmFmlallFp8,
        ArmFmlalFp8,
        ArmFmmlaFp8,
        ArmFmmlaFp8Half,
        RiscvFp8,
        RiscvBf16,
        IntelTdpbf16ps,
        IntelTdpbf16psSdm,
        IntelTdpfp16ps,
        IntelVdpbf16ps,
        IntelAmxFp8Pairs,
        IntelAmxFp8Lanes,
        IntelAmxFp8Wide,
        Exact,
        FmaChain,
        MulAddChain,
        Pairwise,
        Kahan,
    ];
}
