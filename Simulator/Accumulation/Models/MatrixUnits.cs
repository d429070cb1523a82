using System.Collections.Immutable;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact;

/// <summary>
/// The table of accumulation models, as data. Machines first, by vendor and generation, then the models every numerics researcher
/// expects beside them. CDNA4, TPU and Tenstorrent are not here: nothing bit-level is public about them.
/// </summary>
public static class MatrixUnits
{
    // NVIDIA's and, in the files that record it, AMD's NaN; the chains of software give IEEE's default quiet NaN.
    private const uint NvidiaNaN = 0x7FFF_FFFF;
    private const uint NvidiaNaN16 = 0x7FFF;
    private const uint QuietNaN = 0x7FC0_0000;

    private static readonly ElementFormat E4M3 = ElementFormat.Of<E4M3>();
    private static readonly ElementFormat E5M2 = ElementFormat.Of<E5M2>();
    private static readonly ElementFormat E3M2 = ElementFormat.Of<E3M2>();
    private static readonly ElementFormat E2M3 = ElementFormat.Of<E2M3>();
    private static readonly ElementFormat E2M1 = ElementFormat.Of<E2M1>();
    private static readonly ElementFormat[] Fp16 = [ElementFormats.Binary16];
    private static readonly ElementFormat[] Bf16 = [ElementFormats.BFloat16];
    private static readonly ElementFormat[] Tf32 = [ElementFormats.Tf32];
    private static readonly ElementFormat[] Fp8 = [E4M3, E5M2];
    private static readonly ElementFormat[] Fp8Fp6Fp4 = [E4M3, E5M2, E3M2, E2M3, E2M1];

    private static readonly Evidence Recorded = new(EvidenceGrade.Hardware, "", AccumulationSources.Recordings);
    private static readonly Evidence Simulated = new(EvidenceGrade.Simulator, "", AccumulationSources.MmaSim);
    private static readonly Evidence SimulatedEZero = Simulated with { Covers = "e_zero, NaN and Inf" };
    private static readonly Evidence DefinesItself = new(EvidenceGrade.Definition, "", AccumulationSources.Definition);

    private static readonly ModelOutput[] IeeeOutputs =
        [new(OutputConversion.RneFp32, 0, QuietNaN), new(OutputConversion.RneFp16, 0, ElementFormats.Binary16.CanonicalNaN), new(OutputConversion.RneBf16, 0, ElementFormats.BFloat16.CanonicalNaN)];

    /// <summary>Every row that has no parameters to choose.</summary>
    public static ImmutableArray<MatrixUnit> All { get; } = [.. Nvidia(), .. Amd(), .. Intel(), .. Definitions()];

    /// <summary>
    /// The model of that name, or null when there is none. Hyphens and underscores are alike, case does not matter. Names with
    /// parameters: <c>t-fdpa:L=16,F=25,rho=rz-fp32,ezero=-133</c>, <c>promote:128:hopper-wgmma-fp8</c>, <c>exact:ue4m3/16</c>; see <see cref="ModelName"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The name starts as one with parameters, and these are wrong.</exception>
    public static MatrixUnit? Find(string name)
    {
        string normal = name.Trim().ToLowerInvariant().Replace('_', '-');
        foreach (MatrixUnit model in All)
        {
            if (model.Name == normal)
            {
                return model;
            }
        }

        return ModelName.Parse(normal);
    }

    /// <summary>The model of that name.</summary>
    /// <exception cref="ArgumentException">There is none, or its parameters are wrong; one line says which.</exception>
    public static MatrixUnit Get(string name) => Find(name) ?? throw new ArgumentException(Missing(name));

    /// <summary>The line that says that there is no such model, and which are near it.</summary>
    public static string Missing(string name)
    {
        ReadOnlySpan<string> near = NearbyNames.Of(name, [.. All.Select(model => model.Name)]);
        return $"no accumulation model is called '{name}'{(near.IsEmpty ? "; the table lists them" : $"; near it: {string.Join(", ", near)}")}";
    }

