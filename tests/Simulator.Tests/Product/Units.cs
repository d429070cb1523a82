using Mxact.Simulator.Product;

namespace Mxact.Simulator.Tests.Product;

/// <summary>The rows of the table of hardware models that the tests run (facts in the literature: MMA-Sim; Khattak and Mikaitis).</summary>
internal static class Units
{
    public static StepUnit Volta { get; } = new("volta-fp16", StepKind.Fused, 4, 23, -131, StepOutput.Binary32TowardZero);

    public static StepUnit Ampere { get; } = new("ampere-fp16", StepKind.Fused, 8, 24, -132, StepOutput.Binary32TowardZero);

    public static StepUnit AmpereTf32 { get; } = new("ampere-tf32", StepKind.Fused, 4, 24, -132, StepOutput.Binary32TowardZero);

    public static StepUnit AdaFp8 { get; } = new("ada-fp8", StepKind.Fused, 16, 13, -132, StepOutput.E8M13TowardZero);

    public static StepUnit Hopper { get; } = new("hopper-fp16", StepKind.Fused, 16, 25, -133, StepOutput.Binary32TowardZero);

    public static StepUnit HopperTf32 { get; } = new("hopper-tf32", StepKind.Fused, 8, 25, -133, StepOutput.Binary32TowardZero);

    public static StepUnit HopperFp8 { get; } = new("hopper-wgmma-fp8", StepKind.Fused, 32, 13, -133, StepOutput.E8M13TowardZero);

    public static StepUnit BlackwellF8 { get; } = new("blackwell-mxf8f6f4", StepKind.Fused, 32, 25, -133, StepOutput.Binary32TowardZero);

    public static StepUnit BlackwellFp4 { get; } = new("blackwell-nvfp4", StepKind.Grouped, 64, 35, -139, StepOutput.Binary32TowardZero);

    public static StepUnit Cdna3 { get; } = new("cdna3-fp16", StepKind.Cdna3, 8, 24, 0, StepOutput.Binary32NearestEven);

    public static StepUnit Cdna3Tf32 { get; } = new("cdna3-tf32", StepKind.Cdna3, 4, 24, 0, StepOutput.Binary32NearestEven);

    public static StepUnit Cdna3Fp8 { get; } = new("cdna3-fp8", StepKind.Cdna3Fp8, 16, 24, 0, StepOutput.Binary32NearestEven);

    public static StepUnit VoltaHalf { get; } = new("volta-fp16-f16", StepKind.Fused, 4, 23, -20, StepOutput.Binary16NearestEven);

    public static StepUnit AmpereHalf { get; } = new("ampere-fp16-f16", StepKind.Fused, 8, 24, -21, StepOutput.Binary16NearestEven);

    public static StepUnit HopperMmaHalf { get; } = new("hopper-mma-fp16-f16", StepKind.Fused, 16, 25, -22, StepOutput.Binary16NearestEven);

    public static StepUnit HopperWgmmaHalf { get; } = new("hopper-wgmma-fp16-f16", StepKind.Fused, 16, 25, -133,
        StepOutput.Binary16NearestEven);

    public static StepUnit HopperFp8Half { get; } = new("hopper-wgmma-fp8-f16", StepKind.Fused, 32, 13, -133,
        StepOutput.Binary16NearestEven);

    /// <summary>The unit behind a file of recorded models.</summary>
    public static StepUnit OfFile(string name) => name switch
    {
        _ when name.StartsWith("volta_fp16_f16", StringComparison.Ordinal) => VoltaHalf,
        _ when name.StartsWith("volta", StringComparison.Ordinal) => Volta,
        _ when name.StartsWith("ampere_fp16_f16", StringComparison.Ordinal) => AmpereHalf,
        _ when name.StartsWith("ampere_tf32", StringComparison.Ordinal) => AmpereTf32,
        _ when name.StartsWith("ampere", StringComparison.Ordinal) => Ampere,
        _ when name.StartsWith("ada", StringComparison.Ordinal) => AdaFp8,
        _ when name.StartsWith("hopper_blackwell_tf32", StringComparison.Ordinal) => HopperTf32,
        _ when name.StartsWith("hopper_blackwell_fp16_f16_mmasync", StringComparison.Ordinal) => HopperMmaHalf,
        _ when name.StartsWith("hopper_blackwell_fp16_f16_wgmma", StringComparison.Ordinal) => HopperWgmmaHalf,
        _ when name.StartsWith("hopper_blackwell", StringComparison.Ordinal) => Hopper,
        _ when name.StartsWith("hopper_wgmma", StringComparison.Ordinal)
            => name.Contains("_f16", StringComparison.Ordinal) ? HopperFp8Half : HopperFp8,
        _ when name.StartsWith("blackwell_mxf4", StringComparison.Ordinal) || name.StartsWith("blackwell_mxfp4", StringComparison.Ordinal)
            || name.StartsWith("blackwell_nvfp4", StringComparison.Ordinal) => BlackwellFp4,
        _ when name.StartsWith("blackwell", StringComparison.Ordinal) => BlackwellF8,
        _ when name.StartsWith("cdna3_tf32", StringComparison.Ordinal) => Cdna3Tf32,
        _ when name.StartsWith("cdna3_fp8", StringComparison.Ordinal) || name.StartsWith("cdna3_bf8", StringComparison.Ordinal) => Cdna3Fp8,
        _ when name.StartsWith("cdna3", StringComparison.Ordinal) => Cdna3,
        _ => throw new ArgumentException($"no unit for {name}"),
    };
}
