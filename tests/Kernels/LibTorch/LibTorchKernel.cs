using Mxact.Vectors;
using TorchSharp;

namespace Mxact.Kernels.LibTorch;

/// <summary>
/// libtorch's casts to and from its eight-bit floats on the processor. They have no attributes, and are asked for ties to even and no
/// saturation, which is what the element casts do; where E8M0's does otherwise, and which NaN codes are written, the suite finds out.
/// </summary>
internal sealed class LibTorchKernel : CastKernel<TorchCast>
{
    protected override TorchCast? CastOf(Question question) => (question.Operation, EightBit(question.Formats[0])) switch
    {
        (Operation.Decode, { } code) => new(code, TorchType.Float),
        (Operation.Encode, { } code) when Wide(question.From) is { } wide && IsOffered(question.Policy) => new(wide, code),
        _ => null,
    };

    protected override (int From, int To) Bytes(TorchCast cast) => (cast.From.Bytes, cast.To.Bytes);

    /// <summary>Tensors are filled and read as bytes on both sides of the cast: no bit passes through a managed number.</summary>
    protected override byte[] Run(TorchCast cast, byte[] input)
    {
        using torch.Tensor values = torch.empty(input.Length / cast.From.Bytes, dtype: cast.From.Scalar);
        input.CopyTo(values.bytes);
        using torch.Tensor made = values.to(cast.To.Scalar);
        return made.bytes.ToArray();
    }

    private static bool IsOffered(ConversionPolicy policy)
        => policy.Rounding == RoundingMode.TiesToEven && policy.Overflow == OverflowPolicy.NonFinite;

    private static TorchType? EightBit(string format) => format switch
    {
        "e4m3" => TorchType.Float8E4M3FN,
        "e5m2" => TorchType.Float8E5M2,
        "e4m3fnuz" => TorchType.Float8E4M3FNUZ,
        "e5m2fnuz" => TorchType.Float8E5M2FNUZ,
        "e8m0" => TorchType.Float8E8M0FNU,
        _ => null,
    };

    private static TorchType? Wide(ElementFormat format) => format.Name switch
    {
        "fp32" => TorchType.Float,
        "fp16" => TorchType.Half,
        "bf16" => TorchType.BFloat16,
        _ => null,
    };
}
