using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Packing;

namespace Mxact.Simulator.Gpu;

/// <summary>Copies a matrix to a device, runs the kernels there and copies the results back.</summary>
internal sealed unsafe class GpuDriver : IDriver
{
    /// <summary>Bytes an element takes at most: its value, random word and result, its code twice, its share of a scale.</summary>
    private const int BytesOfElement = (3 * sizeof(uint)) + 3;

    private readonly GpuDevice device;
    private readonly KernelParameters p;
    private readonly GpuLauncher launcher;
    private readonly Action<Index1D, ArrayView<byte>, ArrayView<byte>, ArrayView<uint>, BlockShape, KernelParameters> dequantize;
    private readonly BlockAxis axis;
    private readonly int blockSize;
    private readonly int bits;
    private readonly bool packed;

    public GpuDriver(ConversionSettings settings, Backend backend)
    {
        device = GpuDevice.Of(backend);
        p = KernelParametersOf.Create(settings.Format, settings.Policy, settings.TensorScale);
        launcher = GpuLauncher.For(settings.Format, settings.Policy);
        dequantize = settings.Format == MxFormats.Nvfp4 ? Nvfp4GpuKernels.Dequantize : GpuKernels.Dequantize;
        axis = settings.Axis;
        blockSize = settings.Format.BlockSize;
        bits = settings.Format.Element.Bits;
        packed = settings.Packing == CodeLayout.Packed && bits < 8;
    }

    public void Quantize(in MatrixJob job)
    {
        BlockShape shape = ShapeOf(job);
        if (shape.Blocks == 0)
        {
            return;
        }

        lock (device.Gate)
        {
            using MemoryBuffer1D<byte, Stride1D.Dense> scales = device.Accelerator.Allocate1D<byte>(shape.Blocks);
            using MemoryBuffer1D<byte, Stride1D.Dense> codes = device.Accelerator.Allocate1D<byte>(job.Rows * job.Columns);
            Quantize(job, shape, scales, codes);
            device.Out(scales, job.Scales);
            if (!packed)
            {
                device.Out(codes, job.Codes);
                return;
            }

            using MemoryBuffer1D<byte,
                Stride1D.Dense> narrow = device.Accelerator.Allocate1D<byte>(job.Rows * CodePacker.PackedBytes(job.Columns, bits));
            Kernel(GpuKernels.Pack)(PackingThreads(job), codes.View, narrow.View, (int)job.Columns, bits);
            device.Out(narrow, job.Codes);
        }
    }

    public void Dequantize(in MatrixJob job)
    {
        BlockShape shape = ShapeOf(job);
        if (shape.Blocks == 0)
        {
            return;
        }

        lock (device.Gate)
        {
            using MemoryBuffer1D<byte, Stride1D.Dense> scales = device.In(job.Scales, shape.Blocks);
            using MemoryBuffer1D<byte,
                Stride1D.Dense> given = device.In(job.Codes, packed ? job.Rows * CodePacker.PackedBytes(job.Columns, bits)
                : job.Rows * job.Columns);
            using MemoryBuffer1D<byte, Stride1D.Dense> codes = device.Accelerator.Allocate1D<byte>(packed ? job.Rows * job.Columns : 1);
            if (packed)
            {
                Kernel(GpuKernels.Unpack)(PackingThreads(job), given.View, codes.View, (int)job.Columns, bits);
            }

            Dequantize(job, shape, scales, packed ? codes : given);
        }
    }

    public void RoundTrip(in MatrixJob job)
    {
        BlockShape shape = ShapeOf(job);
        if (shape.Blocks == 0)
        {
            return;
        }

        lock (device.Gate)
        {
            using MemoryBuffer1D<byte, Stride1D.Dense> scales = device.Accelerator.Allocate1D<byte>(shape.Blocks);
            using MemoryBuffer1D<byte, Stride1D.Dense> codes = device.Accelerator.Allocate1D<byte>(job.Rows * job.Columns);
            Quantize(job, shape, scales, codes);
            Dequantize(job, shape, scales, codes);
        }
    }

    private void Quantize(in MatrixJob job, BlockShape shape, MemoryBuffer1D<byte, Stride1D.Dense> scales, MemoryBuffer1D<byte,
        Stride1D.Dense> codes)
    {
        KernelParameters seeded = p;
        seeded.RandomSupplied = job.Words == null ? 0 : 1u;
        seeded.SeedLow = (uint)job.Seed;
        seeded.SeedHigh = (uint)(job.Seed >> 32);
        long count = job.Rows * job.Columns;
        using MemoryBuffer1D<uint, Stride1D.Dense> words = job.Words == null ? device.Accelerator.Allocate1D<uint>(1)
            : device.In(job.Words, count);
        if (job.Input == WideInput.Binary32)
        {
            using MemoryBuffer1D<uint, Stride1D.Dense> values = device.In((uint*)job.Values, count);
            launcher.Quantize(device.Accelerator, (int)shape.Blocks, new Binary32View(values.View), words.View, scales.View, codes.View,
                shape, seeded);
            device.Accelerator.Synchronize();
            return;
        }

        using MemoryBuffer1D<ushort, Stride1D.Dense> halves = device.In((ushort*)job.Values, count);
        if (job.Input == WideInput.BFloat16)
        {
            launcher.Quantize(device.Accelerator, (int)shape.Blocks, new BFloat16View(halves.View), words.View, scales.View, codes.View,
                shape, seeded);
        }
        else
        {
            launcher.Quantize(device.Accelerator, (int)shape.Blocks, new Binary16View(halves.View), words.View, scales.View, codes.View,
                shape, seeded);
        }

        device.Accelerator.Synchronize();
    }

    private void Dequantize(in MatrixJob job, BlockShape shape, MemoryBuffer1D<byte, Stride1D.Dense> scales, MemoryBuffer1D<byte,
        Stride1D.Dense> codes)
    {
        using MemoryBuffer1D<uint, Stride1D.Dense> values = device.Accelerator.Allocate1D<uint>(job.Rows * job.Columns);
        device.Accelerator.LoadAutoGroupedStreamKernel(dequantize)(
            (int)shape.Blocks, scales.View, codes.View, values.View, shape, p);
        device.Out(values, job.Result);
    }

    private BlockShape ShapeOf(in MatrixJob job)
    {
        GpuDevice.RequireMemory($"a conversion of {job.Rows} x {job.Columns} elements", BytesOfElement * job.Rows * job.Columns,
            device.Accelerator.MemorySize);
        BlockShape shape = new()
        {
            Rows = (int)job.Rows,
            Columns = (int)job.Columns,
            BlockSize = blockSize,
            DownColumns = axis == BlockAxis.AlongColumns ? 1 : 0
        };
        return job.Rows * job.Columns == 0 ? default(BlockShape) with { BlockSize = blockSize } : shape;
    }

    private static int PackingThreads(in MatrixJob job)
        => (int)(job.Rows * ((job.Columns + GpuKernels.CodesOfThread - 1) / GpuKernels.CodesOfThread));

    private Action<Index1D, ArrayView<byte>, ArrayView<byte>, int,
        int> Kernel(Action<Index1D, ArrayView<byte>, ArrayView<byte>, int, int> method)
        => device.Accelerator.LoadAutoGroupedStreamKernel(method);
}
