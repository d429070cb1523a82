namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>
/// One step of the dot products of RDNA3 (gfx11, two products) and RDNA4 (gfx12, two or four), as captured on a Radeon Pro W7900 and a
/// Radeon AI Pro R9700. Both keep products to 24 bits below the largest sum of field exponents and the addend to 26 below its leading
/// bit; RDNA3 cuts magnitudes off and complements those of the other sign, RDNA4 floors.
/// </summary>
internal static class RdnaSteps
{
    private const int ProductBits = 24, LeadBits = 26;

    /// <summary>
    /// RDNA3. A bfloat16 subnormal and a binary32 subnormal c are zero. Every magnitude is cut off at the grid; a term whose sign is
    /// not c's counts -m - 1: the ones' complement without its carry, even where m is 0.
    /// </summary>
    /// <param name="input">Format of the factors.</param>
    /// <param name="a">Two codes.</param>
    /// <param name="b">Two codes.</param>
    /// <param name="bits">The addend's bits.</param>
    /// <param name="output">Format of the addend and the result: binary32 or binary16.</param>
    public static uint Rdna3(ElementFormat input, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, uint bits, ElementFormat output)
    {
        bool single = output.Bits == 32, flush = input == ElementFormats.BFloat16;
        RdnaNumber c = RdnaNumber.Of(output, bits, flush: single);
        RdnaNumber[] x = Unpacked(input, a, flush), y = Unpacked(input, b, flush);
        if (RdnaNumber.Special(output, x, y, c, bits) is { } special)
        {
            return special;
        }

        RdnaNumber[] products = [.. x.Zip(y, (first, second) => first * second)];
        RdnaNumber[] some = [.. products.Where(product => !product.IsZero)];
        if (some.Length == 0 && c.IsZero)
        {
            return 0;
        }

        // A binary16 addend stands no lower than its least normal number, a zero neither.
        IEnumerable<int> leads = some.Select(product => product.Lead).Concat(single ? c.IsZero ? [] : [c.Lead]
            : [c.IsZero ? output.EMin : Math.Max(c.Lead, output.EMin)]);
        int grid = leads.Max() - LeadBits;
        foreach (RdnaNumber product in some)
        {
            grid = Math.Max(grid, product.Field - ProductBits);
        }

        Int128 sum = c.Cut(grid);
        foreach (RdnaNumber product in products)
        {
            sum += product.Negative == c.Negative ? product.Cut(grid) : -product.Cut(grid) - 1;
        }

        return RdnaNumber.Rounded(output, (sum < 0) ^ c.Negative, Int128.Abs(sum), grid, flush: single);
    }

    /// <summary>
    /// RDNA4. Subnormals are kept. Each pair of products is floored at its own grid and summed, then pairs and addend are floored at
    /// the common one; a negative addend of which nothing is left is 0, or -1 where the grid is the lowest there is.
    /// </summary>
    /// <param name="input">Format of the factors.</param>
    /// <param name="a">Two codes, or four.</param>
    /// <param name="b">As many.</param>
    /// <param name="bits">The addend's bits.</param>
    /// <param name="output">Format of the addend and the result: binary32, binary16 or bfloat16.</param>
    public static uint Rdna4(ElementFormat input, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, uint bits, ElementFormat output)
    {
        RdnaNumber c = RdnaNumber.Of(output, bits, flush: false);
        RdnaNumber[] x = Unpacked(input, a, flush: false), y = Unpacked(input, b, flush: false);
        if (RdnaNumber.Special(output, x, y, c, bits) is { } special)
        {
            return special;
        }

        List<(int Grid, Int128 Sum)> pairs = [];
        for (int k = 0; k < x.Length; k += 2)
        {
            RdnaNumber[] some = [.. new[] { x[k] * y[k], x[k + 1] * y[k + 1] }.Where(product => !product.IsZero)];
            if (some.Length > 0)
            {
                int own = some.Max(product => product.Field) - ProductBits;
                pairs.Add((own, some.Aggregate(Int128.Zero, (sum, product) => sum + product.Floor(own))));
            }
        }

        int lowest = output.EMin - LeadBits, grid = c.IsZero ? lowest : Math.Max(lowest, c.Lead - LeadBits);
        grid = pairs.Aggregate(grid, (most, pair) => Math.Max(most, pair.Grid));
        Int128 total = c.Negative && c.Cut(grid) == 0 ? c.IsZero || grid > lowest ? 0 : -1 : c.Floor(grid);
        foreach ((int own, Int128 sum) in pairs)
        {
            total += RdnaNumber.Shifted(sum, own - grid);
        }

        return RdnaNumber.Rounded(output, total < 0, Int128.Abs(total), grid, flush: false);
    }

    private static RdnaNumber[] Unpacked(ElementFormat format, ReadOnlySpan<uint> codes, bool flush)
    {
        RdnaNumber[] numbers = new RdnaNumber[codes.Length];
        for (int k = 0; k < numbers.Length; k++)
        {
            numbers[k] = RdnaNumber.Of(format, codes[k], flush);
        }

        return numbers;
    }
}
