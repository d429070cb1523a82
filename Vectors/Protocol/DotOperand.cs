using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Vectors;

/// <summary>
/// One operand of a dot product as its name says it: <c>e4m3</c>, a block format (<c>mxfp4</c>, <c>nvfp4</c>), or an element format
/// with its scales (<c>e2m1/ue4m3/16</c>).
/// </summary>
/// <param name="Element">Format of the codes.</param>
/// <param name="Scale">The scales the name fixes; null when it names none.</param>
internal sealed record DotOperand(ElementFormat Element, BlockScale? Scale)
{
    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out DotOperand? operand)
    {
        operand = null;
        if (MxFormats.Find(name) is { } block)
        {
            operand = new(block.Element, new(block.Scale, block.BlockSize));
            return true;
        }

        string[] parts = name.Split('/', 2);
        BlockScale? scale = null;
        if (
            !ElementFormat.TryParse(parts[0], out ElementFormat? element)
                || (parts.Length == 2 && !BlockScale.TryParse(parts[1], out scale)))
        {
            return false;
        }

        operand = new(element, scale);
        return true;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="RequestException">It is none.</exception>
    public static DotOperand Parse(string name)
        => TryParse(name, out DotOperand? operand)
            ? operand
            : throw new RequestException(
                FormatNames.Unknown(Question.Shown(name), [.. MxFormats.All.Select(f => f.Name),
                    .. ElementFormats.Elements.Select(f => f.Name)])
                + "; an operand is an element format (e4m3), a block format (mxfp4, nvfp4) or both parts (e2m1/ue4m3/16)");

    /// <summary>The shortest name: a block format's where there is one.</summary>
    public override string ToString()
        => Scale is null ? Element.Name
            : MxFormats.All.FirstOrDefault(
                block => block.Element == Element && block.Scale == Scale.Format && block.BlockSize == Scale.BlockSize)?.Name
            ?? string.Create(CultureInfo.InvariantCulture, $"{Element}/{Scale}");
}
