using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// Intel's dot products: binary32 fused multiply-adds, ties to even, subnormal inputs taken as zero and subnormal results flushed,
/// both with their sign (Intel SDM; DAZ = FTZ = 1), in several orders. Of TDPBF16PS Intel's manuals have two: both are here, and a Xeon
/// does the SDM's.
/// </summary>
internal static class FlushedFma
{
    /// <summary>One chain from c over all products, even before odd: the Intrinsics Guide's operation.</summary>
    public static uint Chain(DotOperands x, uint c, ModelOutput output)
    {
        Number s = Daz(output.Format, c);
        for (int k = 0; k < x.Length; k++)
        {
            s = Fma(x, k, s);
        }

        return output.Encode(s);
    }

    /// <summary>Two chains from zero over even and odd products, added together, then to c: the SDM's operation.</summary>
    public static uint Pairs(DotOperands x, uint c, ModelOutput output)
    {
        Number even = Dyadic.Zero;
        Number odd = Dyadic.Zero;
        for (int k = 0; k < x.Length; k++)
        {
            if (k % 2 == 0)
            {
                even = Fma(x, k, even);
            }
            else
            {
                odd = Fma(x, k, odd);
            }
        }

        Number pair = Ftz(NumberArithmetic.Add(even, odd));
        return output.Encode(Ftz(NumberArithmetic.Add(Daz(output.Format, c), pair)));
    }

    /// <summary>A chain from c over two products, the odd one first: VDPBF16PS.</summary>
    public static uint OddFirst(DotOperands x, uint c, ModelOutput output)
    {
        Number s = Daz(output.Format, c);
        for (int k = x.Length - 1; k >= 0; k--)
        {
            s = Fma(x, k, s);
        }

        return output.Encode(s);
    }

    /// <summary>
    /// Of every four products two are added, and their sum to a first sum; the other two, and theirs to a second. Both sums, from zero,
    /// are added together, then to c.
    /// </summary>
    public static uint FoursInPairs(DotOperands x, uint c, ModelOutput output)
    {
        Number[] sums = [Dyadic.Zero, Dyadic.Zero];
        for (int k = 0; k < x.Length; k += 2)
        {
            ref Number sum = ref sums[k / 2 % 2];
            sum = Ftz(NumberArithmetic.Add(sum, Ftz(NumberArithmetic.Add(Product(x, k), Product(x, k + 1)))));
        }

        return output.Encode(Ftz(NumberArithmetic.Add(Daz(output.Format, c), Ftz(NumberArithmetic.Add(sums[0], sums[1])))));
    }

    /// <summary>Four chains from zero, over every fourth product; their sums are added in two pairs, these together, then to c.</summary>
    public static uint FoursInLanes(DotOperands x, uint c, ModelOutput output)
    {
        Number[] sums = [Dyadic.Zero, Dyadic.Zero, Dyadic.Zero, Dyadic.Zero];
        for (int k = 0; k < x.Length; k++)
        {
            sums[k % 4] = Fma(x, k, sums[k % 4]);
        }

        Number all = Ftz(NumberArithmetic.Add(Ftz(NumberArithmetic.Add(sums[0], sums[1])), Ftz(NumberArithmetic.Add(sums[2], sums[3]))));
        return output.Encode(Ftz(NumberArithmetic.Add(Daz(output.Format, c), all)));
    }

    private static Number Fma(DotOperands x, int k, Number s) => Ftz(NumberArithmetic.Add(Product(x, k), s));

    private static Number Product(DotOperands x, int k) => NumberArithmetic.Multiply(Daz(x.A, x.ACodes[k]), Daz(x.B, x.BCodes[k]));

    private static Number Daz(ElementFormat format, uint code)
    {
        Number value = ElementCodec.Decode(format, code);
        return IsTiny(value) ? Dyadic.Zero with { Negative = value.Negative } : value;
    }

    /// <summary>
    /// Rounded to binary32. x86 judges tininess after rounding as if the exponent had no lower bound (SDM 1, 4.9.1.5), so the value is
    /// rounded to 24 bits before it is compared with 2^-126.
    /// </summary>
    private static Number Ftz(Number exact)
    {
        if (exact.IsFinite && !exact.Finite.IsZero)
        {
            int quantum = exact.Finite.FloorLog2 - ElementFormats.Binary32.MantissaBits;
            Dyadic unbounded = new(exact.Negative, Rounding.ToQuantum(exact.Finite, quantum, RoundingMode.TiesToEven), quantum);
            if (IsTiny(unbounded))
            {
                return Dyadic.Zero with { Negative = exact.Negative };
            }
        }

        return Binary32.Decode(Binary32.Encode(exact));
    }

    private static bool IsTiny(Number value)
        => value.IsFinite && !value.Finite.IsZero && value.Finite.FloorLog2 < ElementFormats.Binary32.EMin;
}
