using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Kernels.Reports;

/// <summary>Reports of whole blocks: NVFP4's two scales, divisions, blocks of zeros.</summary>
internal static class BlockReports
{
    private static readonly ElementFormat E2M1 = ElementFormat.Of<E2M1>();

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        new("modelopt-nan-scale", "NVIDIA/Model-Optimizer#1633",
            "An exported NVFP4 checkpoint has NaN bytes among its block scales. How do they get there?",
            "quantize+nvfp4", ["scale-overflow=scale-nan"], asked => Nvfp4(asked, ConversionPolicy.Ocp
                with { Overflow = OverflowPolicy.NonFinite }, divisorRounded: true)),
        new("modelopt-unrounded-scale", "NVIDIA/Model-Optimizer#2243",
            "Our fake-quantised NVFP4 and the kernel's differ in a code here and there, with the same scales. Why?",
            "quantize+nvfp4", ["element-divisor=unrounded"], asked => Nvfp4(asked, ConversionPolicy.Ocp, divisorRounded: false)),
        new("imp-no-tensor-scale", "kekzl/imp#1544",
            "Activations quantised to NVFP4 have no tensor scale. What happens to the large ones?",
            "quantize+nvfp4", ["tensor scale left out"], asked => asked.IsPlain
                ? (asked with { Question = asked.Question with { TensorScale = null } }).Right : null),
        new("modelopt-zero-block", "NVIDIA/Model-Optimizer#1397",
            "A block of zeros gets the scale 7F. Is that a number?",
            "quantize+nvfp4+zero-block", ["the scale becomes 7f"], asked => !asked.IsPlain ? null
                : asked.Block.All(v => v == 0) ? $"7f{asked.Right[2..]}" : asked.Right),
        new("ao-zero-block", "pytorch/ao#4762",
            "A block of zeros dequantises to NaN. Is 0 divided by 0 somewhere?",
            "quantize+mxfp8-e4m3+zero-block", ["the code becomes NaN"], asked => !asked.IsPlain ? null
                : asked.Block.All(v => v == 0) ? asked.Right[..3] + string.Concat(asked.Block.Select(_ => "7f")) : asked.Right),
        new("ao-subnormal-inputs", "pytorch/ao#1104",
            "Are denormals flushed when a tensor is quantised to MX?",
            "quantize+mxfp8-e4m3", ["subnormal-inputs=flush-element"], asked => asked.IsPlain
                ? asked.Under(p => p.With("subnormal-inputs", "flush-element")) : null),
        new("flashinfer-reciprocal-flushed", "flashinfer-ai/flashinfer#4023",
            "With the largest scales whole blocks come out as NaN. Is a reciprocal flushed?",
            "quantize+mxint8", ["scale-application=reciprocal-flushed"], asked => asked.IsPlain
                ? asked.Under(p => p.With("scale-application", "reciprocal-flushed")) : null),
        new("arch-times-reciprocal", "arch-hdl-lang/arch-com#905",
            "Half a million random inputs agree. Is multiplying by 1 / X then as good as dividing by X?",
            "quantize+nvfp4", ["scale-application=reciprocal-zero-at00"], TimesReciprocal),
    ];

    /// <summary>amax / 6 as a UE4M3 scale, under the tensor's; the elements are divided by it as it is stored, or as it was.</summary>
    private static string? Nvfp4(Asked asked, ConversionPolicy cast, bool divisorRounded)
    {
        if (!asked.IsPlain || !asked.Block.All(float.IsFinite))
        {
            return null;
        }

        Dyadic[] values = [.. asked.Block.Select(Exact)];
        Dyadic amax = values.MaxBy(v => v, Comparer<Dyadic>.Create(Dyadic.CompareMagnitude)).Abs();
        Dyadic tensor = (asked.Question.TensorScale ?? TensorScale.One).Factor;
        byte scale = (byte)ElementCodec.EncodeFinite(ScaleFormat.Ue4M3.Element!, (Quotient)amax / (Six * tensor), cast);
        Number stored = ScaleCodec.Decode(ScaleFormat.Ue4M3, scale);
        return $"{Asked.Code(scale)} " + string.Concat(values.Select(v => Asked.Code(
            stored.IsNaN ? (v.Negative ? 15u : 7u)
            : stored.Finite.IsZero || v.IsZero ? (v.Negative ? 8u : 0)
            : ElementCodec.EncodeFinite(E2M1, divisorRounded ? (Quotient)v / (stored.Finite * tensor) : (Quotient)(v * Six) / amax,
                ConversionPolicy.Ocp))));
    }

    private static Dyadic Six => new(false, 6, 0);

    private static Dyadic Exact(float value) => Binary32.Decode(BitConverter.SingleToUInt32Bits(value)).Finite;

    /// <summary>1 / X once a block, and a multiplication an element.</summary>
    private static string? TimesReciprocal(Asked asked)
    {
        float[] block = asked.Block;
        if (!asked.IsPlain || !block.All(float.IsFinite))
        {
            return null;
        }

        string right = asked.Right;
        Number stored = ScaleCodec.Decode(ScaleFormat.Ue4M3, (byte)Asked.Hex(right[..2]));
        if (stored.IsNaN || stored.Finite.IsZero)
        {
            return right;
        }

        float x = BitConverter.UInt32BitsToSingle(Binary32.Round(stored.Finite * (asked.Question.TensorScale ?? TensorScale.One).Factor));
        float reciprocal = 1 / x;
        float[] quotients = [.. block.Select(v => v * reciprocal)];
        return quotients.All(float.IsFinite)
            ? right[..3] + string.Concat(quotients.Select(q => Asked.Code(ElementCodec.Encode(E2M1, Exact(q), ConversionPolicy.Ocp))))
            : null;
    }
}
