using System.Collections.Immutable;

namespace Mxact;

/// <summary>The format of a block's shared scale: one byte.</summary>
public sealed record ScaleFormat
{
    private ScaleFormat(string name, ElementFormat? element, Clause source, bool isExtension)
    {
        Name = name;
        Element = element;
        Source = source;
        IsExtension = isExtension;
    }

    /// <summary>Bias of E8M0: code c is 2^(c - 127) (MX 5.4.1).</summary>
    public const int E8M0Bias = 127;

    /// <summary>Largest exponent E8M0 holds: code FE (MX 5.4.1).</summary>
    public const int E8M0EMax = 127;

    /// <summary>Smallest exponent E8M0 holds: code 00, 2^-127 (MX 5.4.1).</summary>
    public const int E8M0EMin = -127;

    /// <summary>The NaN of E8M0 (MX 5.4.1).</summary>
    public const byte E8M0NaN = 0xFF;

    /// <summary>E8M0: a power of two, 2^(code - 127), FF is NaN, no zero, no infinity, no sign (MX 5.4.1).</summary>
    public static ScaleFormat E8M0 { get; } = new("e8m0", null, Clauses.E8M0, isExtension: false);

    /// <summary>UE4M3, the block scale of NVFP4 (extension).</summary>
    public static ScaleFormat Ue4M3 { get; } = new("ue4m3", ElementFormats.Ue4M3, Clauses.Nvfp4, isExtension: true);

    /// <summary>UE5M3, a block scale of PTX ISA 9.4's mxf4nvf4 and of AMD's gfx1250 (extension).</summary>
    public static ScaleFormat Ue5M3 { get; } = new("ue5m3", ElementFormats.Ue5M3, Clauses.Ue5M3, isExtension: true);

    /// <summary>Every scale format.</summary>
    public static ImmutableArray<ScaleFormat> All { get; } = [E8M0, Ue4M3, Ue5M3];

    /// <summary>The scale format of that name, or null; the spellings of other tools are known (<c>ue8m0</c>, <c>e8m0fnu</c>).</summary>
    public static ScaleFormat? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string canonical = FormatNames.Canonical(name);
        return All.FirstOrDefault(f => f.Name == canonical);
    }

    /// <summary>The name a user types.</summary>
    public string Name { get; }

    /// <summary>The minifloat behind the scale, or null for E8M0, whose codes are exponents alone.</summary>
    public ElementFormat? Element { get; }

    /// <summary>Where the format is defined.</summary>
    public Clause Source { get; }

    /// <summary>True when the format is not MX's.</summary>
    public bool IsExtension { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
