using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>One tensor of a file: row-major, little-endian.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its extents; none for a single number.</param>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="Bytes">How many there are.</param>
internal sealed record TensorInfo(string Name, TensorType Type, ImmutableArray<long> Shape, long Offset, long Bytes)
{
    /// <summary>The most characters of a name that a message shows.</summary>
    private const int MaxShown = 80;

    /// <summary>Which file of a checkpoint holds it.</summary>
    public int File { get; init; }

    /// <summary>Whether its type is what the user said, because the file has no name for it.</summary>
    public bool IsNameless { get; init; }

    /// <summary>Elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>The last extent: elements of a row.</summary>
    public long Columns => Shape.IsEmpty ? 1 : Shape[^1];

    /// <summary>The product of the other extents.</summary>
    public long Rows => Columns == 0 ? 0 : Count / Columns;

    /// <summary>The shape as people write it.</summary>
    public string ShapeText => TextOf(Shape);

    /// <summary>The name as a message shows it: short and printable whatever it is.</summary>
    public string ShownName => Shown(Name);

    public static string TextOf(IEnumerable<long> shape)
        => $"[{string.Join(", ", shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture)))}]";

    public static string Shown(string name) => Printable.Short(name, MaxShown);
}
