using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Product;
using ProductKernel = System.Action<
    ILGPU.Index1D,
    ILGPU.ArrayView<Mxact.Simulator.Product.DecodedElement>,
    ILGPU.ArrayView<Mxact.Simulator.Product.DecodedElement>,
    ILGPU.ArrayView<Mxact.Simulator.Product.DecodedElement>,
    ILGPU.ArrayView<Mxact.Simulator.Product.DecodedElement>,
    ILGPU.ArrayView<uint>,
    Mxact.Simulator.Gpu.ProductTile,
    Mxact.Simulator.Product.StepParameters>;

namespace Mxact.Simulator.Gpu;

/// <summary>
/// A matrix product on a device, tile by tile: operands are decoded on the processor, and a tile of C stays on the device for all
/// of K. Tiles are small enough for any device whatever the sizes of the matrices: at most 64 MiB each of A, B and C.
/// </summary>
internal sealed unsafe class GpuProduct
{
    private const int MaxSide = 1 << 13;
    private const int MaxK = 1 << 10;
    private const int MaxElements = 1 << 24;

    private readonly GpuDevice device;
    private readonly StepParameters unit;
    private readonly DecodedMatrix a;
    private readonly DecodedMatrix b;
    private readonly int m;
    private readonly int n;
    private readonly int steps;
    private readonly ProductOptions options;

    /// <summary>Views the operands, whose memory must stay pinned while the product runs.</summary>
    public GpuProduct(GpuDevice device, StepUnit unit, CodeRows a, CodeRows b, int m, int n, int k, ProductOptions options)
    {
        this.device = device;
        this.unit = new(unit, a.Format.MantissaBits + b.Format.MantissaBits);
        this.a = new(unit, a, m, k);
        this.b = new(unit, b, n, k);
        this.m = m;
        this.n = n;
        steps = (int)(((long)k + unit.Terms - 1) / unit.Terms);
        this.options = options;
    }

    /// <summary>Computes C = A B^T + C in place.</summary>
    public void Run(uint* c)
    {
        int columns = Math.Min(n, MaxSide);
        int rows = Math.Min(m, Math.Min(MaxSide, MaxElements / columns));
        int depth = Math.Min(steps, MaxK / unit.Terms);
        lock (device.Gate)
        {
            Accelerator accelerator = device.Accelerator;
            ProductKernel kernel = accelerator.LoadAutoGroupedStreamKernel((ProductKernel)ProductGpuKernels.Multiply);
            using DeviceOperand tileOfA = new(accelerator, a, rows, depth, unit);
            using DeviceOperand tileOfB = new(accelerator, b, columns, depth, unit);
            using MemoryBuffer1D<uint, Stride1D.Dense> tileOfC = accelerator.Allocate1D<uint>((long)rows * columns);
            for (long firstRow = 0; firstRow < m; firstRow += rows)
            {
                for (long firstColumn = 0; firstColumn < n; firstColumn += columns)
                {
                    int row = (int)firstRow;
                    int column = (int)firstColumn;
                    int tall = Math.Min(rows, m - row);
                    int wide = Math.Min(columns, n - column);
                    CopyIn(c, row, column, tall, wide, tileOfC);
                    for (int step = 0; step < steps; step += depth)
                    {
                        int deep = Math.Min(depth, steps - step);
                        tileOfA.Decode(row, tall, step, deep, transposed: false, options.Execution.Threads);
                        tileOfB.Decode(column, wide, step, deep, transposed: true, options.Execution.Threads);
                        kernel(tall * wide, tileOfA.Elements, tileOfB.Elements, tileOfA.Scales, tileOfB.Scales, tileOfC.View,
                            new ProductTile { Columns = wide, Steps = deep }, unit);
                        accelerator.Synchronize();
                    }

                    CopyOut(tileOfC, c, row, column, tall, wide);
                }
            }
        }

        options.Diagnostics?.AddElements((long)m * n, (long)m * n);
    }

    private void CopyIn(uint* c, int row, int column, int tall, int wide, MemoryBuffer1D<uint, Stride1D.Dense> to)
    {
        uint[] tile = new uint[tall * wide];
        for (int i = 0; i < tall; i++)
        {
            new ReadOnlySpan<uint>(c + (((long)row + i) * n) + column, wide).CopyTo(tile.AsSpan(i * wide, wide));
        }

        to.View.SubView(0, tile.Length).CopyFromCPU(tile);
    }

    private void CopyOut(MemoryBuffer1D<uint, Stride1D.Dense> from, uint* c, int row, int column, int tall, int wide)
    {
        uint[] tile = new uint[tall * wide];
        from.View.SubView(0, tile.Length).CopyToCPU(tile);
        for (int i = 0; i < tall; i++)
        {
            tile.AsSpan(i * wide, wide).CopyTo(new(c + (((long)row + i) * n) + column, wide));
        }
    }
}
