using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// bfloat16 as a rounding: values stay in binary32 tensors, with the bits of their nearest bfloat16 neighbours, ties to even.
/// </summary>
internal static class BFloat16
{
    public static Tensor Round(Tensor values)
    {
        using Tensor narrow = values.to(ScalarType.BFloat16);
        return narrow.to(ScalarType.Float32);
    }
}
