namespace Mxact.Simulator.Accumulation.Models;

/// <summary>The words in which the table is written: what many rows of <see cref="MatrixUnits"/> share.</summary>
internal static class ModelRows
{
    /// <summary>A note of the MX rows.</summary>
    public const string HalfIsDisputed = "E2M1's 0.5 is disputed: here it is the subnormal 0.1 * 2^0, in MMA-Sim 1.0 * 2^-1.";

    /// <summary>A note of CDNA3's eight-bit rows.</summary>
    public const string InfiniteC = PayloadIsDisputed
        + " An infinite or NaN c counts here whatever the products are; MMA-Sim drops it beside products of 2^25 and more.";

    private const string PayloadIsDisputed = "The NaN payload is disputed.";

    // NVIDIA's and, in the files that record it, AMD's NaN; the chains of software give IEEE's default quiet NaN.
    private const uint NvidiaNaN = 0x7FFF_FFFF;
    private const uint NvidiaNaN16 = 0x7FFF;
    private const uint QuietNaN = 0x7FC0_0000;

    /// <summary>binary32.</summary>
    public static ElementFormat[] Fp32 { get; } = [ElementFormats.Binary32];

    /// <summary>binary16.</summary>
    public static ElementFormat[] Fp16 { get; } = [ElementFormats.Binary16];

    /// <summary>bfloat16.</summary>
    public static ElementFormat[] Bf16 { get; } = [ElementFormats.BFloat16];

    /// <summary>TF32.</summary>
    public static ElementFormat[] Tf32 { get; } = [ElementFormats.Tf32];

    /// <summary>OCP's eight-bit formats.</summary>
    public static ElementFormat[] Fp8 { get; } = [ElementFormat.Of<E4M3>(), ElementFormat.Of<E5M2>()];

    /// <summary>OCP's formats of eight, six and four bits.</summary>
    public static ElementFormat[] Fp8Fp6Fp4 { get; } =
        [.. Fp8, ElementFormat.Of<E3M2>(), ElementFormat.Of<E2M3>(), ElementFormat.Of<E2M1>()];

    /// <summary>AMD's eight-bit formats, E4M3 first.</summary>
    public static ElementFormat[] Fp8Fnuz { get; } = [ElementFormats.E4M3Fnuz, ElementFormats.E5M2Fnuz];

    /// <summary>AMD's eight-bit formats, E5M2 first.</summary>
    public static ElementFormat[] Bf8Fnuz { get; } = [ElementFormats.E5M2Fnuz, ElementFormats.E4M3Fnuz];

    /// <summary>Recordings of the hardware agree.</summary>
    public static Evidence Recorded { get; } = new(EvidenceGrade.Hardware, "", AccumulationSources.Recordings);

    /// <summary>Captured results of RDNA agree.</summary>
    public static Evidence Captured { get; } = new(EvidenceGrade.Hardware, "", AccumulationSources.RdnaCaptures);

    /// <summary>Another simulator agrees.</summary>
    public static Evidence Simulated { get; } = new(EvidenceGrade.Simulator, "", AccumulationSources.MmaSim);

    /// <summary>What recordings do not reach.</summary>
    public static Evidence SimulatedEZero { get; } = Simulated with { Covers = "e_zero, NaN and Inf" };

    /// <summary>Recordings of one K.</summary>
    public static Evidence RecordedF { get; } = Recorded with { Covers = "F, K = 4" };

    /// <summary>What recordings of one K do not reach.</summary>
    public static Evidence SimulatedL { get; } = Simulated with { Covers = "L, e_zero, NaN and Inf" };

    /// <summary>FP8 by simulation, the narrower formats extrapolated from it.</summary>
    public static Evidence[] SimulatedFp8 { get; } =
    [
        Simulated with { Covers = "FP8", Elements = [.. Fp8] },
        new(EvidenceGrade.Extrapolated, "FP6, FP4", AccumulationSources.MmaSim) { Elements = [.. Fp8Fp6Fp4] },
    ];

