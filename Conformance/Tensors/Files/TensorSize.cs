using System.Collections.Immutable;

namespace Mxact.Tensors.Files;

/// <summary>The size that a type and a shape demand, with every overflow seen.</summary>
internal static class TensorSize
{
    /// <summary>The most extents of a shape: NumPy's limit.</summary>
    public const int MostExtents = 64;

    /// <summary>Bytes, or null where the product overflows, leaves a byte half full, or rows end inside a group of values.</summary>
    public static long? Of(TensorType type, ImmutableArray<long> shape)
    {
        if (type.Values > 1)
        {
            if (shape.IsEmpty || shape[^1] % type.Values != 0)
            {
                return null;
            }

            shape = shape.SetItem(shape.Length - 1, shape[^1] / type.Values);
        }

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
