using System.Globalization;
using Mxact.Conformance.Recordings;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification;

/// <summary>
/// The T-FDPA of measured parameters, or of their neighbours, that gives every answer: a unit that is in nobody's table still gets
/// its L, F, rho and e_zero. Block-scaled and grouped units are the T-FDPA of their family.
/// </summary>
internal sealed class FreeModel
{
    private const int LeastEZero = -180;

    /// <summary>
    /// e_zero is looked for up to so far above the output's least number; what it does higher up, ordinary data would show.
    /// </summary>
    private const int AboveLeast = 20;

    private static readonly int[] UsualL = [4, 8, 16, 32, 64, 2, 1, 128];

    private readonly DotShape shape;
    private readonly bool lastStepFirst;
    private readonly (DotQuestion Question, uint Answer)[] evidence;

    private FreeModel(DotShape shape, bool lastStepFirst, IReadOnlyList<(DotQuestion Question, uint Answer)> evidence)
    {
        this.shape = shape;
        this.lastStepFirst = lastStepFirst;
        this.evidence = [.. evidence];
    }

    /// <summary>Fits.</summary>
    /// <param name="shape">What the unit was asked about.</param>
    /// <param name="masks">Its steps.</param>
    /// <param name="f">Its F; null when nothing is cut off.</param>
    /// <param name="rounding">Its conversions.</param>
    /// <param name="evidence">Questions and its answers.</param>
    /// <returns>The model, null when none fits, and the e_zero that do, null when no question tells.</returns>
    public static (MatrixUnit? Model, (int Least, int Greatest)? EZero) Fit(DotShape shape, Masks masks, int? f, OutputRounding rounding,
        IReadOnlyList<(DotQuestion Question, uint Answer)> evidence)
    {
        if (f is null || masks.Structure is StepStructure.Tree or StepStructure.NothingLost)
        {
            return (null, null);
        }

        FreeModel free = new(shape, masks.Structure == StepStructure.LastStepFirst, evidence);
        IReadOnlyList<OutputConversion> conversions = rounding.Consistent.IsEmpty ? [.. Variant.Conversions(shape.Output)]
            : rounding.Consistent;
        foreach (int l in Lengths(shape, masks))
        {
            foreach (int bits in ((int[])[f.Value, f.Value - 1, f.Value + 1]).Where(bits => bits >= 0))
            {
                foreach (OutputConversion rho in conversions)
                {
                    if (free.Fit(l, bits, rho) is { } found)
                    {
                        return found;
                    }
                }
            }
        }

        return (null, null);
    }

    private static IEnumerable<int> Lengths(DotShape shape, Masks masks)
    {
        int unit = shape.Scale?.BlockSize ?? 1;
        int[] lengths = masks.L > 0 ? [masks.L, masks.L * 2, masks.L / 2] : UsualL;
        return lengths.Where(l => l > 0 && l % unit == 0);
    }

    private (MatrixUnit Model, (int, int)? EZero)? Fit(int l, int f, OutputConversion rho)
    {
        int greatest = shape.Output.EMin - shape.Output.MantissaBits + AboveLeast;
        MatrixUnit low = Model(l, f, rho, LeastEZero);
        MatrixUnit high = Model(l, f, rho, greatest);
        List<(DotQuestion Question, uint Answer)> telling = [];
        foreach ((DotQuestion question, uint answer) in evidence.Where(e => !lastStepFirst || e.Question.A.Length % l == 0))
        {
            uint a = Answer(low, question);
            if (a != Answer(high, question))
            {
                telling.Add((question, answer));
            }
            else if (!NaNBits.AreSame(shape.Output, a, answer))
            {
                return null;
            }
        }

        int[] fitting = [.. Enumerable.Range(LeastEZero, greatest - LeastEZero + 1).Where(e => Model(l, f, rho, e) is { } model
            && telling.TrueForAll(t => Answer(model, t.Question) == t.Answer))];
        if (fitting.Length == 0)
        {
            return null;
        }

        MatrixUnit found = Model(l, f, rho, fitting[0]);
        return telling.Count == 0
            ? (found with { Name = found.Name.Replace($",ezero={LeastEZero}", "", StringComparison.Ordinal) }, null)
            : (found, (fitting[0], fitting[^1]));
    }

    private uint Answer(MatrixUnit model, DotQuestion question)
        => (lastStepFirst ? question.StepsReversed(model.L) : question).Answer(model);

    private MatrixUnit Model(int l, int f, OutputConversion rho, int eZero)
    {
        MatrixUnit free = MatrixUnits.Parse(string.Create(CultureInfo.InvariantCulture,
            $"t-fdpa:L={l},F={f},rho={rho},ezero={eZero}{(shape.Scale is null ? "" : $",scale={shape.Scale}")}"));

        // FP4 units apply scales to groups of 16; the others scale every product.
        return shape.Scale is not null && shape.A.Bits == 4 && shape.B.Bits == 4 && l % GroupSize == 0
            ? free with { Name = free.Name + $" in groups of {GroupSize}", Family = AccumulationFamily.GroupedBlockScaled, G = GroupSize }
            : free;
    }

    private const int GroupSize = 16;
}