    /// <summary>A model that defines itself.</summary>
    public static Evidence DefinesItself { get; } = new(EvidenceGrade.Definition, "", AccumulationSources.Definition);

    /// <summary>Ties to even to binary32, with IEEE's NaN.</summary>
    public static ModelOutput IeeeFp32 { get; } = new(OutputConversion.RneFp32, 0, QuietNaN);

    /// <summary>binary32 of RDNA. A NaN factor gives FFC00A3D, a NaN c itself, quieted.</summary>
    public static ModelOutput RdnaFp32 { get; } = new(OutputConversion.RneFp32, 0, 0xFFC0_0000);

    /// <summary>binary16 of RDNA.</summary>
    public static ModelOutput RdnaFp16 { get; } = new(OutputConversion.RneFp16, 0, 0xFE00);

    /// <summary>bfloat16 of RDNA: the upper half of binary32.</summary>
    public static ModelOutput RdnaBf16 { get; } = new(OutputConversion.RzBf16, 0, 0xFFC0);

    private static ModelOutput RecordedFp32 { get; } = new(OutputConversion.RneFp32, 0, NvidiaNaN);

    /// <summary>Ties to even to binary16, with IEEE's NaN.</summary>
    public static ModelOutput IeeeFp16 { get; } = new(OutputConversion.RneFp16, 0, ElementFormats.Binary16.CanonicalNaN);

    private static ModelOutput[] IeeeOutputs { get; } =
    [
        IeeeFp32,
        IeeeFp16,
        new(OutputConversion.RneBf16, 0, ElementFormats.BFloat16.CanonicalNaN),
    ];

    /// <summary>Toward zero to binary32.</summary>
    public static ModelOutput RzFp32(int eZero) => new(OutputConversion.RzFp32, eZero, NvidiaNaN);

    /// <summary>Toward zero to binary32 with 13 fraction bits.</summary>
    public static ModelOutput RzE8M13(int eZero) => new(OutputConversion.RzE8M13, eZero, NvidiaNaN);

    /// <summary>Ties to even to binary16.</summary>
    public static ModelOutput RneFp16(int eZero) => new(OutputConversion.RneFp16, eZero, NvidiaNaN16);

    /// <summary>T-FDPA without scales.</summary>
    public static MatrixUnit Fused(
        string name, string hardware, ElementFormat[] elements, int l, int f, ModelOutput[] outputs, Evidence[] evidence) => new()
        {
            Name = name,
            Hardware = hardware,
            Family = AccumulationFamily.TruncatedFused,
            Elements = [.. elements],
            Outputs = [.. outputs],
            L = l,
            F = f,
            Evidence = [.. evidence],
        };

    /// <summary>T-FDPA, one block a step.</summary>
    public static MatrixUnit BlockScaled(
        string name, string hardware, ElementFormat[] elements, BlockScale scale, int l, int f, ModelOutput output, Evidence[] evidence)
            => new()
            {
                Name = name,
                Hardware = hardware,
                Family = AccumulationFamily.BlockScaled,
                Elements = [.. elements],
                Scale = scale,
                Outputs = [output],
                L = l,
                F = f,
                Evidence = [.. evidence],
            };

    /// <summary>Four exact groups of 16 products of E2M1 a step.</summary>
    public static MatrixUnit Grouped(string name, string hardware, BlockScale scale) => new()
    {
        Name = name,
        Hardware = hardware,
        Family = AccumulationFamily.GroupedBlockScaled,
        Elements = [ElementFormat.Of<E2M1>()],
        Scale = scale,
        Outputs = [RzFp32(-139)],
        L = 64,
        F = 35,
        G = 16,
        Evidence = [Simulated],
    };

