using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mxact.Simulator.Accumulation.Models;

/// <summary>The scales a model takes: one code for each <paramref name="BlockSize"/> elements of A, and one for as many of B.</summary>
/// <param name="Format">Format of the codes.</param>
/// <param name="BlockSize">Elements under one scale.</param>
internal sealed record BlockScale(ScaleFormat Format, int BlockSize)
{
    /// <summary>E8M0 over 32 elements: the MX formats (MX 5.2).</summary>
    public static BlockScale Mx { get; } = new(ScaleFormat.E8M0, MxFormats.BlockSize);

    /// <summary>E8M0 over 16 elements.</summary>
    public static BlockScale E8M0By16 { get; } = new(ScaleFormat.E8M0, 16);

    /// <summary>UE4M3 over 16 elements: NVFP4.</summary>
    public static BlockScale Nvfp4 { get; } = new(ScaleFormat.Ue4M3, 16);

    /// <summary>Reads <c>e8m0/32</c> (or <c>ue8m0/32</c>, and the other spellings of <see cref="FormatNames"/>) and
    /// <c>ue4m3/16</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BlockScale? scale)
    {
        scale = null;
        string[] parts = text.Split('/');
        if (ScaleFormat.Find(parts[0]) is not { } format || parts.Length != 2
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            || size < 1)
        {
            return false;
        }

        scale = new(format, size);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Format}/{BlockSize}");
}
