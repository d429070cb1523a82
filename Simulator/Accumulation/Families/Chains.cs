using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>Dot products as software writes them: every operation rounded to the output format.</summary>
internal static class Chains
{
    /// <summary>s = c; s = fl(a_k b_k + s) from left to right.</summary>
    public static uint Fma(DotOperands x, uint c, ModelOutput output)
    {
        RoundedArithmetic fl = new(output);
        Number s = fl.Decode(c);
        for (int k = 0; k < x.Length; k++)
        {
            s = fl.MultiplyAdd(ScaledElements.OfA(x, k), ScaledElements.OfB(x, k), s);
        }

        return fl.Encode(s);
    }

    /// <summary>s = c; s = fl(s + fl(a_k b_k)) from left to right.</summary>
    public static uint MulAdd(DotOperands x, uint c, ModelOutput output)
    {
        RoundedArithmetic fl = new(output);
        Number s = fl.Decode(c);
        for (int k = 0; k < x.Length; k++)
        {
            s = fl.Add(s, fl.Multiply(ScaledElements.OfA(x, k), ScaledElements.OfB(x, k)));
        }

        return fl.Encode(s);
    }

    /// <summary>Neighbours added level by level, a last one without neighbour carried up; the root added to c last.</summary>
    public static uint Pairwise(DotOperands x, uint c, ModelOutput output)
    {
        RoundedArithmetic fl = new(output);
        if (x.Length == 0)
        {
            return c;
        }

        Number[] level = new Number[x.Length];
        for (int k = 0; k < level.Length; k++)
        {
            level[k] = fl.Multiply(ScaledElements.OfA(x, k), ScaledElements.OfB(x, k));
        }

        for (int width = level.Length; width > 1; width = (width + 1) / 2)
        {
            for (int i = 0; i < width; i += 2)
            {
                level[i / 2] = i + 1 < width ? fl.Add(level[i], level[i + 1]) : level[i];
            }
        }

        return fl.Encode(fl.Add(fl.Decode(c), level[0]));
    }

    /// <summary>
    /// Kahan 1965: y = p - e; t = s + y; e = (t - s) - y; s = t, starting at s = c, e = 0. An infinity makes e and then s NaN, as it
    /// does in software.
    /// </summary>
    public static uint Kahan(DotOperands x, uint c, ModelOutput output)
    {
        RoundedArithmetic fl = new(output);
        Number s = fl.Decode(c);
        Number e = Dyadic.Zero;
        for (int k = 0; k < x.Length; k++)
        {
            Number y = fl.Subtract(fl.Multiply(ScaledElements.OfA(x, k), ScaledElements.OfB(x, k)), e);
            Number t = fl.Add(s, y);
            e = fl.Subtract(fl.Subtract(t, s), y);
            s = t;
        }

        return fl.Encode(s);
    }
}