    /// <summary>E2M1 under UE5M3: the scale's format is PTX ISA's, how it is summed is taken from Blackwell's other scales.</summary>
    public static MatrixUnit GroupedUe5M3(string name, int blockSize)
        => Grouped(name, $"NVIDIA Rubin (sm_107), kind::mxf4nvf4, UE5M3 scales over {blockSize}", new(ScaleFormat.Ue5M3, blockSize)) with
        {
            Evidence = [new(EvidenceGrade.Extrapolated, "Blackwell's sums under another scale", AccumulationSources.MmaSim)],
        };

    /// <summary>FP8 carried out as binary16.</summary>
    public static MatrixUnit EmulatedFp8(string name, string hardware) => new()
    {
        Name = name,
        Hardware = hardware,
        Family = AccumulationFamily.EmulatedFp8,
        Elements = [.. Fp8],
        Outputs = [RzFp32(-133), RneFp16(-22)],
        L = 32,
        F = 25,
        Evidence = [Recorded, new(EvidenceGrade.Extrapolated, "NaN and Inf, K other than 32", AccumulationSources.Recordings)],
        Notes = "There is no such instruction: FP8 is converted to binary16, the k with k % 4 < 2 are one step from zero, "
            + "the others one onto that, then c is added with one rounding. Says nothing about wgmma or tcgen05.",
    };

    /// <summary>An MFMA.</summary>
    public static MatrixUnit Amd(
        string name, string hardware, AccumulationFamily family, ElementFormat[] elements, int l, ModelOutput output) => new()
        {
            Name = name,
            Hardware = hardware,
            Family = family,
            Elements = [.. elements],
            Outputs = [output],
            L = l,
            Evidence = [Simulated],
            Notes = PayloadIsDisputed,
        };

    /// <summary>An MFMA of CDNA3.</summary>
    public static MatrixUnit Cdna3(string name, AccumulationFamily family, ElementFormat[] elements, int l)
        => Amd(name, "AMD CDNA3 (MI300), MFMA", family, elements, l, RecordedFp32) with { F = 24, F2 = 31 };

    /// <summary>A dot product of RDNA3 or RDNA4: F = 24 below the largest product, F2 = 26 below the leading bit of c.</summary>
    public static MatrixUnit Rdna(
        string name, string hardware, AccumulationFamily family, ElementFormat[] elements, int l, ModelOutput[] outputs) => new()
        {
            Name = name,
            Hardware = hardware,
            Family = family,
            Elements = [.. elements],
            Outputs = [.. outputs],
            L = l,
            F = 24,
            F2 = 26,
            Evidence = [Captured],
        };

    /// <summary>A dot product of RDNA4's, captured to binary32 alone; AMD's emulator has the packed result too.</summary>
    public static MatrixUnit RdnaDot2(string name, ElementFormat[] elements, ModelOutput packed)
        => Rdna(name, "AMD RDNA4 (gfx1201), DOT2", AccumulationFamily.Rdna4, elements, l: 2, [RdnaFp32, packed]) with
        {
            Evidence =
            [
                Captured with { Covers = "FP32 output", Output = ElementFormats.Binary32 },
                new(EvidenceGrade.Documented, "packed output", AccumulationSources.RdnaEmulator) { Output = packed.Format },
            ],
        };

    /// <summary>RDNA4's matrix products in a wave of 64, captured to binary32 alone.</summary>
    public static MatrixUnit RdnaWave64(string name, ElementFormat[] elements, ModelOutput packed)
        => Rdna(name, "AMD RDNA4 (gfx1201), WMMA, wave of 64", AccumulationFamily.Rdna4, elements, l: 4, [RdnaFp32, packed]) with
        {
            Evidence =
            [
                Captured with { Covers = "FP32 output", Output = ElementFormats.Binary32 },
                new(EvidenceGrade.Extrapolated, "packed output", AccumulationSources.RdnaCaptures) { Output = packed.Format },
            ],
        };

