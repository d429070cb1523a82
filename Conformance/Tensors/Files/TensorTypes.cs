using System.Collections.Immutable;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>The element formats that a type of a file stands for.</summary>
internal static class TensorTypes
{
    private static readonly ImmutableArray<(TensorType Type, ElementFormat Element)> Elements =
    [
        (TensorType.F8E4M3, ElementFormats.E4M3), (TensorType.F8E5M2, ElementFormats.E5M2),
        (TensorType.F8E4M3Fnuz, ElementFormats.E4M3Fnuz), (TensorType.F8E5M2Fnuz, ElementFormats.E5M2Fnuz),
        (TensorType.BF16, ElementFormats.BFloat16),
    ];

    /// <summary>The element format of a type of whole bytes.</summary>
    public static ElementFormat ElementOf(TensorType type) => Elements.First(e => e.Type == type).Element;

    /// <summary>The type of that element format, where a file has no name for it.</summary>
    /// <exception cref="UsageException">It is none of whole bytes.</exception>
    public static TensorType RequireNameless(string name) => Elements
        .FirstOrDefault(e => e.Element.Name == FormatNames.Canonical(name)).Type ?? throw new UsageException(
            $"--as is {string.Join(", ", Elements.Select(e => e.Element.Name))}, not '{Printable.Short(name, 40)}'");
}
