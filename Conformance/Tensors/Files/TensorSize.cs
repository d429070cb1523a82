using System.Collections.Immutable;

namespace Mxact.Tensors.Files;

/// <summary>The size that a type and a shape demand, with every overflow seen.</summary>
internal static class TensorSize
{
    /// <summary>The most extents of a shape: NumPy's limit.</summary>
    public const int MostExtents = 64;

    /// <summary>Bytes, or null where the product overflows or leaves a byte half full.</summary>
    public static long? Of(TensorType type, ImmutableArray<long> shape)
    {
        // An extent of zero makes the product zero, but a product that overflows on the way is refused as safetensors refuses it.
        UInt128 bits = (UInt128)type.Bits;
        foreach (long extent in shape)
        {
            bits *= (ulong)extent;
            if (bits > long.MaxValue)
            {
                return null;
            }
        }

        return bits % 8 == 0 ? (long)(bits / 8) : null;
    }
}
