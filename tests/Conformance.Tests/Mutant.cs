using Mxact.Conformance.Adapters;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests;

/// <summary>A defect that was shipped, planted in the reference: what it answers instead.</summary>
/// <param name="Cause">What the suite must call it; null where it says that it knows no cause.</param>
/// <param name="Name">The defect.</param>
/// <param name="Reported">Where it was reported.</param>
/// <param name="Only">The rows it concerns.</param>
/// <param name="Answer">The question, its operand words and the right answer, to the defective answer.</param>
internal sealed record Mutant(string? Cause, string Name, string Reported, string Only, Func<Question, string[], string, string> Answer)
{
    /// <summary>Whether that one cause explains every failure: two of them have more than one part.</summary>
    public bool IsWhole => Cause is not null && Name is not ("accumulator narrower than binary32"
        or "exponent(amax * rcp(6)) is not exponent(amax) - 2");

    /// <summary>Every defect of the catalogue that an operation of the suite can show.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Other("scale-rule=round-up", "scale rule is not the one the consumer expects", "pytorch/ao#2035", "quantize+scale-rule=floor", p
            => p with { ScaleRule = ScaleRule.RoundUp }),
        Other("scale-rule=round-log2", "round(log2) on one backend, up on another", "ml-explore/mlx#4353", "scale+scale-rule=round-up", p
            => p with { ScaleRule = ScaleRule.RoundLog2 }),
        new("scale-rule=trunc-quotient", "exponent(amax * rcp(6)) is not exponent(amax) - 2", "vllm-project/vllm#43557",
            "scale+mxfp4+scale-rule=floor", (_, w, right)
            => ScaleOfProduct(w[0], 0x3E2A_AAAB, right)),
        new("the scale 1 code lower", "E2M3 scale one too low", "ROCm/FlyDSL#590", "quantize+mxfp6-e2m3", (_, _, right)
            => Byte(right, 0, b => Math.Max(b - 1, 0))),
        new("the result becomes zero under scale 00", "scale byte 00 read as zero", "triton-lang/triton#11624", "dequantize+mxfp8-e4m3",
            (_, w, right) => w[0] == "00"
            ? new string('0', right.Length) : right),
        new("bit 22 of the result cleared where it is NaN", "scale byte FF read as infinity", "llvm/llvm-project#214919",
            "dequantize+mxfp4", (_, w, right) => w[0] == "ff"
            ? string.Concat(Enumerable.Repeat("7f800000", right.Length / 8)) : right),
        Other("nan-in-block=ignored", "NaN lost in the max reduction", "NVIDIA/TransformerEngine#3550", "quantize+nan-position", p
            => p with { NanInBlock = NanInBlock.Ignored }),
        Other("scale-application=reciprocal-flushed", "reciprocal of scale 254 flushed", "flashinfer-ai/flashinfer#4023", "quantize+mxint8",
            p
            => p with { ScaleApplication = ScaleApplication.ReciprocalFlushed }),
        Other("subnormal-inputs=flush-element", "subnormal inputs flushed", "pytorch/ao#1104", "quantize+subnormal-input", p
            => p with { SubnormalInputs = SubnormalInputs.FlushElement }),
        new("subnormal codes flushed to zero", "subnormal results flushed", "pytorch/pytorch#126848", "encode+e4m3+subnormal",
            (_, _, right) => (Parse(right) & 0x7F) < 8
            ? Hex(Parse(right) & 0x80) : right),
        Other("input-precision=bfloat16", "binary32 to bfloat16 to E8M0 rounds twice", "pytorch/ao#4725", "quantize+scale-threshold", p
            => p with { InputPrecision = InputPrecision.Bfloat16 }),
        Other("overflow=non-finite", "E4M3 overflow gives NaN where 448 is asked", "jax-ml/ml_dtypes#260", "encode+e4m3+overflow=saturate",
            p
            => p with { Overflow = OverflowPolicy.NonFinite }),
        Other("rounding=ties-to-away", "E2M1 ties away from zero", "ROCm/aiter#3992", "encode+e2m1+rounding=ties-to-even", p
            => p with { Rounding = RoundingMode.TiesToAway }),
        Other("scale-application=reciprocal-flushed", "multiply by 1 / X instead of divide by X", "arch-hdl-lang/arch-com#905",
            "quantize+nvfp4", p
            => p with { ScaleApplication = ScaleApplication.ReciprocalFlushed }),
        new("times an approximate reciprocal, 1 unit low", "approximate reciprocal", "flashinfer-ai/flashinfer#3387",
            "quantize+nvfp4+reciprocal", (q, w, right)
            => ApproximateReciprocal(q, w[0], right)),
        new("first element in the high bits", "nibble order", "pytorch/ao#2939", "pack+nibbles", (_, _, right)
            => string.Concat(Enumerable.Range(0, right.Length / 2).Select(i => $"{right[(2 * i) + 1]}{right[2 * i]}"))),
        new("GGUF order", "GGUF split order", "kekzl/imp#567", "unpack+gguf-mxfp4", (_, w, right) => right[..2] + Interleaved(w[0][2..])),
        new(null, "doubled value table", "tinygrad/tinygrad#14849", "dequantize+mxfp4", (_, w, right)
            => Answered(Question.Of(Operation.Dequantize, ["mxfp4"], []), $"{Hex(Math.Min(Parse(w[0]) + 1, 0xFE))} {w[1]}", right)),
        new("first element in the high bits", "FP6 packing, first element in the high bits", "NVIDIA/cutlass#2382", "pack+fp6", (_, w, _)
            => PackedHighFirst(w[0])),
        new("rows and columns swapped", "scale tiles: rows and columns swapped", "vllm-project/vllm#50084", "pack+scale-tiles-nvidia",
            (q, w, right)
            => Answered(q, $"{w[1]} {w[0]} {w[2]}", right)),
        new("the byte becomes ff where it is zero, in the last place", "scale padding is not zero", "NVIDIA/cutlass#3394",
            "pack+scale-tiles-nvidia", (_, w, right) => right.Length > w[2].Length
            ? right[..^2] + "ff" : right),
        new(null, "padding takes part in the maximum", "triton-lang/triton#10190", "quantize+partial-block", (q, w, right)
            => Answered(q, w[0] + "7f800000", right)),
        Asked("tensor scale divided where it is a factor", "global scale divided instead of multiplied", "modular/modular#6600",
            "dequantize+nvfp4+tensor-scale", q
            => q with { TensorScale = Inverse(q.TensorScale) }),
        new("the scale becomes 7f", "NVFP4 scale 7F on a zero block", "NVIDIA/Model-Optimizer#1397", "quantize+nvfp4+zero-block",
            (_, _, right)
            => "7f" + right[2..]),
        new("the result becomes zero under a subnormal scale", "UE4M3 subnormals lost", "NVIDIA/Model-Optimizer#1397", "dequantize+nvfp4",
            (_, w, right) => (Parse(w[0]) & 0x7F) < 8
            ? new string('0', right.Length) : right),
        new("the code becomes NaN", "zero block divides 0 by 0", "pytorch/ao#4762", "quantize+mxfp8-e4m3+zero-block", (_, _, right)
            => right[..3] + string.Concat(Enumerable.Repeat("7f", 32))),
        new("the code becomes NaN", "-0 becomes NaN", "pytorch/ao#4762", "encode+e4m3+negative-zero", (_, _, right) => right == "80" ? "7f"
            : right),
        new("the 10 lowest bits of the result cleared", "accumulator narrower than binary32", "deepseek-ai/DeepGEMM#37",
            "dot+e4m3+truncation", (_, _, right)
            => Hex(Parse(right) & 0xFFFF_FC00, 8)),
        Other("rounding=ties-to-even", "binary32 -> E8M0 rounds to nearest", "tile-ai/tilelang#2042",
            "encode+e8m0+rounding=toward-positive", p
            => p with { Rounding = RoundingMode.TiesToEven }),
        new("random bits reversed", "stochastic rounding maps its bits in another order", "NVIDIA/TransformerEngine#2751",
            "encode+e4m3+rounding=stochastic:8",
            (q, w, right) => Answered(q, $"{w[0]} {Hex(Reversed(Parse(w[1])))}", right)),
        new("format=e4m3fnuz", "FNUZ for OCP", "triton-lang/triton#10745", "decode+e4m3", (_, w, _)
            => Answerer.For(Question.Of(Operation.Decode, ["e4m3fnuz"], [])).Answer(w[0])),
        new("the result becomes 43f00000 of positive numbers, where it is NaN", "code 7F decoded as 480", "ml-explore/mlx#4164",
            "decode+e4m3", (_, w, right) => w[0] == "7f" ? "43f00000" : right),
        new("bit 30 of the result cleared", "INT8 code 80 read as sign and magnitude", "microsoft/microxcaling#3", "decode+int8",
            (_, w, right) => w[0] == "80" ? "80000000"
            : right),
        Other("int8-minus-two=clamped", "INT8 code 80 never written", "microsoft/microxcaling#3", "encode+int8", p
            => p with { Int8MinusTwo = Int8MinusTwo.Clamped }),
    ];

    private static Mutant Other(string? cause, string name, string reported, string only, Func<ConversionPolicy, ConversionPolicy> change)
        => Asked(cause, name, reported, only, q => q with { Policy = change(q.Policy) });

    private static Mutant Asked(string? cause, string name, string reported, string only, Func<Question, Question> change)
        => new(cause, name, reported, only, (q, w, _) => Answerer.For(change(q)).Answer(string.Join(' ', w)));

    private static string Answered(Question question, string operands, string otherwise)
    {
        try
        {
            return Answerer.For(question).Answer(operands);
        }
        catch (RequestException)
        {
            return otherwise;
        }
    }

    private static string ScaleOfProduct(string amax, uint factor, string right)
    {
        Number value = Binary32.Decode(Parse(amax));
        Number product = Binary32.Multiply(value.Finite, Binary32.Decode(factor).Finite);
        return product.Finite.IsZero ? right : Hex((uint)Math.Clamp(product.Finite.FloorLog2 + 127, 0, 254));
    }

    /// <summary>1 / X one unit in the last place too low, as a fast reciprocal gives it.</summary>
    private static string ApproximateReciprocal(Question question, string block, string right)
    {
        Number x = ScaleCodec.Decode(ScaleFormat.Ue4M3, (byte)Parse(right[..2]));
        if (!x.IsFinite || x.Finite.IsZero)
        {
            return right;
        }

        Dyadic reciprocal = Binary32.Decode(Binary32.Round((Quotient)Dyadic.PowerOfTwo(0) / x.Finite) - 1).Finite;
        return right[..3] + string.Concat(Enumerable.Range(0, block.Length / 8).Select(i =>
        {
            Number v = Binary32.Decode(Parse(block.Substring(8 * i, 8)));
            return v.IsFinite ? Hex(ElementCodec.Encode(ElementFormat.Of<E2M1>(), Binary32.Multiply(v.Finite, reciprocal), question.Policy))
                : right.Substring(3 + (2 * i), 2);
        }));
    }

    private static TensorScale? Inverse(TensorScale? scale)
        => scale is { IsDivisor: false } s ? Binary32.Divide(Dyadic.PowerOfTwo(0), s.Stored).Finite : scale;

    private static string Interleaved(string bytes) => string.Concat(bytes.Chunk(2).Select(b => $"0{b[1]}0{b[0]}"));

    private static string PackedHighFirst(string codes)
    {
        string bits = string.Concat(codes.Chunk(2).Select(c => Convert.ToString(Parse(new string(c)), 2).PadLeft(6, '0')));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        return string.Concat(bits.Chunk(8).Select(b => Hex(Convert.ToUInt32(new string(b), 2))));
    }

    private static uint Reversed(uint bits) => Convert.ToUInt32(new string([.. Convert.ToString(bits, 2).PadLeft(8, '0').Reverse()]), 2);

    private static string Byte(string words, int at, Func<int, int> change)
        => words[..(2 * at)] + Hex((uint)change((int)Parse(words.Substring(2 * at, 2)))) + words[((2 * at) + 2)..];

    private static uint Parse(string digits) => Convert.ToUInt32(digits, 16);

    private static string Hex(uint code, int digits = 2) => code.ToString("x" + digits, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The reference with a defect.</summary>
internal sealed class MutantKernel(Mutant mutant) : IKernelUnderTest
{
    private readonly Answers answers = new();

    public string Name => mutant.Name;

    public IReadOnlyList<string> Declared => [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.Select(request =>
    {
        Question question = Question.Parse(request, out string operands);
        return Reply.Of(mutant.Answer(question, operands.Split(' '), answers.Answer(request)));
    });

    public void Dispose()
    {
    }
}
