using System.Collections.Immutable;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>
/// How a layout stores the codes of one block format. The bytes are the same in every form: a stream of codes along the last axis, the
/// first lowest. Only the type and the shape that a file gives them differ.
/// </summary>
/// <param name="Format">The block format.</param>
/// <param name="Type">The type that the file gives the codes.</param>
/// <param name="SplitsBlocks">Whether a block has an axis of its own: <c>[.., N, K / 32, 16]</c>.</param>
internal sealed record CodeForm(BlockFormat Format, TensorType Type, bool SplitsBlocks = false)
{
    /// <summary>Codes that one item of the stored tensor holds, or one where the file counts codes.</summary>
    private int CodesAnItem => Type.Values > 1 ? 1 : Math.Max(Type.Bits / Format.Element.Bits, 1);

    /// <summary>The shape in the file of values of a shape, or null where it does not hold them.</summary>
    public ImmutableArray<long>? Stored(ImmutableArray<long> shape)
    {
        if (CodesAnItem == 1 && !SplitsBlocks)
        {
            return shape;
        }

        if (shape.IsEmpty || shape[^1] % (SplitsBlocks ? Format.BlockSize : CodesAnItem) != 0)
        {
            return null;
        }

        return SplitsBlocks ? [.. shape[..^1], shape[^1] / Format.BlockSize, Format.BlockSize / CodesAnItem]
            : shape.SetItem(shape.Length - 1, shape[^1] / CodesAnItem);
    }

    /// <summary>The shape of the values of a tensor in the file, or null where it is none of this form.</summary>
    public ImmutableArray<long>? Values(ImmutableArray<long> stored)
    {
        if (CodesAnItem == 1 && !SplitsBlocks)
        {
            return stored;
        }

        if (SplitsBlocks)
        {
            return stored.Length >= 2 && stored[^1] == Format.BlockSize / CodesAnItem
                ? [.. stored[..^2], checked(stored[^2] * Format.BlockSize)] : null;
        }

        return stored.IsEmpty ? null : stored.SetItem(stored.Length - 1, checked(stored[^1] * CodesAnItem));
    }
}
