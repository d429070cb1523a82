using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// bfloat16 as a rounding: values stay in binary32 tensors, with the bits of their nearest bfloat16 neighbours, ties to even.
/// </summary>
internal static class BFloat16
{
    /// <summary>The codes of binary32 bits that are bfloat16's.</summary>
    public static ushort[] ToCodes(ReadOnlySpan<uint> words)
    {
        ushort[] codes = new ushort[words.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (ushort)(words[i] >> 16);
        }

        return codes;
    }

    public static Tensor Round(Tensor values)
    {
        using Tensor narrow = values.to(ScalarType.BFloat16);
        return narrow.to(ScalarType.Float32);
    }
}
