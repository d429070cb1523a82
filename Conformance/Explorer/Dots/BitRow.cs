using System.Text;
using Mxact.Simulator.Exact;

namespace Mxact.Explorer.Dots;

/// <summary>A number as bits under the powers of two of a grid: what is kept, and what fell off.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Kept">Its bits from the grid's left edge on, blanks where it has none.</param>
/// <param name="Cut">The bits after those, that fell off.</param>
/// <param name="Text">It in words.</param>
public sealed record BitRow(string Label, string Kept, string Cut, string Text)
{
    /// <summary>The row of a number.</summary>
    /// <param name="label">What it is.</param>
    /// <param name="number">The number.</param>
    /// <param name="high">The power of two of the first column.</param>
    /// <param name="low">That of the last.</param>
    /// <param name="quantum">The power of two below which it is cut.</param>
    internal static BitRow Of(string label, Number number, int high, int low, int quantum)
    {
        if (!number.IsFinite || number.Finite.IsZero)
        {
            return new(label, "", "", number.ToString());
        }

        Dyadic value = number.Finite;
        StringBuilder bits = new();
        for (int at = high; at >= low; at--)
        {
            bits.Append(at > value.FloorLog2 || at < value.LastBit ? ' ' : value.HasBit(at) ? '1' : '0');
        }

        int kept = Math.Clamp(high - quantum + 1, 0, bits.Length);
        string text = bits.ToString().TrimEnd();
        string cut = text.Length > kept ? text[kept..].TrimStart() : "";
        return new(label, (value.Negative ? "-" : "+") + text[..^cut.Length], cut, value.ToString());
    }
}
