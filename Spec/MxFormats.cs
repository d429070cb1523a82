using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Mxact;

/// <summary>The catalogue of block formats.</summary>
public static class MxFormats
{
    /// <summary>Elements in a block of every concrete MX format (MX 5.2).</summary>
    public const int BlockSize = 32;

    /// <summary>The most elements of a block whose format is composed.</summary>
    internal const int MostComposed = 4096;

    private const string MxPrefix = "mx-";

    /// <summary>MXFP8 with E5M2 elements.</summary>
    public static BlockFormat Mxfp8E5M2 { get; } = Mx("mxfp8-e5m2", ElementFormat.Of<E5M2>());

    /// <summary>MXFP8 with E4M3 elements.</summary>
    public static BlockFormat Mxfp8E4M3 { get; } = Mx("mxfp8-e4m3", ElementFormat.Of<E4M3>());

    /// <summary>MXFP6 with E3M2 elements.</summary>
    public static BlockFormat Mxfp6E3M2 { get; } = Mx("mxfp6-e3m2", ElementFormat.Of<E3M2>());

    /// <summary>MXFP6 with E2M3 elements.</summary>
    public static BlockFormat Mxfp6E2M3 { get; } = Mx("mxfp6-e2m3", ElementFormat.Of<E2M3>());

    /// <summary>MXFP4: E2M1 elements.</summary>
    public static BlockFormat Mxfp4 { get; } = Mx("mxfp4", ElementFormat.Of<E2M1>());

    /// <summary>MXINT8: INT8 elements.</summary>
    public static BlockFormat Mxint8 { get; } = Mx("mxint8", ElementFormat.Int8);

    /// <summary>NVFP4: E2M1 elements, blocks of 16, a UE4M3 scale and one binary32 scale a tensor (extension).</summary>
    public static BlockFormat Nvfp4 { get; } = new("nvfp4", ElementFormat.Of<E2M1>(), ScaleFormat.Ue4M3, 16, Clauses.Nvfp4);

    /// <summary>
    /// NVFP4 in tiles of 16 x 16, as training kernels take weights so that a tensor and its transpose have the same scales: a block
    /// holds a tile's rows one after another (extension).
    /// </summary>
    public static BlockFormat Nvfp4Tile { get; } = new("nvfp4-16x16", ElementFormat.Of<E2M1>(), ScaleFormat.Ue4M3, 16 * 16, Clauses.Nvfp4);

    /// <summary>The six formats of MX 5.2, then NVFP4: those that units multiply and checkpoints hold.</summary>
    public static ImmutableArray<BlockFormat> All { get; } = [Mxfp8E5M2, Mxfp8E4M3, Mxfp6E3M2, Mxfp6E2M3, Mxfp4, Mxint8, Nvfp4];

    /// <summary>Extensions that the reference alone computes: NVFP4's tiles, and E2M1 under UE5M3 in blocks of 16 and 32.</summary>
    public static ImmutableArray<BlockFormat> Further { get; } =
        [Nvfp4Tile, Of(ElementFormat.Of<E2M1>(), ScaleFormat.Ue5M3, 16), Of(ElementFormat.Of<E2M1>(), ScaleFormat.Ue5M3, 32)];

    /// <summary>Those of both tables by their names, which stand in every question.</summary>
    private static readonly FrozenDictionary<string, BlockFormat> Named
        = All.Concat(Further).ToFrozenDictionary(format => format.Name, StringComparer.Ordinal);

    /// <summary>
    /// The format of that name, or null. <c>ELEMENT/SCALE/SIZE</c> composes one (<c>e2m1/ue5m3/16</c>), and <c>mx-ELEMENT</c> puts any
    /// element in blocks of 32 under E8M0; underscores and any case are known (<c>MXFP8_E4M3</c>).
    /// </summary>
    public static BlockFormat? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Named.TryGetValue(name, out BlockFormat? known) ? known : Read(FormatNames.Canonical(name));
    }

    /// <summary>Any element format in blocks of 32 under E8M0: how a declared minifloat becomes a block format.</summary>
    public static BlockFormat Of(ElementFormat element) => Of(element, ScaleFormat.E8M0, BlockSize);

    /// <summary>Any element format under any scale in blocks of any size: the one of that name where there is one.</summary>
    /// <param name="element">Format of the elements.</param>
    /// <param name="scale">Format of the shared scale.</param>
    /// <param name="blockSize">Elements in a block, 1 to 4096.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another size.</exception>
    public static BlockFormat Of(ElementFormat element, ScaleFormat scale, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(element);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockSize, MostComposed);
        return All.Append(Nvfp4Tile).FirstOrDefault(f => f.Element == element && f.Scale == scale && f.BlockSize == blockSize)
            ?? (scale == ScaleFormat.E8M0 && blockSize == BlockSize ? Mx(MxPrefix + element.Name, element)
                : new(string.Create(CultureInfo.InvariantCulture, $"{element}/{scale}/{blockSize}"), element, scale, blockSize,
                    scale.Source));
    }

    private static BlockFormat? Read(string canonical)
    {
        if (Named.TryGetValue(canonical, out BlockFormat? known))
        {
            return known;
        }

        if (canonical.StartsWith(MxPrefix, StringComparison.Ordinal))
        {
            return ElementFormat.TryParse(canonical[MxPrefix.Length..], out ElementFormat? declared) ? Of(declared) : null;
        }

        return canonical.Split('/') is [var first, var second, var third] && ElementFormat.TryParse(first, out ElementFormat? element)
            && ScaleFormat.Find(second) is { } scale
            && int.TryParse(third, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= 1 and <= MostComposed
                ? Of(element, scale, size) : null;
    }

    private static BlockFormat Mx(string name, ElementFormat element)
        => new(name, element, ScaleFormat.E8M0, BlockSize, Clauses.ConcreteFormats);
}
