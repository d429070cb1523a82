using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Identification;

/// <summary>
/// Measures a unit, then holds every candidate to the same discriminating questions: the models of the table, and the T-FDPA with
/// the measured parameters and their neighbours.
/// </summary>
internal static class Identifier
{
    private const int MostNearest = 5;

    /// <summary>Powers of two below the output's least number in which the quantum of zeros is looked for.</summary>
    private const int EZeroReach = 60;

    /// <summary>Questions without an answer the candidates share: the nearest models are counted over these.</summary>
    private const int CountedForNearest = 300;

    /// <summary>Identifies.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="questions">How many discriminating questions to ask.</param>
    /// <param name="seed">Their seed.</param>
    /// <exception cref="KernelFailedException">The unit did not answer.</exception>
    public static Identification Run(Unit unit, int questions, ulong seed)
    {
        int? addendBits = AddendBits.Measure(unit);
        Masks masks = Masks.Measure(unit);
        OutputRounding rounding = OutputRounding.Measure(unit, addendBits);
        IReadOnlyList<(string, string)> specials = SpecialAnswers.Measure(unit);

        (DotQuestion Question, uint Answer)[] evidence = Evidence(unit, masks, addendBits, questions, seed);
        Candidate[] table = [.. MatrixUnits.All.Where(unit.Shape.Fits).Select(model => new Candidate(model.Name, unit.Shape.In(model)))];
        Candidate.Eliminate(table, unit.Shape.Output, evidence);
        (MatrixUnit? free, (int, int)? eZero) = FreeModel.Fit(unit.Shape, masks, masks.KeptBits ?? addendBits, rounding, evidence);
        string[] equivalent = [.. table.Where(c => c.IsAlive).Select(c => c.Name)];
        NaNDifference[] butForNaN = equivalent.Length > 0 ? [] : [.. table.Select(c => c.OnlyInNaN).OfType<NaNDifference>()];
        return new()
        {
            Shape = unit.Shape,
            Masks = masks,
            AddendBits = addendBits,
            Rounding = rounding,
            EZero = eZero,
            Specials = specials,
            Free = free,
            Equivalent = [.. equivalent],
            ButForNaN = [.. butForNaN],
            Nearest = equivalent.Length + butForNaN.Length > 0 ? []
                : [.. Candidate.Nearest(table, evidence.Take(CountedForNearest)).Take(MostNearest)],
            Confirmations = evidence.Length,
            Asked = unit.Asked,
        };
    }

    /// <summary>Questions that depend on what was measured, and as many that assume nothing.</summary>
    private static (DotQuestion Question, uint Answer)[] Evidence(Unit unit, Masks masks, int? addendBits, int count, ulong seed)
    {
        int block = unit.Shape.Scale?.BlockSize ?? 1;
        int l = Math.Max(masks.L, Math.Max(block, 4));
        int f = masks.KeptBits ?? addendBits ?? unit.Shape.Output.MantissaBits + 1;
        int least = unit.Shape.Output.EMin - unit.Shape.Output.MantissaBits;
        DotQuestions focused = new(unit.Shape,
            [.. new[] { l, 2 * l, 3 * l, l + (l / 2) }.Select(k => Math.Max(1, k / block) * block).Distinct()], [l], [f, f, f - 1, f + 1],
            [.. Enumerable.Range(least - 2, 22)], seed);
        DotQuestions any = DotQuestions.AboutAny(unit.Shape, seed + 1, [Math.Max(8, block), Math.Max(32, block), Math.Max(64, block)]);
        DotQuestion[] questions = [.. focused.Take(count / 2), .. any.Take(count - (count / 2)), .. EZeroQuestions(unit)];
        return [.. questions.Zip(unit.Ask(questions))];
    }

    /// <summary>
    /// The output's least number less 2^x, and the tie below it and 2^x, for every x: which x still count says where a zero aligns. The
    /// second product is beside the first, or in the next block where a block's scale cannot reach both.
    /// </summary>
    private static IEnumerable<DotQuestion> EZeroQuestions(Unit unit)
    {
        int least = unit.Shape.Output.EMin - unit.Shape.Output.MantissaBits;
        int block = unit.Shape.Scale?.BlockSize ?? 2;
        for (int x = least - 1; x >= Math.Max(least - EZeroReach, unit.Terms.Least + unit.Terms.ScaleRange.Least); x--)
        {
            foreach (int at in (int[])[1, block])
            {
                foreach (bool tie in (bool[])[false, true])
                {
                    PlannedTerm?[] plan = new PlannedTerm?[2 * block];
                    plan[0] = new(tie ? least - 1 : least, false, true);
                    plan[at] = new(x, !tie, true);
                    yield return unit.Terms.Build("e-zero", plan, 0);
                }
            }
        }
    }
}

/// <summary>A model that may be the unit, until an answer says otherwise.</summary>
internal sealed class Candidate(string name, MatrixUnit model)
{
    private bool isAlive = true;

    public string Name => name;

    public MatrixUnit Model => model;

    /// <summary>Whether it gave every answer, bit for bit.</summary>
    public bool IsAlive => isAlive && OnlyInNaN is null;

    /// <summary>What it gave otherwise, where that is nothing but the bits of NaN; null where there is nothing or more.</summary>
    public NaNDifference? OnlyInNaN { get; private set; }

    /// <summary>Drops every candidate at its first wrong answer; another NaN is counted first.</summary>
    public static void Eliminate(IReadOnlyList<Candidate> candidates, ElementFormat output,
        IReadOnlyList<(DotQuestion Question, uint Answer)> evidence)
        => Parallel.ForEach(candidates, candidate => candidate.Eliminate(output, evidence));

    private void Eliminate(ElementFormat output, IReadOnlyList<(DotQuestion Question, uint Answer)> evidence)
    {
        NaNDifference? seen = null;
        foreach ((DotQuestion question, uint answer) in evidence)
        {
            uint own = question.Answer(Model);
            if (own == answer)
            {
                continue;
            }

            if (!NaNBits.AreSame(output, own, answer))
            {
                isAlive = false;
                return;
            }

            seen = seen is { } before ? before with { Others = before.Others + 1 } : new(Name, 1, own, answer);
        }

        OnlyInNaN = seen;
    }

    /// <summary>The candidates with fewest wrong answers.</summary>
    public static IEnumerable<(string Name, int Missed)> Nearest(IReadOnlyList<Candidate> candidates,
        IEnumerable<(DotQuestion Question, uint Answer)> evidence)
    {
        (DotQuestion Question, uint Answer)[] counted = [.. evidence];
        return candidates.AsParallel().Select(candidate
            => (candidate.Name, Missed: counted.Count(e => e.Question.Answer(candidate.Model) != e.Answer)))
            .OrderBy(c => c.Missed).ThenBy(c => c.Name, StringComparer.Ordinal);
    }
}
