using ILGPU;
using Mxact.Simulator.Product;

namespace Mxact.Simulator.Gpu;

/// <summary>
/// One step's operands in device memory: A row by row, B column by column, so that neighbouring threads read neighbouring elements of B.
/// </summary>
internal readonly struct ViewOperands : IStepOperands
{
    private readonly ArrayView<DecodedElement> a;
    private readonly ArrayView<DecodedElement> b;
    private readonly ArrayView<DecodedElement> scalesA;
    private readonly ArrayView<DecodedElement> scalesB;
    private readonly long firstX;
    private readonly long firstY;
    private readonly long firstScaleX;
    private readonly long firstScaleY;
    private readonly int columns;

    public ViewOperands(ArrayView<DecodedElement> a, ArrayView<DecodedElement> b, ArrayView<DecodedElement> scalesA,
        ArrayView<DecodedElement> scalesB, int row, int column, int step, ProductTile tile, StepParameters unit)
    {
        this.a = a;
        this.b = b;
        this.scalesA = scalesA;
        this.scalesB = scalesB;
        columns = tile.Columns;
        firstX = (((long)row * tile.Steps) + step) * unit.Terms;
        firstY = ((long)step * unit.Terms * columns) + column;
        firstScaleX = (((long)row * tile.Steps) + step) * unit.Groups;
        firstScaleY = ((long)step * unit.Groups * columns) + column;
    }

    public ref readonly DecodedElement X(int k) => ref a[firstX + k];

    public ref readonly DecodedElement Y(int k) => ref b[firstY + ((long)k * columns)];

    public ref readonly DecodedElement ScaleX(int group) => ref scalesA[firstScaleX + group];

    public ref readonly DecodedElement ScaleY(int group) => ref scalesB[firstScaleY + ((long)group * columns)];
}
