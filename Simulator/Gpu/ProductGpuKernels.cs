using ILGPU;
using Mxact.Simulator.Product;

namespace Mxact.Simulator.Gpu;

/// <summary>
/// The entry point of the matrix product that ILGPU compiles: one thread an element of C. The arithmetic is <see cref="ScalarSteps"/>'.
/// </summary>
internal static class ProductGpuKernels
{
    /// <summary>Adds a tile's steps to its elements of C.</summary>
    public static void Multiply(Index1D thread, ArrayView<DecodedElement> a, ArrayView<DecodedElement> b, ArrayView<DecodedElement> scalesA,
        ArrayView<DecodedElement> scalesB, ArrayView<uint> c, ProductTile tile, StepParameters unit)
    {
        int element = thread;
        int row = element / tile.Columns;
        int column = element % tile.Columns;
        uint code = c[element];
        for (int step = 0; step < tile.Steps; step++)
        {
            code = ScalarSteps.Step(unit, new ViewOperands(a, b, scalesA, scalesB, row, column, step, tile, unit), code);
        }

        c[element] = code;
    }
}
