using System.Collections.Immutable;

namespace Mxact;

/// <summary>A named set of choices: what one implementation declares.</summary>
/// <param name="Name">The name a user types.</param>
/// <param name="Policy">The choices.</param>
/// <param name="Of">Whose behaviour it is.</param>
/// <param name="NotModelled">What it leaves out, and why; empty when every recorded output is reproduced.</param>
public sealed record Profile(string Name, ConversionPolicy Policy, string Of, string NotModelled = "")
{
    /// <summary>The name a user types.</summary>
    public string Name { get; init => field = Arguments.Named(value, nameof(Name)); } = Arguments.Named(Name);

    /// <summary>The choices.</summary>
    public ConversionPolicy Policy { get; init => field = Arguments.Given(value, nameof(Policy)); } = Arguments.Given(Policy);

    /// <summary>Whose behaviour it is.</summary>
    public string Of { get; init => field = Arguments.Given(value, nameof(Of)); } = Arguments.Given(Of);

    /// <summary>What it leaves out, and why; empty when every recorded output is reproduced.</summary>
    public string NotModelled { get; init => field = Arguments.Given(value, nameof(NotModelled)); } = Arguments.Given(NotModelled);

    /// <summary>MX 6.3 with the choices that are the standard's own or, where it is silent, the most careful.</summary>
    public static Profile Ocp { get; } = new("ocp", ConversionPolicy.Ocp,
        "OCP MX v1.0 6.3: floor, ties to even, saturate; NaN and Inf make the scale FF");

    /// <summary>The profiles that are shipped.</summary>
    public static ImmutableArray<Profile> All { get; } =
    [
        Ocp,
        new("torchao-floor", new() { ScaleRule = ScaleRule.Floor }, "torchao, ScaleCalculationMode.FLOOR"),
        new("torchao-ceil", new() { ScaleRule = ScaleRule.Ceil }, "torchao, ScaleCalculationMode.CEIL"),
        new("torchao-even", new() { ScaleRule = ScaleRule.Even, ScaleArithmetic = ScaleArithmetic.Binary32Bits },
            "torchao, ScaleCalculationMode.EVEN"),
        new("torchao-rceil", new() { ScaleRule = ScaleRule.RoundUp, ScaleArithmetic = ScaleArithmetic.Binary32Divide },
            "torchao, ScaleCalculationMode.RCEIL"),
        new("transformer-engine", new()
        {
            ScaleRule = ScaleRule.RoundUp,
            ScaleArithmetic = ScaleArithmetic.Binary32Multiply,
            NanInBlock = NanInBlock.Ignored,
            InfInBlock = InfInBlock.ScaleMax,
            NanCode = NanCode.AllOnes,
        }, "TransformerEngine MXFP8 quantisation"),
        new("microxcaling", new()
        {
            ScaleArithmetic = ScaleArithmetic.Binary32Log2,
            ElementArithmetic = ElementArithmetic.Binary32AddHalf,
            ScaleOverflow = ScaleOverflow.ScaleNan,
            ZeroBlock = ZeroBlock.MinNormal,
            Int8MinusTwo = Int8MinusTwo.Clamped,
            NegativeZero = NegativeZero.MadeOnly,
        }, "microsoft/microxcaling with round=\"even\" (its default, \"nearest\", is rounding=ties-to-away)",
            "it returns dequantised binary32 numbers, so a product beyond binary32 shows there as Inf; here the code is kept"),
        new("ggml", new()
        {
            ScaleArithmetic = ScaleArithmetic.Binary32Log2,
            Rounding = RoundingMode.TiesToZero,
            ElementArithmetic = ElementArithmetic.Binary32Search,
            ScaleUnderflow = ScaleUnderflow.Wrap,
            NanInBlock = NanInBlock.Ignored,
            NanWithoutCode = NanWithoutCode.Zero,
            InfInBlock = InfInBlock.ScaleZero,
            InfElement = InfElement.Zero,
            NegativeZero = NegativeZero.Lost,
        }, "ggml quantize_row_mxfp4_ref (llama.cpp)",
            "its scale byte FF is an ordinary 2^128 to its own reader; here FF is NaN and the codes beside it are 0. Its NVFP4 "
                + "quantiser is this but for inf-in-block=scale-max"),
        new("triton-down",
            new() { ScaleArithmetic = ScaleArithmetic.Binary32Field, ScaleApplication = ScaleApplication.ReciprocalZeroAt00 },
            "triton_kernels downcast_to_mxfp, DequantScaleRoundingMode.ROUND_DOWN"),
        new("triton-up", new()
        {
            ScaleRule = ScaleRule.RoundUp,
            ScaleArithmetic = ScaleArithmetic.Binary32Field,
            ScaleApplication = ScaleApplication.ReciprocalZeroAt00,
            NanInBlock = NanInBlock.ScaleZero,
            NanWithoutCode = NanWithoutCode.SignedMax,
        }, "triton_kernels downcast_to_mxfp, DequantScaleRoundingMode.ROUND_UP"),
        new("onnxruntime", new() { NanCode = NanCode.AllOnesSigned }, "ONNX Runtime's CPU operator Cast, 1.31.1",
            "E4M3 from 480 to 496 and E5M2 from 61440 to 65536 without saturation, and E8M0 of negative numbers: tests/Kernels lists "
                + "the rows"),
    ];

    /// <summary>The profile of that name, or null.</summary>
    public static Profile? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(p => p.Name == name);
    }

    /// <summary>What sets it apart from <c>ocp</c>, as <c>id=choice</c>.</summary>
    public ImmutableArray<string> Differences
        => [.. Latitude.All.Where(l => l.Of(Policy) != l.Default).Select(l => $"{l.Id}={l.Of(Policy)}")];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
