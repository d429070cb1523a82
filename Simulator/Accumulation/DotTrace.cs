using System.Collections.Immutable;
using Mxact.Simulator.Accumulation.Families;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation;

/// <summary>
/// A dot product step by step. The sum after a step is the model's own answer for the products until there, so that nothing is computed
/// twice in two ways; the cost is quadratic in the steps, and meant for what a person looks at.
/// </summary>
internal static class DotTrace
{
    /// <summary>The steps of <see cref="DotProduct"/>, whose arguments these are; none where K is 0.</summary>
    /// <exception cref="ArgumentException">As there.</exception>
    public static ImmutableArray<DotStep> Of(MatrixUnit model, ElementFormat a, uint[] aCodes, ElementFormat b, uint[] bCodes,
        byte[] scalesA, byte[] scalesB, uint c, ElementFormat output)
    {
        DotProduct.Compute(model, a, aCodes, b, bCodes, scalesA, scalesB, c, output);
        ModelOutput conversion = model.Output(output)!;
        DotOperands x = Operands(model, a, aCodes, b, bCodes, scalesA, scalesB);
        ImmutableArray<DotStep>.Builder steps = ImmutableArray.CreateBuilder<DotStep>();
        uint before = c;
        int length = Math.Max(StepOf(model, x.Length), 1);
        for (int first = 0; first < x.Length; first += length)
        {
            int count = Math.Min(length, x.Length - first);
            DotOperands until = x with { ACodes = x.ACodes[..(first + count)], BCodes = x.BCodes[..(first + count)] };
            uint after = DotProduct.Compute(model, until, c, conversion);
            steps.Add(Step(model, x, first, count, before, after, conversion));
            before = after;
        }

        return steps.ToImmutable();
    }

    /// <summary>The exact sum of c and all products, not rounded.</summary>
    public static Number ExactSum(MatrixUnit model, ElementFormat a, uint[] aCodes, ElementFormat b, uint[] bCodes, byte[] scalesA,
        byte[] scalesB, uint c, ElementFormat output)
        => Plus(ElementCodec.Decode(output, c), Operands(model, a, aCodes, b, bCodes, scalesA, scalesB), 0, aCodes.Length);

    private static DotOperands Operands(MatrixUnit model, ElementFormat a, uint[] aCodes, ElementFormat b, uint[] bCodes, byte[] scalesA,
        byte[] scalesB) => new()
        {
            A = a,
            ACodes = aCodes,
            B = b,
            BCodes = bCodes,
            Scale = scalesA.Length == 0 ? null : model.Scale,
            ScalesA = scalesA,
            ScalesB = scalesB,
        };

    private static Number Plus(Number sum, DotOperands x, int first, int count)
    {
        for (int k = first; k < first + count; k++)
        {
            sum = NumberArithmetic.Add(sum, Product(x, k));
        }

        return sum;
    }

    private static Number Product(DotOperands x, int k)
        => NumberArithmetic.Multiply(ScaledElements.OfA(x, k), ScaledElements.OfB(x, k));

    /// <summary>Products that enter the sum together.</summary>
    private static int StepOf(MatrixUnit model, int k) => model.Family switch
    {
        AccumulationFamily.Exact or AccumulationFamily.Pairwise => k,
        AccumulationFamily.FmaChain or AccumulationFamily.MulAddChain or AccumulationFamily.Kahan => 1,
        _ => model.L,
    };

    private static DotStep Step(MatrixUnit model, DotOperands x, int first, int count, uint before, uint after, ModelOutput output)
    {
        Number addend = ElementCodec.Decode(output.Format, before);
        Number exact = Plus(addend, x, first, count);
        ImmutableArray<DotTerm>.Builder terms = ImmutableArray.CreateBuilder<DotTerm>();
        terms.Add(new(-1, 0, addend, null));
        for (int k = first; k < first + count; k++)
        {
            terms.Add(new(k, 1, Product(x, k), null));
        }

        Number result = ElementCodec.Decode(output.Format, after);
        return Aligned(model, x, first, output) is not { } aligned
            ? new(first, count, before, after, exact, result, null, terms.ToImmutable())
            : WithAlignment(new(first, count, before, after, exact, result, null, []), aligned, TruncatedFused.Addend(before, output),
                model);
    }

    /// <summary>The terms as a family that truncates them all at one place takes them; null for any other.</summary>
    private static Term[]? Aligned(MatrixUnit model, DotOperands x, int first, ModelOutput output) => model.Family switch
    {
        AccumulationFamily.TruncatedFused => TruncatedFused.Terms(x.Step(first, model.L), output),
        AccumulationFamily.BlockScaled => BlockScaled.Terms(x.Step(first, model.L), output),
        AccumulationFamily.GroupedBlockScaled => GroupedBlockScaled.Terms(x.Step(first, model.L), model.G, output),
        _ => null,
    };

    private static DotStep WithAlignment(DotStep step, Term[] aligned, Term addend, MatrixUnit model)
    {
        int size = Math.Max(model.G, 1);
        bool isFinite = Term.SpecialSum(aligned, addend) is null;
        int quantum = TruncatedFused.Quantum(aligned, addend, model.F);
        Dyadic? Kept(Term term) => isFinite ? Integers.ToDyadic(term.TruncatedAt(quantum), quantum) : null;

        // What pads the last step is no term of the user's.
        int shown = Math.Min(aligned.Length, (step.Count + size - 1) / size);
        return step with
        {
            Quantum = isFinite ? quantum : null,
            Terms = [new(-1, 0, addend.Value, Kept(addend)),
                .. aligned[..shown].Select((term, i) => new DotTerm(step.First + (i * size), Math.Min(size, step.Count - (i * size)),
                    term.Value, Kept(term)))],
        };
    }
}