    /// <summary>A step of one of Arm's FP8 instructions, FPMR at its reset value: no scale, infinity beyond the output.</summary>
    public static MatrixUnit Arm(string name, string instruction, int l, ModelOutput output) => new()
    {
        Name = name,
        Hardware = $"Arm FEAT_FP8, {instruction}",
        Family = AccumulationFamily.ArmDot,
        Elements = [.. Fp8],
        Outputs = [output],
        L = l,
        Evidence = [new(EvidenceGrade.Architected, "", AccumulationSources.ArmFp8(instruction))],
        Notes = $"FPMR.LSCALE and FPMR.OSM: {name}:lscale=3,osm=1.",
    };

    /// <summary>A RISC-V instruction on registers of 128 bits: L is how many elements one holds.</summary>
    public static MatrixUnit Riscv(string name, string extension, ElementFormat[] elements) => new()
    {
        Name = name,
        Hardware = $"RISC-V {extension}, VLEN = 128, LMUL = 1",
        Family = AccumulationFamily.BulkNormalised,
        Elements = [.. elements],
        Outputs = [new(OutputConversion.RoFp32, 0, QuietNaN)],
        L = 128 / elements[0].Bits,
        Evidence = [new(EvidenceGrade.Architected, "", AccumulationSources.RiscvBulk)],
        Notes = $"Longer registers: {name}:vlen=256.",
    };

    /// <summary>A dot product of Intel's, recorded on a Xeon or written from a text.</summary>
    public static MatrixUnit Intel(string name, string hardware, AccumulationFamily family, ElementFormat[] elements, int l, Clause source)
        => new()
        {
            Name = name,
            Hardware = hardware,
            Family = family,
            Elements = [.. elements],
            Outputs = [IeeeFp32],
            L = l,
            Evidence = [new(source == AccumulationSources.IntelXeon ? EvidenceGrade.Hardware : EvidenceGrade.Documented, "", source)],
            Notes = "NaN payloads are not modelled.",
        };

    /// <summary>One of three readings of AMX's FP8 products, on which the texts do not agree.</summary>
    public static MatrixUnit IntelFp8(string name, string order, AccumulationFamily family, Clause source)
        => Intel(name, $"Intel AMX-FP8, {order}", family, Fp8, l: 64, source) with
        {
            Notes = "The texts disagree, and no machine was asked: intel-amx-fp8-pairs, -lanes and -wide are three readings, their last "
                + "details this project's.",
        };

    /// <summary>Software, for any format.</summary>
    public static MatrixUnit Definition(string name, string purpose, AccumulationFamily family) => new()
    {
        Name = name,
        Hardware = purpose,
        Family = family,
        Scale = BlockScale.Mx,
        ScaleIsOptional = true,
        Outputs = [.. IeeeOutputs],
        Evidence = [DefinesItself],
    };

    /// <summary>A T-FDPA with parameters of the user's choosing.</summary>
    public static MatrixUnit FreeFused(string name, int l, int f, OutputConversion rho, int eZero, BlockScale? scale) => new()
    {
        Name = name,
        Hardware = "T-FDPA with free parameters",
        Family = scale is null ? AccumulationFamily.TruncatedFused : AccumulationFamily.BlockScaled,
        Scale = scale,
        Outputs = [new(rho, eZero, rho.Format.SignMask - 1)],
        L = l,
        F = f,
        Evidence = [DefinesItself],
    };

    /// <summary>Promotion of an inner model's sums every n products.</summary>
    public static MatrixUnit Promoted(string name, int n, MatrixUnit inner) => new()
    {
        Name = name,
        Hardware = $"{inner.Hardware}; promoted to binary32 every {n}",
        Family = AccumulationFamily.PeriodicPromotion,
        Elements = inner.Elements,
        Scale = inner.Scale,
        ScaleIsOptional = inner.ScaleIsOptional,
        Outputs = [inner.Output(ElementFormats.Binary32)!],
        L = n,
        Inner = inner,
        Evidence = [new(EvidenceGrade.Documented, "promotion", AccumulationSources.DeepSeek), .. inner.Evidence],
        Notes = inner.Notes,
    };
}
