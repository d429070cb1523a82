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
            "its scale byte FF is an ordinary 2^128 to its own reader; here FF is NaN and the codes beside it are 0"),
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
        new("ggml-nvfp4", new()
        {
            Rounding = RoundingMode.TiesToZero,
            ElementArithmetic = ElementArithmetic.Binary32Search,
            NanInBlock = NanInBlock.Ignored,
            NanWithoutCode = NanWithoutCode.Zero,
            InfInBlock = InfInBlock.ScaleMax,
            InfElement = InfElement.Zero,
            NegativeZero = NegativeZero.Lost,
        }, "ggml quantize_row_nvfp4_ref (llama.cpp); run as a kernel by tests/Kernels",
            "its scale rounds ties away from zero, stops at 07 below 2^-6, and is 7e from 256 on; it has no tensor scale"),
        new("torchao-nvfp4", new()
        {
            ScaleArithmetic = ScaleArithmetic.Binary32Divide,
            ScaleApplication = ScaleApplication.Binary32Divide,
            ScaleUnderflow = ScaleUnderflow.AtLeast08,
            ZeroBlock = ZeroBlock.Scale08,
            InfInBlock = InfInBlock.ScaleMax,
        }, "torchao prototype/mx_formats/nvfp4_tensor.py, _nvfp4_quantize, as its source of 2025 reads; not run here",
            "its Triton kernel; the tensor scale, amax / (448 * 6), is given as tensor-scale"),
        new("modelopt-nvfp4", new()
        {
            ScaleArithmetic = ScaleArithmetic.Binary32Divide,
            ScaleApplication = ScaleApplication.Binary32Divide,
            ScaleUnderflow = ScaleUnderflow.Scale01,
            ZeroBlock = ZeroBlock.Scale38,
            InfInBlock = InfInBlock.ScaleMax,
            NegativeZero = NegativeZero.MadeOnly,
        }, "Model-Optimizer qtensor/nvfp4_tensor.py with its clamp to 2^-9 .. 448, as its source reads; not run here",
            "amax is divided by the rounded 6 t at once, here by 6 and then t; what releases before the clamp did is "
                + "scale-overflow=scale-nan; static calibration and the kernels of TensorRT-LLM"),
        new("compressed-tensors-nvfp4", new()
        {
            ScaleArithmetic = ScaleArithmetic.Binary32Divide,
            ScaleApplication = ScaleApplication.Binary32Divide,
            ScaleUnderflow = ScaleUnderflow.Scale20,
            ZeroBlock = ZeroBlock.Scale20,
        }, "compressed-tensors quantization/utils/helpers.py, calculate_qparams, for the scale, as its source reads; not run here",
            "its global scale is a divisor: give it as tensor-divisor; infinities and the signs of zeros were not looked at"),
        new("transformer-engine-nvfp4", new()
        {
            ScaleArithmetic = ScaleArithmetic.Binary32Multiply,
            ScaleApplication = ScaleApplication.Binary32Reciprocal,
            NanInBlock = NanInBlock.Ignored,
            InfInBlock = InfInBlock.ScaleMax,
        }, "TransformerEngine common/cast/nvfp4/core_nvfp4.cuh, as its source reads; not run here",
            "its products are amax * (s / 6) with s the encoding scale; an element under scale 00 is multiplied by the largest binary32; "
                + "blocks of 16 x 16, Hadamard transforms and four-over-six with its tensor scale for 256"),
        new("flashinfer-nvfp4", new()
        {
            ScaleArithmetic = ScaleArithmetic.Binary32Multiply,
            ScaleApplication = ScaleApplication.Binary32Reciprocal,
            NanInBlock = NanInBlock.Ignored,
            InfInBlock = InfInBlock.ScaleMax,
        }, "FlashInfer's cvt_warp_fp16_to_fp4, TensorRT-LLM's and vLLM's too, as its source reads; not run here",
            "its reciprocals are the GPU's approximate ones, subnormals flushed; inputs are binary16 or bfloat16 alone"),
        new("onnxruntime", new() { NanCode = NanCode.AllOnesSigned }, "ONNX Runtime's CPU operator Cast, 1.31.1",
            "E4M3 from 480 to 496 and E5M2 from 61440 to 65536 without saturation, and E8M0 of negative numbers: tests/Kernels lists "
                + "the rows"),
        new("libtorch", new() { Overflow = OverflowPolicy.NonFinite, NanCode = NanCode.AllOnesSigned },
            "libtorch's casts to its eight-bit floats on the processor, 2.10.0; run as a kernel by tests/Kernels/LibTorch",
            "ties of the E8M0 cast, and its subnormal inputs: tests/Kernels lists the rows"),
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
