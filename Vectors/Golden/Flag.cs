using System.Collections.Immutable;

namespace Mxact.Vectors;

/// <summary>What kind of case a row is, explained once.</summary>
/// <param name="Name">The flag.</param>
/// <param name="Kind">The kind of defect it finds.</param>
/// <param name="Description">What the case is.</param>
/// <param name="Effect">What a kernel that gets it wrong does to its user.</param>
/// <param name="Links">Public reports of that defect.</param>
internal sealed record Flag(string Name, string Kind, string Description, string Effect, ImmutableArray<string> Links)
{
    private const string Site = "https://github.com/";

    /// <summary>Every flag.</summary>
    public static ImmutableArray<Flag> All { get; } =
    [
        Of(
            "midpoint", "rounding", "an input at the midpoint of two neighbours, or one binary32 step beside it",
            "a bias that training integrates: ties taken away from zero, or a near-tie taken for a tie", "ROCm/aiter/issues/3992",
            "triton-lang/triton/issues/8110"),
        Of(
            "double-rounding", "rounding", "an input just above a midpoint by less than bfloat16 or binary16 can hold",
            "narrowing first makes it a tie, and it rounds the wrong way", "pytorch/ao/issues/4725"),
        Of(
            "stochastic", "rounding", "stochastic rounding with supplied random bits at and beside the threshold",
            "the bits are mapped or compared differently, and the expectation is off", "NVIDIA/TransformerEngine/issues/2751"),
        Of("narrow-input", "rounding", "the input is binary16 or bfloat16", "the conversion goes through another format"),
        Of(
            "overflow", "overflow", "a finite value beyond max normal",
            "NaN or infinity where the consumer expects max normal, or the reverse", "jax-ml/ml_dtypes/issues/260",
            "jax-ml/ml_dtypes/issues/400", "pytorch/pytorch/issues/178817"),
        Of(
            "instruction", "instruction", "a conversion instruction: the edges of its formats, and its random bits",
            "what runs on the machine and what was tested are two conversions"),
        Of("infinity", "special", "an infinite input or code", "an infinity becomes a number of no meaning"),
        Of("nan", "special", "a NaN input or code", "a NaN becomes a number of no meaning"),
        Of(
            "nan-position", "special", "a NaN at one of the positions of a block",
            "a maximum that compares with NaN loses it, and the error goes unseen", "NVIDIA/TransformerEngine/issues/3550",
            "pytorch/ao/issues/4271"),
        Of("infinity-position", "special", "an infinity at one of the positions of a block", "the block's scale is that of another block"),
        Of("special-elements", "special", "elements that are infinities or NaNs in a dot product", "0 * Inf or Inf - Inf is not NaN"),
        Of(
            "negative-zero", "sign", "a negative zero, or a negative value that rounds to zero",
            "the sign of zero is lost, or zero becomes NaN", "pytorch/ao/issues/4762"),
        Of("zero", "sign", "a zero input or a zero sum", "a zero is given another sign or another scale"),
        Of(
            "negative", "sign", "a negative input of the E8M0 cast",
            "the cast reads the sign as part of the exponent", "tile-ai/tilelang/issues/2042"),
        Of(
            "subnormal", "subnormal", "a subnormal code or result",
            "small elements are flushed to zero", "pytorch/ao/issues/1104", "pytorch/pytorch/issues/126848"),
        Of("subnormal-input", "subnormal", "a subnormal binary32 input", "small blocks are flushed to zero", "pytorch/ao/issues/1104"),
        Of(
            "scale-threshold", "scale", "the block's maximum at the threshold of a scale rule, or one binary32 step beside it",
            "the scale is a factor of two off: the rule is not the one the consumer expects", "pytorch/ao/issues/2035",
            "ROCm/aiter/issues/3212", "ml-explore/mlx/issues/4353", "vllm-project/vllm/issues/43557", "ROCm/FlyDSL/issues/590"),
        Of("scale-range", "scale", "a scale at the ends of E8M0's range", "the scale wraps, or is clamped one code short"),
        Of("scale-cast", "scale", "the binary32 -> E8M0 cast", "another rounding of the exponent", "microsoft/onnxruntime/issues/28435"),
        Of(
            "scale-00", "scale", "scale code 00, 2^-127, a binary32 subnormal",
            "read as zero, the whole block vanishes", "triton-lang/triton/issues/11624", "uxlfoundation/oneDNN/issues/4218",
            "NVIDIA/TransformerEngine/issues/3262"),
        Of(
            "scale-ff", "scale", "scale code FF, NaN",
            "read as infinity or 2^128", "llvm/llvm-project/issues/214919", "sgl-project/sglang/issues/25519"),
        Of(
            "scale-max", "scale", "scale codes 253 and 254",
            "the reciprocal is subnormal: flushed, Inf * 0 = NaN", "flashinfer-ai/flashinfer/issues/4023"),
        Of("scale-sign", "scale", "a UE4M3 scale with the ignored sign bit set", "the block changes sign"),
        Of(
            "zero-block", "scale", "a block of zeros",
            "0 / 0 = NaN, or a scale its reader does not expect", "pytorch/ao/issues/4762", "NVIDIA/Model-Optimizer/issues/1397"),
        Of(
            "last-bin", "scale", "every element near the maximum, which floor scales beyond max normal",
            "the whole block rounds into the last code"),
        Of("one-huge", "scale", "one huge element among tiny ones", "a sum or maximum overflows"),
        Of("single", "scale", "one non-zero element", "the maximum misses a position"),
        Of(
            "tensor-scale", "scale", "NVFP4 with a tensor scale",
            "divided where it should be multiplied, or the other way", "modular/modular/issues/6600",
            "vllm-project/vllm/issues/54974"),
        Of(
            "tensor-divisor", "scale", "NVFP4 whose tensor scale is stored as a divisor",
            "multiplied where it should be divided, or rounded once more as its reciprocal", "modular/modular/issues/6600"),
        Of(
            "tensor-scale-rule", "scale", "NVFP4 of a tensor that is one block, its tensor scale chosen from its values",
            "a scale of another amax, one that NaN or infinity decides, or that of zeros"),
        Of(
            "reciprocal", "scale", "v / X is not v * (1 / X) in binary32",
            "a tie where there is none", "arch-hdl-lang/arch-com/issues/905", "flashinfer-ai/flashinfer/issues/3387"),
        Of("element-order", "layout", "every code in order", "nibbles or elements are swapped", "pytorch/ao/issues/2939"),
        Of(
            "layout", "layout", "a byte layout with asymmetric contents",
            "codes or scales end up beside the wrong neighbours", "kekzl/imp/issues/567", "tinygrad/tinygrad/issues/14849",
            "NVIDIA/cutlass/issues/2382", "vllm-project/vllm/issues/50084", "NVIDIA/cutlass/issues/3394"),
        Of(
            "partial-block", "layout", "fewer elements than a block has",
            "padding takes part in the maximum", "triton-lang/triton/issues/10190", "triton-lang/triton/issues/8974"),
        Of(
            "int8-minus-two", "encoding", "INT8's code 80, -2",
            "read as sign and magnitude, or never written", "microsoft/microxcaling/issues/3"),
        Of(
            "dot", "accumulation", "an exact sum of products, rounded once",
            "the accumulator keeps fewer bits than its user believes", "deepseek-ai/DeepGEMM/issues/37",
            "deepseek-ai/DeepGEMM/issues/176"),
        Of("cancel", "accumulation", "products that cancel", "what was truncated while it mattered is missing"),
        Of(
            "model", "accumulation", "a dot product as one matrix unit or algorithm accumulates it, named by model=",
            "a simulator or RTL block that claims to be that unit is not"),
        Of(
            "truncation", "accumulation", "products at and beside the last place kept below the largest one",
            "F is off by one, or there is a guard or sticky bit where the unit has none"),
        Of(
            "largest-first", "accumulation", "the same, the largest product at k = 0",
            "products are aligned to what came before, not to the step's largest"),
        Of(
            "largest-last", "accumulation", "the same, the largest product at the last k",
            "products are aligned to what came before, not to the step's largest"),
        Of(
            "accumulator-dominant", "accumulation", "c is the largest term and products reach its last places",
            "small products vanish at another place than in the unit", "deepseek-ai/DeepGEMM/issues/37"),
        Of(
            "accumulator-small", "accumulation", "products dominate, or cancel, and c reaches their last places",
            "c is added before or after, or with more bits than the unit keeps of it"),
        Of(
            "step-order", "accumulation", "a large product and its negative at the edges of steps",
            "L is wrong, or the steps are chained in another order"),
        Of(
            "sum-rounding", "accumulation", "a sum with more bits than the output, ties among them",
            "truncated where the unit rounds, or the reverse"),
        Of(
            "sticky", "accumulation", "a large c, half of its last place, and a term as far below as the sum keeps bits",
            "a sum that is above the midpoint is rounded as a tie"),
        Of(
            "least-normal", "accumulation", "a sum that rounds up to the least normal number",
            "what is normal once rounded is flushed to zero, because it was subnormal before"),
        Of(
            "negative-subnormal", "accumulation", "a sum below zero by less than the output's least normal number",
            "a unit that flushes loses its sign, or adds one zero more and makes it +0"),
        Of(
            "product-overflow", "accumulation", "a product beyond the output's largest number, in a sum that is not",
            "infinite where the unit keeps the product, or finite where it does not"),
        Of(
            "e-zero", "accumulation", "products so small that a zero beside them has the largest exponent",
            "a zero is skipped, or aligns elsewhere"),
        Of("max-values", "accumulation", "every element at max normal", "the integer sum wraps"),
        Of(
            "chain", "accumulation", "K of several steps: the d of one is the c of the next",
            "the accumulator is wider between steps than the unit's"),
        Of(
            "padding", "accumulation", "K is not a multiple of the unit's step: zeros fill it",
            "the zeros are skipped where the unit aligns to them, or read past the end"),
        Of(
            "latitude", "choice", "a choice that the standard leaves open and the row names, where it begins to matter",
            "the kernel declares the choice and does another thing at its boundary"),
        Of("random", "ordinary", "a random case", "nothing special: a kernel that fails here fails everywhere"),
        Of(
            "wide", "ordinary", "exponents spread over the whole range",
            "small elements come out as zero with the wrong sign or not at all"),
        Of(
            "extension", "extension", "a format outside MX: NVFP4, UE4M3, FNUZ",
            "OCP and FNUZ codes are taken for each other", "triton-lang/triton/issues/10745", "ml-explore/mlx/issues/4164"),
    ];

    /// <summary>The flag of that name, or null.</summary>
    public static Flag? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    private static Flag Of(string name, string kind, string description, string effect, params string[] links)
        => new(name, kind, description, effect, [.. links.Select(link => Site + link)]);
}
