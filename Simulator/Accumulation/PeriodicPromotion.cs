using Mxact.Simulator.Accumulation.Families;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Accumulation;

/// <summary>
/// Promotion to a binary32 accumulator every N products, as DeepSeek-V3 does every 128 on Hopper (arXiv 2412.19437, 3.3.2):
/// the matrix unit starts from zero, and its result is added outside it with one rounding, ties to even.
/// </summary>
internal static class PeriodicPromotion
{
    /// <summary>All of K; a last interval that is not full is promoted too.</summary>
    public static uint Whole(DotOperands x, uint c, MatrixUnit model, ModelOutput output)
    {
        MatrixUnit inner = model.Inner ?? throw new InvalidOperationException($"{model} promotes no model");
        ModelOutput innerOutput = inner.Output(output.Format)
            ?? throw new InvalidOperationException($"{inner} has no {output.Format} output");
        uint accumulator = c;
        int length;
        for (int start = 0; start < x.Length; start += length)
        {
            length = Math.Min(model.L, x.Length - start);
            uint partial = DotProduct.Compute(inner, x.Step(start, length), 0, innerOutput);
            accumulator = RoundedAddition.Add(accumulator, partial, output);
        }

        return accumulator;
    }
}
