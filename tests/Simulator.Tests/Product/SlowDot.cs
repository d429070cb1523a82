using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Product;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests.Product;

/// <summary>
/// The units' definitions in arbitrary-precision integers, from the published descriptions and sharing no code with the
/// accelerated paths beyond the parameters: what both are held to.
/// </summary>
internal static class SlowDot
{
    private const int NoTerm = int.MinValue / 2;

    /// <summary>A term: its exact value and the exponent it aligns with.</summary>
    private readonly record struct Term(Dyadic Value, int Exponent);

    public static uint Compute(StepUnit unit, OperandData a, int row, OperandData b, int column, int k, uint c)
    {
        for (int start = 0; start < k; start += unit.Terms)
        {
            c = Step(unit, a, row, b, column, start, k, c);
        }

        return c;
    }

    private static uint Step(StepUnit unit, OperandData a, int row, OperandData b, int column, int start, int k, uint c)
    {
        bool half = unit.Output == StepOutput.Binary16NearestEven;
        ElementFormat output = half ? ElementFormats.Binary16 : ElementFormats.Binary32;
        Number accumulator = ElementCodec.Decode(output, c);
        int count = Math.Min(unit.Terms, k - start);
        bool nan = accumulator.IsNaN;
        HashSet<bool> infinities = accumulator.IsInfinity ? [accumulator.Negative] : [];
        Term[] products = new Term[count];
        for (int i = 0; i < count; i++)
        {
            (Number x, int ex, Dyadic sx, int esx) = Element(a, row, start + i, k);
            (Number y, int ey, Dyadic sy, int esy) = Element(b, column, start + i, k);
            bool scaleNaN = sx.Exponent == NoTerm || sy.Exponent == NoTerm;
            if (scaleNaN || x.IsNaN || y.IsNaN || (x.IsInfinity && y.IsFinite && y.Finite.IsZero)
                || (y.IsInfinity && x.IsFinite && x.Finite.IsZero))
            {
                nan = true;
                continue;
            }

            if (x.IsInfinity || y.IsInfinity)
            {
                infinities.Add(x.Negative ^ y.Negative);
                continue;
            }

            Dyadic product = x.Finite * y.Finite;
            if (unit.Kind == StepKind.Cdna3 && !product.IsZero && product.FloorLog2 >= 128)
            {
                infinities.Add(product.Negative);
                continue;
            }

            products[i] = unit.Kind == StepKind.Grouped
                ? new(product * sx * sy, (sx * sy).IsZero || product.IsZero ? NoTerm : esx + esy)
                : new(product * sx * sy, product.IsZero ? NoTerm : ex + ey + esx + esy);
        }

        if (nan || infinities.Count == 2)
        {
            return half ? 0x7FFFu : 0x7FFFFFFFu;
        }

        if (infinities.Count == 1)
        {
            return (infinities.Single() ? 1u << (output.Bits - 1) : 0) | (half ? 0x7C00u : 0x7F800000u);
        }

        Dyadic value = accumulator.Finite;
        int ec = value.IsZero ? NoTerm : Math.Max(value.FloorLog2, output.EMin);
        Dyadic sum = unit.Kind switch
        {
            StepKind.Fused => Fused(unit, products, value, ec),
            StepKind.Grouped
                => Fused(unit,
                [.. products.Chunk(16).Select(g
                => new Term(g.Select(t => t.Value).Aggregate(Dyadic.Zero, (s, t) => s + t), g.Max(t => t.Exponent)))], value, ec),
            StepKind.Cdna3 => Cdna3(unit, TruncatedSum(products, unit.FractionBits), products.Max(t => t.Exponent), value, ec, false),
            _ => Cdna3Fp8(unit, products, value, ec),
        };
        return Convert(unit.Output, output, sum);
    }

    private static Dyadic Fused(StepUnit unit, Term[] terms, Dyadic c, int ec)
    {
        int emax = Math.Max(Math.Max(ec, unit.ZeroExponent), terms.Max(t => t.Exponent));
        return terms.Append(new(c, ec)).Select(t => Truncate(t.Value, emax - unit.FractionBits)).Aggregate(Dyadic.Zero, (s, t) => s + t);
    }

