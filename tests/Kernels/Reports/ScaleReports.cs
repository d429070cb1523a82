using Mxact.Simulator.Reference;

namespace Mxact.Kernels.Reports;

/// <summary>Reports of a block's scale: the rule, and how it is computed.</summary>
internal static class ScaleReports
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        new("ao-scale-rule", "pytorch/ao#2035",
            "Our MX scales are not the ones the other library computes from the same tensor. Which rule is which?",
            "quantize+mxfp8-e4m3", ["scale-rule=round-up"], asked => IsFloor(asked)
                ? asked.Under(p => p with { ScaleRule = ScaleRule.RoundUp }) : null),
        new("mlx-round-log2", "ml-explore/mlx#4353",
            "One backend rounds log2 of the maximum to nearest, another rounds up. Which blocks get another scale?",
            "scale+mxfp8-e4m3", ["scale-rule=round-log2"], asked => asked.Question.Policy.ScaleRule == ScaleRule.RoundUp
                ? asked.Under(p => p with { ScaleRule = ScaleRule.RoundLog2 }) : null),
        new("vllm-times-a-sixth", "vllm-project/vllm#43557",
            "Is the exponent of amax * (1 / 6) the same as that of amax, less two?",
            "scale+mxfp4", ["scale-rule=trunc-quotient"], TimesASixth),
        new("flydsl-e2m3-scale", "ROCm/FlyDSL#590",
            "MXFP6 E2M3 saturates where it should not: its scale is half of what I expect.",
            "quantize+mxfp6-e2m3", ["scale 1 code low"], OneTooLow),
        new("compressed-tensors-bias-125", "vllm-project/compressed-tensors#538",
            "The exported MXFP4 model answers nonsense although every code is right. What about its scales?",
            "quantize+mxfp4", ["scale written 2 codes low"], asked => IsFloor(asked) && asked.Block.All(float.IsFinite)
                ? Asked.Code(Math.Max(Asked.Hex(asked.Right[..2]), 2) - 2) + asked.Right[2..] : null),
        new("ao-scale-through-bfloat16", "pytorch/ao#4725",
            "The maximum is narrowed to bfloat16 on its way to E8M0. Can that change a scale?",
            "quantize+mxfp8-e4m3", ["input-precision=bfloat16"], asked => asked.IsPlain
                ? asked.Under(p => p.With("input-precision", "bfloat16")) : null),
        new("te-nan-lost", "NVIDIA/TransformerEngine#3550",
            "A NaN in a block vanishes: the maximum never sees it, and the output is finite.",
            "quantize+mxfp8-e4m3", ["nan-in-block=ignored"], asked => asked.IsPlain
                ? asked.Under(p => p.With("nan-in-block", "ignored")) : null),
    ];

    private static bool IsFloor(Asked asked) => asked.IsPlain && asked.Question.Policy.ScaleRule == ScaleRule.Floor;

    /// <summary>The scale a code lower than it should be, and the elements divided by it.</summary>
    private static string? OneTooLow(Asked asked)
    {
        if (!IsFloor(asked) || !asked.Block.All(float.IsFinite))
        {
            return null;
        }

        uint scale = Math.Max(Asked.Hex(asked.Right[..2]), 1) - 1;
        return $"{Asked.Code(scale)} " + string.Concat(asked.Block.Select(v => Asked.Code(ElementCodec.Encode(ElementFormat.Of<E2M3>(),
            Binary32.Decode(BitConverter.SingleToUInt32Bits(MathF.ScaleB(v, 127 - (int)scale))), ConversionPolicy.Ocp))));
    }

    private static string? TimesASixth(Asked asked)
    {
        if (!asked.IsPlain || asked.Question.Policy.ScaleRule != ScaleRule.Floor)
        {
            return null;
        }

        float scale = asked.Value * (1 / 6f);
        return scale == 0 ? asked.Right : Asked.Code((uint)Math.Clamp(Math.ILogB(scale) + 127, 0, 254));
    }
}
