using System.Numerics;
using Mxact.Simulator.Accumulation.Families;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>
/// One step of the dot products of RDNA3 (gfx11, two products) and RDNA4 (gfx12, two or four), as captured on a Radeon Pro W7900 and a
/// Radeon AI Pro R9700; what no capture shows is as AMD's emulator has it. Both keep products to 24 bits below the largest sum of
/// field exponents and the addend to 26 below its leading bit; RDNA3 cuts magnitudes off and complements those of the other sign,
/// RDNA4 floors.
/// </summary>
internal static class RdnaSteps
{
    private const int ByteBits = 8;

    private static readonly ConversionPolicy Nearest = new()
    {
        Rounding = RoundingMode.TiesToEven,
        Overflow = OverflowPolicy.NonFinite,
        InfElement = InfElement.Kept,
    };

    /// <summary>
    /// RDNA3. A bfloat16 subnormal and a binary32 subnormal c are zero. Every magnitude is cut off at the grid; a term whose sign is
    /// not c's counts -m - 1: the ones' complement without its carry, even where m is 0.
    /// </summary>
    /// <param name="operands">Two products of factors of one format.</param>
    /// <param name="bits">The addend's bits.</param>
    /// <param name="output">Format of the addend and the result: binary32 or binary16.</param>
    /// <param name="kept">The places kept.</param>
    public static uint Rdna3(DotOperands operands, uint bits, ElementFormat output, Places kept)
    {
        bool single = output == ElementFormats.Binary32, flush = operands.A == ElementFormats.BFloat16;
        Term c = Unpacked(output, bits, flush: single);
        Term[] x = Unpacked(operands.A, operands.ACodes, flush), y = Unpacked(operands.B, operands.BCodes, flush);
        if (RdnaSpecials.Of(output, x, y, areBytes: false, c, bits) is { } special)
        {
            return special;
        }

        Term[] products = [.. x.Zip(y, (first, second) => first * second)];
        Term[] some = [.. products.Where(product => !product.IsZero)];
        if (some.Length == 0 && c.IsZero)
        {
            return 0;
        }

        // A binary16 addend stands no lower than its least normal number, a zero neither.
        IEnumerable<int> leads = some.Select(Lead).Concat(single ? c.IsZero ? [] : [Lead(c)]
            : [c.IsZero ? output.EMin : Math.Max(Lead(c), output.EMin)]);
        int grid = some.Aggregate(leads.Max() - kept.BelowLead, (most, product) => Math.Max(most, product.Exponent - kept.BelowProducts));
        Int128 sum = Cut(c, grid);
        foreach (Term product in products)
        {
            sum += product.Negative == c.Negative ? Cut(product, grid) : -Cut(product, grid) - 1;
        }

        Dyadic exact = Integers.ToDyadic(Int128.Abs(sum), grid) with { Negative = (sum < 0) ^ c.Negative };
        return single ? Flushed(exact) : Encoded(output, exact);
    }

    /// <summary>
    /// RDNA4. Subnormals are kept. Each pair of products, and of eight-bit factors all four, is floored at its own grid and summed, then
    /// these sums and the addend are floored at the common one. A negative addend of which nothing is left is -1, or 0 where the grid
    /// stands above the addend's least normal number.
    /// </summary>
    /// <param name="operands">Two products, or four.</param>
    /// <param name="bits">The addend's bits.</param>
    /// <param name="output">Format of the addend and the result: binary32 or binary16.</param>
    /// <param name="kept">The places kept.</param>
    public static uint Rdna4(DotOperands operands, uint bits, ElementFormat output, Places kept)
    {
        bool areBytes = operands.A.Bits == ByteBits;
        Term c = Term.Of(output, bits);
        Term[] x = Unpacked(operands.A, operands.ACodes, flush: false), y = Unpacked(operands.B, operands.BCodes, flush: false);
        if (RdnaSpecials.Of(output, x, y, areBytes, c, bits) is { } special)
        {
            return special;
        }

        List<(int Grid, Int128 Sum)> groups = [];
        foreach (Term[] group in x.Zip(y, (first, second) => first * second).Chunk(areBytes ? x.Length : 2))
        {
            Term[] some = [.. group.Where(product => !product.IsZero)];
            if (some.Length > 0)
            {
                int own = some.Max(product => product.Exponent) - kept.BelowProducts;
                groups.Add((own, some.Aggregate(Int128.Zero, (sum, product) => sum + product.FlooredAt(own))));
            }
        }

        int lead = c.IsZero ? output.EMin : Math.Max(output.EMin, Lead(c));
        int grid = groups.Aggregate(lead - kept.BelowLead, (most, group) => Math.Max(most, group.Grid));
        Int128 total = c.Negative && Cut(c, grid) == 0 && grid > output.EMin ? 0 : c.FlooredAt(grid);
        foreach ((int own, Int128 sum) in groups)
        {
            total += Integers.Shift(sum, own - grid);
        }

        return Encoded(output, Integers.ToDyadic(total, grid));
    }

    /// <summary>How many places a step keeps.</summary>
    /// <param name="BelowProducts">Below the largest sum of field exponents: F.</param>
    /// <param name="BelowLead">Below the leading bit of c, in RDNA3 of products too: F2.</param>
    public readonly record struct Places(int BelowProducts, int BelowLead);

    /// <summary>The exponent of the leading bit of a term that is not zero.</summary>
    private static int Lead(Term term) => term.Value.Finite.FloorLog2;

    private static Int128 Cut(Term term, int grid) => (term with { Negative = false }).TruncatedAt(grid);

    private static Term[] Unpacked(ElementFormat format, ReadOnlySpan<uint> codes, bool flush)
    {
        Term[] terms = new Term[codes.Length];
        for (int k = 0; k < terms.Length; k++)
        {
            terms[k] = Unpacked(format, codes[k], flush);
        }

        return terms;
    }

    /// <summary>A number as the unit unpacks it: where <paramref name="flush"/>, a subnormal is zero.</summary>
    private static Term Unpacked(ElementFormat format, uint code, bool flush)
    {
        Term term = Term.Of(format, code);
        return flush && term.Kind == NumberKind.Finite && term.Significand >> format.MantissaBits == 0 ? term with { Significand = 0 }
            : term;
    }

    /// <summary>The nearest number of the output, ties to even, subnormals kept; a zero is +0.</summary>
    private static uint Encoded(ElementFormat output, Dyadic exact)
        => exact.IsZero ? 0 : ElementCodec.Encode(output, exact, Nearest) is var code && code == output.SignMask ? 0 : code;

    /// <summary>The nearest of binary32 as if its exponent had no lower bound; what is still below the normal numbers is +0.</summary>
    private static uint Flushed(Dyadic exact)
    {
        if (exact.IsZero)
        {
            return 0;
        }

        ElementFormat output = ElementFormats.Binary32;
        int unit = exact.FloorLog2 - output.MantissaBits;
        BigInteger kept = Rounding.ToQuantum(exact, unit, RoundingMode.TiesToEven);
        Dyadic rounded = new(exact.Negative, kept, unit);
        return rounded.FloorLog2 < output.EMin ? 0 : Encoded(output, rounded);
    }
}
