using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Product;

namespace Mxact.Simulator.Gpu;

/// <summary>A tile of an operand, decoded on the processor and copied to the device.</summary>
internal sealed class DeviceOperand : IDisposable
{
    private readonly DecodedMatrix matrix;
    private readonly StepParameters unit;
    private readonly DecodedElement[] elements;
    private readonly DecodedElement[] scales;
    private readonly MemoryBuffer1D<DecodedElement, Stride1D.Dense> deviceElements;
    private readonly MemoryBuffer1D<DecodedElement, Stride1D.Dense> deviceScales;

    /// <summary>Makes room for tiles of at most <paramref name="rows"/> rows and <paramref name="steps"/> steps.</summary>
    public DeviceOperand(Accelerator accelerator, DecodedMatrix matrix, int rows, int steps, StepParameters unit)
    {
        this.matrix = matrix;
        this.unit = unit;
        elements = new DecodedElement[rows * steps * unit.Terms];
        scales = new DecodedElement[Math.Max(rows * steps * unit.Groups, 1)];
        deviceElements = accelerator.Allocate1D<DecodedElement>(elements.Length);
        deviceScales = accelerator.Allocate1D<DecodedElement>(scales.Length);
    }

    /// <summary>The elements on the device.</summary>
    public ArrayView<DecodedElement> Elements => deviceElements.View;

    /// <summary>The scales of a grouped step's groups on the device; one of no meaning for other steps.</summary>
    public ArrayView<DecodedElement> Scales => deviceScales.View;

    /// <summary>Decodes a tile and copies it: row by row, or transposed, k by k.</summary>
    public void Decode(int firstRow, int rows, int firstStep, int steps, bool transposed, int degree)
    {
        int k = steps * unit.Terms;
        int groups = steps * unit.Groups;
        WorkSharing.For(rows, degree, row =>
        {
            if (!transposed)
            {
                matrix.Decode(firstRow + row, firstStep * unit.Terms, elements.AsSpan(row * k, k), scales.AsSpan(row * groups, groups));
                return;
            }

            Span<DecodedElement> line = stackalloc DecodedElement[k + groups];
            matrix.Decode(firstRow + row, firstStep * unit.Terms, line[..k], line[k..]);
            for (int i = 0; i < k; i++)
            {
                elements[(i * rows) + row] = line[i];
            }

            for (int i = 0; i < groups; i++)
            {
                scales[(i * rows) + row] = line[k + i];
            }
        });
        deviceElements.View.CopyFromCPU(elements);
        deviceScales.View.CopyFromCPU(scales);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        deviceElements.Dispose();
        deviceScales.Dispose();
    }
}
