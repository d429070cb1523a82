using Mxact.Simulator.Accumulation.Families;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Accumulation.Rdna;

namespace Mxact.Simulator.Accumulation;

/// <summary>d = c + sum a_k b_k as a model computes it: the one entry to every exact implementation.</summary>
internal static class DotProduct
{
    /// <summary>Computes one dot product. K = 0 gives c: no instruction is issued.</summary>
    /// <param name="model">The model: a row of <see cref="MatrixUnits"/>.</param>
    /// <param name="a">Format of A.</param>
    /// <param name="aCodes">K codes of A, k = 0 first, in the low bits; TF32 has 19.</param>
    /// <param name="b">Format of B.</param>
    /// <param name="bCodes">K codes of B.</param>
    /// <param name="scalesA">Scales of A, one for each <see cref="BlockScale.BlockSize"/> elements; empty when the model has none.</param>
    /// <param name="scalesB">Scales of B.</param>
    /// <param name="c">Bits of c in the output format.</param>
    /// <param name="output">Format of c and of the result.</param>
    /// <returns>The bits of d in the output format.</returns>
    /// <exception cref="ArgumentException">Formats, lengths, scales or bits that the model does not take; one line says which.</exception>
    public static uint Compute(
        MatrixUnit model,
        ElementFormat a,
        ReadOnlySpan<uint> aCodes,
        ElementFormat b,
        ReadOnlySpan<uint> bCodes,
        ReadOnlySpan<byte> scalesA,
        ReadOnlySpan<byte> scalesB,
        uint c,
        ElementFormat output)
    {
        DotValidation.RequireWhole(model);
        DotValidation.RequireFormats(model, a, b);
        ModelOutput conversion = DotValidation.RequireOutput(model, output);
        DotValidation.RequireLengths(model, aCodes.Length, bCodes.Length, scalesA.Length, scalesB.Length);
        DotValidation.RequireCodes("A", a, aCodes);
        DotValidation.RequireCodes("B", b, bCodes);
        DotValidation.RequireCodes("c", output, [c]);
        DotOperands operands = new()
        {
            A = a,
            ACodes = aCodes,
            B = b,
            BCodes = bCodes,
            Scale = scalesA.IsEmpty ? null : model.Scale,
            ScalesA = scalesA,
            ScalesB = scalesB,
        };
        return Compute(model, operands, c, conversion);
    }

    /// <summary>The same for operands that are known to fit the model.</summary>
    internal static uint Compute(MatrixUnit model, DotOperands x, uint c, ModelOutput output) => model.Family switch
    {
        AccumulationFamily.Exact => ExactSum.Whole(x, c, output),
        AccumulationFamily.FmaChain => Chains.Fma(x, c, output),
        AccumulationFamily.MulAddChain => Chains.MulAdd(x, c, output),
        AccumulationFamily.Pairwise => Chains.Pairwise(x, c, output),
        AccumulationFamily.Kahan => Chains.Kahan(x, c, output),
        AccumulationFamily.FlushedTree => FlushedTree.Whole(x, c, model.L, output),
        AccumulationFamily.PeriodicPromotion => PeriodicPromotion.Whole(x, c, model, output),
        _ => Steps(model, x, c, output),
    };

    /// <summary>Steps of L products from left to right, the d of one being the c of the next; the last one padded with zeros.</summary>
    private static uint Steps(MatrixUnit model, DotOperands x, uint c, ModelOutput output)
    {
        for (int start = 0; start < x.Length; start += model.L)
        {
            c = Step(model, x.Step(start, model.L), c, output);
        }

        return c;
    }

    private static uint Step(MatrixUnit model, DotOperands x, uint c, ModelOutput output) => model.Family switch
    {
        AccumulationFamily.TruncatedFused => TruncatedFused.Step(x, c, model.F, output),
        AccumulationFamily.BlockScaled => BlockScaled.Step(x, c, model.F, output),
        AccumulationFamily.GroupedBlockScaled => GroupedBlockScaled.Step(x, c, model.G, model.F, output),
        AccumulationFamily.Cdna3 => Cdna3.Step(x, c, model, output),
        AccumulationFamily.Cdna3Fp8 => Cdna3.Fp8Step(x, c, model, output),
        AccumulationFamily.EmulatedFp8 => EmulatedFp8.Step(x, c, model.F, output),
        AccumulationFamily.ExactStep => ExactSum.Step(x, c, output),
        AccumulationFamily.FlushedFmaChain => FlushedFma.Chain(x, c, output),
        AccumulationFamily.FlushedFmaPairs => FlushedFma.Pairs(x, c, output),
        AccumulationFamily.FlushedFmaOddFirst => FlushedFma.OddFirst(x, c, output),
        AccumulationFamily.FlushedFoursInPairs => FlushedFma.FoursInPairs(x, c, output),
        AccumulationFamily.FlushedFoursInLanes => FlushedFma.FoursInLanes(x, c, output),
        AccumulationFamily.ArmDot => ArmDot.Step(x, c, model, output),
        AccumulationFamily.BulkNormalised => BulkNormalised.Step(x, c, output),
        AccumulationFamily.Rdna3 => RdnaDots.Rdna3(x, c, output.Format, new(model.F, model.F2)),
        AccumulationFamily.Rdna4 => RdnaDots.Rdna4(x, c, output.Format, new(model.F, model.F2)),
        AccumulationFamily.Rdna4Wmma => RdnaDots.Rdna4Wmma(x, c, output.Format, new(model.F, model.F2)),
        _ => throw new InvalidOperationException($"{model.Family} has no steps"),
    };
}
