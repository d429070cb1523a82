namespace Mxact.Vectors.Generators;

/// <summary>A product as a plan: its binade, its sign, and whether it is the power of two itself or has random significands.</summary>
/// <param name="Exponent">Sum of the binades of a and b, scales included.</param>
/// <param name="Negative">The sign.</param>
/// <param name="IsPower">A power of two exactly.</param>
internal readonly record struct PlannedTerm(int Exponent, bool Negative, bool IsPower);

/// <summary>
/// Turns plans into operands: which codes, and under which scales, give products of the wanted binades. What a format cannot reach
/// becomes the nearest it can; under a scale, what is too small beside the block's largest becomes a zero.
/// </summary>
internal sealed class DotTerms
{
    /// <summary>Formats whose products span fewer powers of two than an accumulator keeps: FP4 and FP6.</summary>
    private const int NarrowRange = 20;

    private readonly FormatCodes a;
    private readonly FormatCodes b;
    private readonly SplitMix random;

    /// <summary>For one shape, with a seed for every free choice.</summary>
    public DotTerms(DotShape shape, ulong seed)
        : this(shape, new SplitMix(seed))
    {
    }

    internal DotTerms(DotShape shape, SplitMix random)
    {
        Shape = shape;
        this.random = random;
        a = new(shape.A);
        b = new(shape.B);
    }

    /// <summary>The shape.</summary>
    public DotShape Shape { get; }

    /// <summary>The binade of the least product without scales.</summary>
    public int Least => a.Least + b.Least;

    /// <summary>The binade of the least product of normal numbers without scales.</summary>
    public int LeastNormal => a.LeastNormal + b.LeastNormal;

    /// <summary>The binade of the greatest product without scales.</summary>
    public int Greatest => a.Greatest + b.Greatest;

    /// <summary>The least and greatest power of two both scales together can add.</summary>
    public (int Least, int Greatest) ScaleRange => Shape.Scale is null ? (0, 0) : (2 * ScaleLeast, 2 * ScaleGreatest);

    private int ScaleLeast => Shape.Scale!.Format.Element is { } element ? new FormatCodes(element).Least : ScaleFormat.E8M0EMin;

    private int ScaleGreatest => Shape.Scale!.Format.Element is { } element ? new FormatCodes(element).Greatest : ScaleFormat.E8M0EMax;

    /// <summary>The operands of a plan; null is a zero product.</summary>
    public DotQuestion Build(string kind, IReadOnlyList<PlannedTerm?> plan, uint c)
    {
        uint[] codesA = new uint[plan.Count];
        uint[] codesB = new uint[plan.Count];
        int size = Shape.Scale?.BlockSize ?? plan.Count;
        byte[] scalesA = new byte[Shape.Scale is null ? 0 : plan.Count / size];
        byte[] scalesB = new byte[scalesA.Length];
        for (int start = 0; start < plan.Count; start += size)
        {
            int scale = Shape.Scale is null ? 0 : ScaleOf(plan, start, size);
            if (Shape.Scale is not null)
            {
                int ofA = Math.Clamp(RandomSplit(scale, ScaleLeast, ScaleGreatest, ScaleLeast, ScaleGreatest), ScaleLeast, ScaleGreatest);
                scalesA[start / size] = ScaleCode(ofA);
                scalesB[start / size] = ScaleCode(Math.Clamp(scale - ofA, ScaleLeast, ScaleGreatest));
            }

            for (int k = start; k < start + size; k++)
            {
                (codesA[k], codesB[k]) = plan[k] is { } term && (Shape.Scale is null || term.Exponent - scale >= Least)
                    ? Codes(term with { Exponent = term.Exponent - scale })
                    : Zero();
            }
        }

        return new() { Kind = kind, Shape = Shape, A = codesA, B = codesB, ScalesA = scalesA, ScalesB = scalesB, C = c };
    }

    /// <summary>
    /// Bits of +-2^<paramref name="exponent"/> in the output's format, or with a random significand; beyond the format, its nearest
    /// binade.
    /// </summary>
    public uint Addend(int exponent, bool negative, bool isPower)
    {
        FormatCodes codes = new(Shape.Output);
        int binade = Math.Clamp(exponent, codes.Least, codes.Greatest);
        return isPower ? codes.Power(binade, negative) : codes.InBinade(binade, negative, random);
    }

    private (uint A, uint B) Codes(PlannedTerm term)
    {
        int exponent = Math.Clamp(term.Exponent, Least, Greatest);
        bool negativeA = (random.Next() & 1) != 0;
        bool negativeB = negativeA ^ term.Negative;
        if (term.IsPower)
        {
            // Normal operands where both can be: then the product aligns at its value's exponent.
            int half = exponent >= LeastNormal
                ? Split(exponent, a.LeastNormal, a.Greatest, b.LeastNormal, b.Greatest)
                : Split(exponent, a.Least, a.Greatest, b.Least, b.Greatest);
            return (a.Power(half, negativeA), b.Power(exponent - half, negativeB));
        }

        int ofA = RandomSplit(exponent, a.Least, a.Greatest, b.Least, b.Greatest);
        return (a.InBinade(ofA, negativeA, random), b.InBinade(exponent - ofA, negativeB, random));
    }

    /// <summary>A zero product: a zero beside anything finite.</summary>
    private (uint A, uint B) Zero()
    {
        uint other = (random.Next() & 1) == 0
            ? 0
            : b.InBinade(b.Least + random.Below(b.Greatest - b.Least + 1), (random.Next() & 1) != 0, random);
        return (Shape.A.HasNegativeZero && (random.Next() & 3) == 0 ? Shape.A.SignMask : 0, other);
    }

    /// <summary>
    /// The power of two for a block: one that lets its largest and its smallest product be reached, or at least the largest.
    /// </summary>
    private int ScaleOf(IReadOnlyList<PlannedTerm?> plan, int start, int size)
    {
        int largest = int.MinValue, smallest = int.MaxValue;
        for (int k = start; k < start + size; k++)
        {
            if (plan[k] is { } term)
            {
                largest = Math.Max(largest, term.Exponent);
                smallest = Math.Min(smallest, term.Exponent);
            }
        }

        if (largest == int.MinValue)
        {
            (largest, smallest) = (0, 0);
        }

        int least = largest - Greatest;
        int greatest = Math.Max(least, Math.Min(smallest - Least, largest - LeastNormal));

        // A unit that applies scales to groups aligns at the scales: then the largest product is the scale itself, half of the time.
        int scale = least + random.Below(greatest - least + 1);
        bool narrow = Greatest - Least < NarrowRange;
        return Math.Clamp(narrow && (random.Next() & 1) == 0 ? largest : scale, 2 * ScaleLeast, 2 * ScaleGreatest);
    }

    private byte ScaleCode(int exponent)
        => Shape.Scale!.Format.Element is { } element
            ? (byte)new FormatCodes(element).Power(exponent, negative: false)
            : (byte)(exponent + ScaleFormat.E8M0Bias);

    private static int Split(int exponent, int leastA, int greatestA, int leastB, int greatestB)
        => Math.Clamp(exponent / 2, Math.Max(leastA, exponent - greatestB), Math.Min(greatestA, exponent - leastB));

    private int RandomSplit(int exponent, int leastA, int greatestA, int leastB, int greatestB)
    {
        // Around the middle, so that scales and operands stay away from the ends of their ranges unless they must not.
        int low = Math.Max(leastA, exponent - greatestB), high = Math.Min(greatestA, exponent - leastB);
        return Math.Clamp((exponent / 2) - 3 + random.Below(7), low, Math.Max(low, high));
    }
}