    private static IEnumerable<MatrixUnit> Nvidia()
    {
        yield return Fused("volta-fp16", "NVIDIA Volta (V100), mma", Fp16, 4, 23, [RzFp32(-131), RneFp16(-20)], [Recorded, SimulatedEZero]);
        yield return Fused("turing-fp16", "NVIDIA Turing, mma", Fp16, 8, 24, [RzFp32(-132), RneFp16(-21)], [Simulated]);

        foreach ((string name, string hardware) in new[] { ("ampere", "NVIDIA Ampere (A100), mma"), ("ada", "NVIDIA Ada, mma") })
        {
            yield return Fused(name + "-fp16", hardware, Fp16, 8, 24, [RzFp32(-132), RneFp16(-21)], [Recorded, SimulatedEZero]);
            yield return Fused(name + "-bf16", hardware, Bf16, 8, 24, [RzFp32(-132)], [Recorded, SimulatedEZero]);
            yield return Fused(name + "-tf32", hardware, Tf32, 4, 24, [RzFp32(-132)], [Recorded, SimulatedEZero]);
        }

        yield return Fused("ada-fp8", "NVIDIA Ada (also L40S), mma", Fp8, 16, 13, [RzE8M13(-132), RneFp16(-21)], [Recorded, SimulatedEZero]);

        // Hopper and later share F = 25 for the wide inputs; only e_zero of the FP16 output tells the instructions apart.
        Evidence recordedF = Recorded with { Covers = "F, K = 4" };
        Evidence simulatedL = Simulated with { Covers = "L, e_zero, NaN and Inf" };
        foreach ((string name, string hardware, int eZero16, bool recorded) in new[]
        {
            ("hopper", "NVIDIA Hopper (H100, H200), mma", -22, true),
            ("hopper-wgmma", "NVIDIA Hopper (H100, H200), wgmma", -133, false),
            ("blackwell", "NVIDIA Blackwell (B200), mma", -22, true),
            ("blackwell-tcgen05", "NVIDIA Blackwell (B200), tcgen05.mma", -133, false),
            ("rtx-blackwell", "NVIDIA RTX Blackwell, mma", -22, false),
        })
        {
            Evidence[] evidence = recorded ? [Recorded, SimulatedEZero] : [Simulated];
            yield return Fused(name + "-fp16", hardware, Fp16, 16, 25, [RzFp32(-133), RneFp16(eZero16)], evidence);
            yield return Fused(name + "-bf16", hardware, Bf16, 16, 25, [RzFp32(-133)], evidence);
            yield return Fused(name + "-tf32", hardware, Tf32, 8, 25, [RzFp32(-133)], recorded ? [recordedF, simulatedL] : [Simulated]);
        }

        yield return Fused("hopper-wgmma-fp8", "NVIDIA Hopper (H100, H200), wgmma", Fp8, 32, 13, [RzE8M13(-133), RneFp16(-133)],
        [
            Recorded with { Covers = "FP32 output, c = 0", Output = ElementFormats.Binary32 },
            Simulated with { Covers = "c other than 0, e_zero, NaN and Inf", Output = ElementFormats.Binary32 },
            Simulated with { Covers = "FP16 output", Output = ElementFormats.Binary16 },
        ]) with
        { Notes = "FP8 mma.sync is another model: hopper-mma-fp8." };

        foreach ((string name, string hardware) in new[] { ("hopper-mma-fp8", "NVIDIA Hopper (H100, H200), mma.sync, emulated"), ("blackwell-mma-fp8", "NVIDIA Blackwell (B200), mma.sync, emulated") })
        {
            yield return new()
            {
                Name = name,
                Hardware = hardware,
                Family = AccumulationFamily.EmulatedFp8,
                Elements = [.. Fp8],
                Outputs = [RzFp32(-133), RneFp16(-22)],
                L = 32,
                F = 25,
                Evidence = [Recorded, new(EvidenceGrade.Extrapolated, "NaN and Inf, K other than 32", AccumulationSources.Recordings)],
                Notes = "There is no such instruction: FP8 is converted to binary16, the k with k % 4 < 2 are one step from zero, the others one onto that, then c is added with one rounding. Says nothing about wgmma or tcgen05.",
            };
        }

        Evidence[] formats8 =
        [
            Simulated with { Covers = "FP8", Elements = [.. Fp8] },
            new(EvidenceGrade.Extrapolated, "FP6, FP4", AccumulationSources.MmaSim) { Elements = [.. Fp8Fp6Fp4] },
        ];
        foreach ((string name, string hardware, int eZero16) in new[] { ("blackwell", "NVIDIA Blackwell (B200), tcgen05.mma", -133), ("rtx-blackwell", "NVIDIA RTX Blackwell, mma", -22) })
        {
            yield return Fused(name + "-f8f6f4", hardware + " kind::f8f6f4", Fp8Fp6Fp4, 32, 25, [RzFp32(-133), RneFp16(eZero16)], [Simulated]);
            yield return new()
            {
                Name = name + "-mxf8f6f4",
                Hardware = hardware + " kind::mxf8f6f4",
                Family = AccumulationFamily.BlockScaled,
                Elements = [.. Fp8Fp6Fp4],
                Scale = BlockScale.Mx,
                Outputs = [RzFp32(-133)],
                L = 32,
                F = 25,
                Evidence = [.. formats8],
                Notes = "E2M1's 0.5 is disputed: here it is the subnormal 0.1 * 2^0, in MMA-Sim 1.0 * 2^-1.",
            };
            yield return Grouped(name + "-mxf4", hardware + " kind::mxf4", BlockScale.Mx);
            yield return Grouped(name + "-nvfp4", hardware + " kind::mxf4nvf4, UE4M3 scales", BlockScale.Nvfp4);
            yield return Grouped(name + "-mxf4nvf4-ue8m0", hardware + " kind::mxf4nvf4, E8M0 scales over 16", BlockScale.E8M0By16);
        }
    }

