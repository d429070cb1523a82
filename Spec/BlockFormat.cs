using System.Collections.Immutable;

namespace Mxact;

/// <summary>A block format: <see cref="BlockSize"/> elements that share one scale (MX 5.1).</summary>
/// <param name="Name">The name a user types.</param>
/// <param name="Element">Format of the elements.</param>
/// <param name="Scale">Format of the shared scale.</param>
/// <param name="BlockSize">Elements in a block: k of MX 5.1.</param>
/// <param name="Source">Where the format is defined.</param>
public sealed record BlockFormat(string Name, ElementFormat Element, ScaleFormat Scale, int BlockSize, Clause Source)
{
    private const int MostElements = 1 << 24;

    /// <summary>The name a user types.</summary>
    public string Name { get; init => field = Arguments.Named(value, nameof(Name)); } = Arguments.Named(Name);

    /// <summary>Format of the elements.</summary>
    public ElementFormat Element { get; init => field = Arguments.Given(value, nameof(Element)); } = Arguments.Given(Element);

    /// <summary>Format of the shared scale.</summary>
    public ScaleFormat Scale { get; init => field = Arguments.Given(value, nameof(Scale)); } = Arguments.Given(Scale);

    /// <summary>Elements in a block, 1 to 2^24: k of MX 5.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public int BlockSize { get; init => field = Arguments.Within(value, 1, MostElements, nameof(BlockSize)); }
        = Arguments.Within(BlockSize, 1, MostElements);

    /// <summary>Where the format is defined.</summary>
    public Clause Source { get; init => field = Arguments.Given(value, nameof(Source)); } = Arguments.Given(Source);

    /// <summary>True when the format is not one of MX 5.2's.</summary>
    public bool IsExtension => Element.IsExtension || Scale.IsExtension || BlockSize != MxFormats.BlockSize;

    /// <summary>Bits of one block: w + k d (MX 5.1).</summary>
    public int BitsPerBlock => 8 + (BlockSize * Element.Bits);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The catalogue of block formats.</summary>
public static class MxFormats
{
    /// <summary>Elements in a block of every concrete MX format (MX 5.2).</summary>
    public const int BlockSize = 32;

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

    /// <summary>The six formats of MX 5.2, then the extensions.</summary>
    public static ImmutableArray<BlockFormat> All { get; } = [Mxfp8E5M2, Mxfp8E4M3, Mxfp6E3M2, Mxfp6E2M3, Mxfp4, Mxint8, Nvfp4];

    /// <summary>The format of that name, or null; underscores and any case are known (<c>MXFP8_E4M3</c>).</summary>
    public static BlockFormat? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string canonical = FormatNames.Canonical(name);
        return All.FirstOrDefault(f => f.Name == canonical);
    }

    /// <summary>Any element format in blocks of 32 under E8M0: how a declared minifloat becomes a block format.</summary>
    public static BlockFormat Of(ElementFormat element)
    {
        ArgumentNullException.ThrowIfNull(element);
        return All.FirstOrDefault(f => f.Element == element && f.Scale == ScaleFormat.E8M0) ?? Mx("mx-" + element.Name, element);
    }

    private static BlockFormat Mx(string name, ElementFormat element)
        => new(name, element, ScaleFormat.E8M0, BlockSize, Clauses.ConcreteFormats);
}
