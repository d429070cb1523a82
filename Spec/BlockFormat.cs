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