    private static Dyadic TruncatedSum(IEnumerable<Term> terms, int fractionBits)
    {
        int emax = terms.Max(t => t.Exponent);
        return emax == NoTerm ? Dyadic.Zero
            : terms.Select(t => Truncate(t.Value, emax - fractionBits)).Aggregate(Dyadic.Zero, (s, t) => s + t);
    }

    private static Dyadic Cdna3Fp8(StepUnit unit, Term[] products, Dyadic c, int ec)
    {
        Term[] even = [.. products.Where((_, i) => i % 2 == 0)];
        Term[] odd = [.. products.Where((_, i) => i % 2 == 1).DefaultIfEmpty(new(Dyadic.Zero, NoTerm))];
        int edot = products.Max(t => t.Exponent);
        Dyadic dot = edot == NoTerm
            ? Dyadic.Zero
            : Floor(TruncatedSum(even, unit.FractionBits), edot - unit.FractionBits) + Floor(TruncatedSum(odd, unit.FractionBits),
                edot - unit.FractionBits);
        return Cdna3(unit, dot, edot, c, ec, true);
    }

    private static Dyadic Cdna3(StepUnit unit, Dyadic dot, int edot, Dyadic c, int ec, bool dropsSmallC)
    {
        ec = c.IsZero ? -126 : ec;
        if (dropsSmallC && ec < edot - unit.FractionBits - 1)
        {
            (c, ec) = (Dyadic.Zero, -126);
        }

        int emax = Math.Max(edot, ec);
        Dyadic sum = Floor(dot, emax - 32) + Floor(c, emax - unit.FractionBits);
        return sum.IsZero ? sum : Floor(sum, sum.FloorLog2 - 31);
    }

    private static uint Convert(StepOutput rho, ElementFormat output, Dyadic sum)
    {
        if (sum.IsZero)
        {
            return 0;
        }

        ConversionPolicy policy = new()
        {
            Rounding = rho is StepOutput.Binary32TowardZero or StepOutput.E8M13TowardZero ? RoundingMode.TowardZero
                : RoundingMode.TiesToEven,
            Overflow = OverflowPolicy.NonFinite,
        };
        uint code = sum.FloorLog2 > output.EMax
            ? (sum.Negative ? output.SignMask : 0) | (output.MaxMagnitude + 1)
            : ElementCodec.Encode(output, sum, policy);
        return rho == StepOutput.E8M13TowardZero ? code & ~0x3FFu : code;
    }

    private static Dyadic Truncate(Dyadic value, int exponent)
        => value.Exponent >= exponent ? value : new(value.Negative, value.Significand >> (exponent - value.Exponent), exponent);

    private static Dyadic Floor(Dyadic value, int exponent)
    {
        if (value.Exponent >= exponent)
        {
            return value;
        }

        BigInteger signed = (value.Negative ? -value.Significand : value.Significand) >> (exponent - value.Exponent);
        return new(signed.Sign < 0, BigInteger.Abs(signed), exponent);
    }

    /// <summary>The element, its field exponent, and its scale with the scale's exponent; a NaN scale has the exponent NoTerm.</summary>
    private static (Number Value, int Exponent, Dyadic Scale, int ScaleExponent) Element(OperandData operand, int row, int index, int k)
    {
        ElementFormat format = operand.Format;
        Number value = ElementCodec.Decode(format, operand.Codes[(row * k) + index]);
        int exponent = value.IsFinite && !value.Finite.IsZero ? Math.Max(value.Finite.FloorLog2, format.EMin) : 0;
        if (operand.Scale is not { } scaleFormat)
        {
            return (value, exponent, Dyadic.PowerOfTwo(0), 0);
        }

        byte code = operand.Scales![(row * ((k + operand.BlockSize - 1) / operand.BlockSize)) + (index / operand.BlockSize)];
        if (scaleFormat.Element is not { } element)
        {
            return (value, exponent, Dyadic.PowerOfTwo(code == 0xFF ? NoTerm : code - 127), code - 127);
        }

        Number scale = ElementCodec.Decode(element, code);
        return scale.IsNaN
            ? (value, exponent, Dyadic.PowerOfTwo(NoTerm), 0)
            : (value, exponent, scale.Finite, scale.Finite.IsZero ? 0 : Math.Max(scale.Finite.FloorLog2, element.EMin));
    }
}