    private static IEnumerable<MatrixUnit> Amd()
    {
        ModelOutput ieee = new(OutputConversion.RneFp32, 0, QuietNaN);
        ModelOutput recordedNaN = new(OutputConversion.RneFp32, 0, NvidiaNaN);
        const string payload = "The NaN payload is disputed.";
        yield return Amd("cdna1-fp16", "AMD CDNA1 (MI100), MFMA", AccumulationFamily.ExactStep, Fp16, 4, ieee) with { Notes = payload };
        yield return Amd("cdna1-bf16", "AMD CDNA1 (MI100), MFMA", AccumulationFamily.ExactStep, Bf16, 2, ieee) with { Notes = payload };
        yield return Amd("cdna2-fp16", "AMD CDNA2 (MI200), MFMA", AccumulationFamily.FlushedTree, Fp16, 4, ieee) with { Notes = payload };
        yield return Amd("cdna2-bf16", "AMD CDNA2 (MI200), MFMA", AccumulationFamily.FlushedTree, Bf16, 2, ieee) with { Notes = payload };
        yield return Amd("cdna2-bf16-1k", "AMD CDNA2 (MI200), MFMA _1k", AccumulationFamily.FlushedTree, Bf16, 4, ieee) with { Notes = payload };
        foreach ((string name, ElementFormat[] elements, int l) in new[] { ("cdna3-fp16", Fp16, 8), ("cdna3-bf16", Bf16, 8), ("cdna3-tf32", Tf32, 4) })
        {
            yield return Amd(name, "AMD CDNA3 (MI300), MFMA", AccumulationFamily.Cdna3, elements, l, recordedNaN) with { F = 24, F2 = 31, Notes = payload };
        }

        foreach ((string name, ElementFormat[] elements) in new[]
        {
            ("cdna3-fp8", new[] { ElementFormats.E4M3Fnuz, ElementFormats.E5M2Fnuz }),
            ("cdna3-bf8", [ElementFormats.E5M2Fnuz, ElementFormats.E4M3Fnuz]),
        })
        {
            yield return Amd(name, "AMD CDNA3 (MI300), MFMA", AccumulationFamily.Cdna3Fp8, elements, 16, recordedNaN) with
            {
                F = 24,
                F2 = 31,
                Notes = payload + " An infinite or NaN c counts here whatever the products are; MMA-Sim drops it beside products of 2^25 and more.",
            };
        }
    }

