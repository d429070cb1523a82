using Mxact.Simulator.Accumulation.Families;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>What an RDNA dot product gives where not all is finite: settled before any sum, and alike in both generations.</summary>
internal static class RdnaSpecials
{
    /// <summary>What a NaN factor gives: the unit's own payload, one in each format.</summary>
    private const uint NaNFactor = 0xFFC0_0A3D, NaNFactor16 = 0xFE3D, NaNFactorBrain = 0xFFFD;

    /// <summary>A binary32 result as a bfloat16 one: its upper half, but for the NaN of a factor.</summary>
    public static uint UpperHalf(uint bits) => bits == NaNFactor ? NaNFactorBrain : bits >> 16;

    /// <summary>
    /// The result's bits, or null where every number is finite: a NaN among the factors comes first, then 0 times infinity and infinite
    /// products of both signs, then a NaN addend, quieted, then infinities. Of eight-bit factors what is invalid is a NaN factor's NaN.
    /// </summary>
    /// <param name="output">The format of addend and result: binary32 or binary16.</param>
    /// <param name="a">The factors of A.</param>
    /// <param name="b">Those of B.</param>
    /// <param name="areBytes">Whether factors have eight bits.</param>
    /// <param name="c">The addend.</param>
    /// <param name="bits">The addend's bits.</param>
    public static uint? Of(ElementFormat output, ReadOnlySpan<Term> a, ReadOnlySpan<Term> b, bool areBytes, Term c, uint bits)
    {
        uint infinity = output.MaxMagnitude + 1, quiet = 1u << (output.MantissaBits - 1);
        uint factor = output == ElementFormats.Binary32 ? NaNFactor : NaNFactor16;
        uint invalid = areBytes ? factor : output.SignMask | infinity | quiet;
        bool nan = false, wrong = false, plus = false, minus = false;
        for (int k = 0; k < a.Length; k++)
        {
            Term product = a[k] * b[k];
            bool isNaN = a[k].Kind == NumberKind.NaN || b[k].Kind == NumberKind.NaN;
            nan |= isNaN;
            wrong |= product.Kind == NumberKind.NaN && !isNaN;
            plus |= product.Kind == NumberKind.Infinity && !product.Negative;
            minus |= product.Kind == NumberKind.Infinity && product.Negative;
        }

        if (nan)
        {
            return factor;
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
