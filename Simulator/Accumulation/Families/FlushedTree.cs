using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// AMD CDNA2 (MMA-Sim's FTZ-AddMul): subnormal inputs become +0, products and sums are binary32 operations, ties to even, whose
/// subnormal results become zeros of their sign. L products are added as a balanced tree, and the tree to c.
/// </summary>
internal static class FlushedTree
{
    /// <summary>
    /// All of K in steps of <paramref name="l"/> = 2 or 4 products. c loses its sign of zero once, on entry; between steps a sum that
    /// was flushed keeps it.
    /// </summary>
    public static uint Whole(DotOperands x, uint c, int l, ModelOutput output)
    {
        if (x.Length == 0)
        {
            return c;
        }

        Number sum = Input(output.Format, c);
        for (int start = 0; start < x.Length; start += l)
        {
            sum = Flushed(NumberArithmetic.Add(sum, Tree(x.Step(start, l), output)), output);
        }

        return output.Encode(sum);
    }

    private static Number Tree(DotOperands x, ModelOutput output)
    {
        Number[] level = new Number[x.Length];
        for (int k = 0; k < level.Length; k++)
        {
            level[k] = Flushed(NumberArithmetic.Multiply(Input(x.A, x.ACodes[k]), Input(x.B, x.BCodes[k])), output);
        }

        for (int width = level.Length; width > 1; width /= 2)
        {
            for (int i = 0; i < width; i += 2)
            {
                level[i / 2] = Flushed(NumberArithmetic.Add(level[i], level[i + 1]), output);
            }
        }

        return level[0];
    }

    /// <summary>An input's value; subnormals and both zeros are +0.</summary>
    private static Number Input(ElementFormat format, uint code)
    {
        Number value = ElementCodec.Decode(format, code);
        return IsBelowNormal(format, value) ? Dyadic.Zero : value;
    }

    /// <summary>Rounded to binary32, then a subnormal to a zero of its sign.</summary>
    private static Number Flushed(Number exact, ModelOutput output)
    {
        Number rounded = ElementCodec.Decode(output.Format, output.Encode(exact));
        return IsBelowNormal(output.Format, rounded) ? Dyadic.Zero with { Negative = rounded.Negative } : rounded;
    }

    private static bool IsBelowNormal(ElementFormat format, Number value)
        => value.IsFinite && (value.Finite.IsZero || value.Finite.FloorLog2 < format.EMin);
}
