using Mxact.Simulator.Exact;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Identification;

/// <summary>How the products are grouped, as far as masking shows it.</summary>
internal enum StepStructure
{
    /// <summary>The formats have too little range to mask anything.</summary>
    Unmeasured,

    /// <summary>Nothing is ever lost: an exact or compensated sum.</summary>
    NothingLost,

    /// <summary>Steps of L consecutive products, the first products first.</summary>
    FirstStepFirst,

    /// <summary>Steps of L consecutive products, the last products first.</summary>
    LastStepFirst,

    /// <summary>A tree whose halves double.</summary>
    Tree,

    /// <summary>None of these: the masked positions say more.</summary>
    Other,
}

/// <summary>
/// Which products are added together, found by masking (FPRev): a large product M at one position and -M at another leave exactly the
/// small products that were added to neither, so the number left for every second position draws the summation.
/// </summary>
internal sealed class Masks
{
    /// <summary>Products asked at once, or blocks of them: two steps of the longest known unit.</summary>
    private const int Positions = 128;

    /// <summary>
    /// Range in powers of two with which every known F is masked; the least that masks those of the units with narrow formats.
    /// </summary>
    private const int Enough = 40;

    /// <inheritdoc cref="Enough"/>
    private const int Least = 27;

    private readonly Unit unit;
    private readonly int stride;
    private readonly int top;
    private readonly int small;

    private Masks(Unit unit, int stride, int top, int small)
    {
        this.unit = unit;
        this.stride = stride;
        this.top = top;
        this.small = small;
    }

    /// <summary>How the products are grouped.</summary>
    public StepStructure Structure { get; private init; }

    /// <summary>L, products in one step; 0 when none was found.</summary>
    public int L { get; private init; }

    /// <summary>Positions masked together with 0 and the first other, as far as they are not simply the rest of the first step.</summary>
    public IReadOnlyList<int> WithFirst { get; private init; } = [];

    /// <summary>Whether c is masked by the first products: it enters before them, or with them.</summary>
    public bool? AddendIsFirst { get; private init; }

    /// <summary>
    /// F as products show it: the largest k for which 2^-k of the largest product is kept beside it. Null when nothing is lost.
    /// </summary>
    public int? KeptBits { get; private init; }

    /// <summary>Measures.</summary>
    public static Masks Measure(Unit unit)
    {
        DotTerms terms = unit.Terms;
        int least = unit.Shape.Output.EMin - unit.Shape.Output.MantissaBits;
        int top = Math.Min(terms.Greatest, unit.Shape.Output.EMax - 2);

        // Normal operands where they reach far enough: a unit may flush subnormal ones.
        int small = Math.Max(top - terms.LeastNormal >= Enough ? terms.LeastNormal : terms.Least, least + 4);
        if (top - small >= Least)
        {
            return new Masks(unit, 1, top, Math.Max(small, top - 60)).Run();
        }

        // The elements have too little range; scales may have it, and then whole blocks are the positions.
        if (unit.Shape.Scale is { } scale)
        {
            int scaledTop = Math.Min(terms.ScaleRange.Greatest, 30);
            int scaledSmall = Math.Max(terms.ScaleRange.Least + terms.Least, scaledTop - 60);
            if (scaledTop - scaledSmall > 35)
            {
                return new Masks(unit, scale.BlockSize, scaledTop, scaledSmall).Run();
            }
        }

        return new(unit, 1, top, small) { Structure = StepStructure.Unmeasured };
    }

    private Masks Run()
    {
        int n = stride == 1 ? Positions : Math.Max(8, 2 * Positions / stride);
        DotQuestion[] questions = [.. Enumerable.Range(1, n - 1).Select(j => Question(n, 0, j, _ => true)),
            Question(n, n - 2, n - 1, _ => true)];
        uint[] answers = unit.Ask(questions);
        int[] left = [.. answers.Select(Left)];

        // Region of the summation that the two masked positions span: themselves and what was lost with them.
        int[] spans = [.. left.Take(n - 1).Select(count => n - count)];
        int lastSpan = n - left[^1];
        (StepStructure structure, int l) = Classify(spans, lastSpan, n);
        DotQuestion[] single = [.. Enumerable.Range(2, n - 2).Select(q => Question(n, 0, 1, k => k == q))];
        int[] lost = [.. unit.Ask(single).Select((bits, i) => (bits, q: i + 2)).Where(p => Left(p.bits) == 0).Select(p => p.q)];
        bool? addendFirst = AddendLost(n);
        int? kept = Kept(n, lost);
        return new(unit, stride, top, small)
        {
            Structure = structure,
            L = l * stride,
            WithFirst = lost,
            AddendIsFirst = addendFirst,
            KeptBits = kept,
        };
    }

