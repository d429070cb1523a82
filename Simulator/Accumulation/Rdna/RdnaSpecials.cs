using Mxact.Simulator.Accumulation.Families;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>What an RDNA dot product gives where not all is finite: settled before any sum, and alike in both generations.</summary>
internal static class RdnaSpecials
{
    /// <summary>What a NaN factor gives in binary32: the unit's own payload.</summary>
    private const uint NaNFactor = 0xFFC0_0A3D;

    /// <summary>
    /// The result's bits, or null where every number is finite: a NaN among the factors comes first, then 0 times infinity and infinite
    /// products of both signs, then a NaN addend, quieted, then infinities.
    /// </summary>
    /// <param name="output">The format of addend and result.</param>
    /// <param name="a">The factors of A.</param>
    /// <param name="b">Those of B.</param>
    /// <param name="c">The addend.</param>
    /// <param name="bits">The addend's bits.</param>
    public static uint? Of(ElementFormat output, ReadOnlySpan<Term> a, ReadOnlySpan<Term> b, Term c, uint bits)
    {
        uint infinity = output.MaxMagnitude + 1, quiet = 1u << (output.MantissaBits - 1);
        uint invalid = output.SignMask | infinity | quiet;
        bool nan = false, wrong = false, plus = false, minus = false;
        for (int k = 0; k < a.Length; k++)
        {
            Term product = a[k] * b[k];
            bool factor = a[k].Kind == NumberKind.NaN || b[k].Kind == NumberKind.NaN;
            nan |= factor;
            wrong |= product.Kind == NumberKind.NaN && !factor;
            plus |= product.Kind == NumberKind.Infinity && !product.Negative;
            minus |= product.Kind == NumberKind.Infinity && product.Negative;
        }

        if (nan)
        {
            return output == ElementFormats.Binary32 ? NaNFactor : invalid;
        }

        if (wrong || (plus && minus))
        {
            return invalid;
        }

        if (c.Kind == NumberKind.NaN)
        {
            return bits | quiet;
        }

        plus |= c.Kind == NumberKind.Infinity && !c.Negative;
        minus |= c.Kind == NumberKind.Infinity && c.Negative;
        return plus && minus ? invalid : plus ? infinity : minus ? output.SignMask | infinity : null;
    }
}