    private static IEnumerable<MatrixUnit> Intel()
    {
        ModelOutput output = new(OutputConversion.RneFp32, 0, QuietNaN);
        const string notes = "Intel's manuals differ in the order of operations: the Intrinsics Guide has one chain (intel-tdpbf16ps), the SDM two (intel-tdpbf16ps-sdm). NaN payloads are not modelled.";
        MatrixUnit chain = new()
        {
            Name = "intel-tdpbf16ps",
            Hardware = "Intel AMX, TDPBF16PS, one chain",
            Family = AccumulationFamily.FlushedFmaChain,
            Elements = [.. Bf16],
            Outputs = [output],
            L = 32,
            Evidence = [new(EvidenceGrade.Documented, "", AccumulationSources.IntelIntrinsics)],
            Notes = notes,
        };
        yield return chain;
        yield return chain with
        {
            Name = "intel-tdpbf16ps-sdm",
            Hardware = "Intel AMX, TDPBF16PS, even and odd chains",
            Family = AccumulationFamily.FlushedFmaPairs,
            Evidence = [new(EvidenceGrade.Documented, "", AccumulationSources.IntelSdm)],
        };
    }

    private static IEnumerable<MatrixUnit> Definitions()
    {
        foreach ((string name, string purpose, AccumulationFamily family) in new[]
        {
            ("exact", "the standard's sum with one rounding (MX 6.1, 6.2)", AccumulationFamily.Exact),
            ("fma-chain", "sequential fused multiply-add", AccumulationFamily.FmaChain),
            ("mul-add-chain", "sequential multiply, then add", AccumulationFamily.MulAddChain),
            ("pairwise", "rounded products added as a balanced tree, c last", AccumulationFamily.Pairwise),
            ("kahan", "rounded products added with Kahan's compensation", AccumulationFamily.Kahan),
        })
        {
            yield return new()
            {
                Name = name,
                Hardware = purpose,
                Family = family,
                Scale = BlockScale.Mx,
                ScaleIsOptional = true,
                Outputs = [.. IeeeOutputs],
                Evidence = [DefinesItself],
            };
        }
    }

    /// <summary>A T-FDPA with parameters of the user's choosing.</summary>
    internal static MatrixUnit FreeFused(string name, int l, int f, OutputConversion rho, int eZero, BlockScale? scale) => new()
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
    internal static MatrixUnit Promoted(string name, int n, MatrixUnit inner) => new()
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

    private static MatrixUnit Fused(string name, string hardware, ElementFormat[] elements, int l, int f, ModelOutput[] outputs, Evidence[] evidence) => new()
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

    private static MatrixUnit Grouped(string name, string hardware, BlockScale scale) => new()
    {
        Name = name,
        Hardware = hardware,
        Family = AccumulationFamily.GroupedBlockScaled,
        Elements = [E2M1],
        Scale = scale,
        Outputs = [RzFp32(-139)],
        L = 64,
        F = 35,
        G = 16,
        Evidence = [Simulated],
    };

    private static MatrixUnit Amd(string name, string hardware, AccumulationFamily family, ElementFormat[] elements, int l, ModelOutput output) => new()
    {
        Name = name,
        Hardware = hardware,
        Family = family,
        Elements = [.. elements],
        Outputs = [output],
        L = l,
        Evidence = [Simulated],
    };

    private static ModelOutput RzFp32(int eZero) => new(OutputConversion.RzFp32, eZero, NvidiaNaN);

    private static ModelOutput RzE8M13(int eZero) => new(OutputConversion.RzE8M13, eZero, NvidiaNaN);

    private static ModelOutput RneFp16(int eZero) => new(OutputConversion.RneFp16, eZero, NvidiaNaN16);
}