    private static (StepStructure Structure, int L) Classify(int[] spans, int lastSpan, int n)
    {
        if (spans.All(span => span == 2) && lastSpan == 2)
        {
            return (StepStructure.NothingLost, 0);
        }

        // Reversed: 0 is in the step that comes last, so everything before is lost with it; the last two are in the first step.
        if (spans[0] == n && lastSpan > 0 && lastSpan < n && n % lastSpan == 0)
        {
            return (StepStructure.LastStepFirst, lastSpan);
        }

        int[] runs = [.. Runs(spans)];
        bool rises = spans.Zip(spans.Skip(1)).All(pair => pair.First <= pair.Second);
        if (rises && runs.Length >= 3 && runs.Skip(2).Zip(runs.Skip(1)).All(pair => pair.First == 2 * pair.Second))
        {
            return (StepStructure.Tree, 0);
        }

        // The run of the last step is whole when n is whole steps; every step but the first shows its own length.
        int l = runs[^1];
        return rises && runs.Length >= 2 && n % l == 0 && spans[^1] - spans[^(l + 1)] == l
            && (runs.Length < 3 || runs[^2] == l || runs[0] == l - 1)
            ? (StepStructure.FirstStepFirst, l)
            : (StepStructure.Other, 0);
    }

    private static IEnumerable<int> Runs(int[] spans)
    {
        int start = 0;
        for (int j = 1; j <= spans.Length; j++)
        {
            if (j == spans.Length || spans[j] != spans[start])
            {
                yield return j - start;
                start = j;
            }
        }
    }

    /// <summary>M and -M first, c small: lost when it was there before they cancelled.</summary>
    private bool? AddendLost(int n)
    {
        uint c = unit.Terms.Addend(small, negative: false, isPower: true);
        uint answer = unit.Ask([Question(n, 0, 1, _ => false) with { C = c }])[0];
        return unit.Value(c).Finite.FloorLog2 == small ? answer != c : null;
    }

    /// <summary>At a position that is masked, the smallest product that is not: scanned from M down.</summary>
    private int? Kept(int n, int[] lost)
    {
        if (lost.Length == 0)
        {
            return null;
        }

        PlannedTerm?[] plan = Plan(n, 0, 1, _ => false);
        List<DotQuestion> questions = [];
        for (int k = 1; k <= top - small; k++)
        {
            plan[lost[0] * stride] = new(top - k, false, true);
            questions.Add(unit.Terms.Build("", plan, 0));
        }

        uint[] answers = unit.Ask(questions);
        int kept = 0;
        while (kept < answers.Length && unit.Value(answers[kept]) is { IsFinite: true, Finite.IsZero: false })
        {
            kept++;
        }

        return kept;
    }

    private DotQuestion Question(int n, int i, int j, Func<int, bool> isSmall) => unit.Terms.Build("", Plan(n, i, j, isSmall), 0);

    private PlannedTerm?[] Plan(int n, int i, int j, Func<int, bool> isSmall)
    {
        PlannedTerm?[] plan = new PlannedTerm?[n * stride];
        for (int k = 0; k < n; k++)
        {
            plan[k * stride] = k == i ? new(top, false, true) : k == j ? new(top, true, true) : isSmall(k) ? new(small, false, true) : null;
        }

        return plan;
    }

    /// <summary>How many small products an answer holds.</summary>
    private int Left(uint bits)
    {
        Number value = unit.Value(bits);
        if (!value.IsFinite || value.Finite.IsZero)
        {
            return 0;
        }

        Dyadic inUnits = value.Finite.Scale(-small);
        return inUnits.FloorLog2 is < 0 or > 16 ? 0
            : (int)(inUnits.Significand >> Math.Max(0, -inUnits.Exponent) << Math.Max(0, inUnits.Exponent));
    }
}
