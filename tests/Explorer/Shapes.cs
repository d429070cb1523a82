using Mxact.Simulator.Accumulation.Models;
using Mxact.Vectors;

namespace Mxact.Explorer.Check;

/// <summary>Operands that a model takes.</summary>
internal static class Shapes
{
    private static readonly ElementFormat[] Any = [ElementFormats.E4M3, ElementFormats.E5M2, ElementFormats.E2M1, ElementFormats.E2M3];

    /// <summary>Formats as a link has them, the element formats, and the elements under a scale (0 where there is none).</summary>
    public static (string Link, ElementFormat A, ElementFormat B, int Block) Of(MatrixUnit unit, Draw draw)
    {
        IReadOnlyList<ElementFormat> elements = unit.Elements.IsEmpty ? Any : unit.Elements;
        ElementFormat a = draw.Of(elements);
        ElementFormat b = draw.Of(elements);
        BlockScale? scale = unit.ScaleIsOptional && draw.Below(2) == 0 ? null : unit.Scale;
        string Name(ElementFormat element) => Uri.EscapeDataString(new DotOperand(element, scale).ToString());
        return ($"a={Name(a)}&as=codes&b={Name(b)}", a, b, scale?.BlockSize ?? 0);
    }
}
