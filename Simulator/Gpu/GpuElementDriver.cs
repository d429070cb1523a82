using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Gpu;

/// <summary>Single elements on a device, one thread each.</summary>
internal sealed unsafe class GpuElementDriver : IElementDriver
{
    private readonly GpuDevice device;
    private readonly KernelParameters p;
    private readonly GpuLauncher launcher;

    public GpuElementDriver(BlockFormat format, ConversionPolicy policy, Backend backend)
    {
        device = GpuDevice.Of(backend);
        p = KernelParametersOf.Create(format, policy);
        p.RandomSupplied = 1;
        launcher = GpuLauncher.For(policy.Rounding, KernelParametersOf.IsPlain(format.Element, policy));
    }

    public void Encode(WideInput input, byte* values, uint* words, nint count, byte* codes)
    {
        if (count == 0)
        {
            return;
        }

        lock (device.Gate)
        {
            using MemoryBuffer1D<byte, Stride1D.Dense> results = device.Accelerator.Allocate1D<byte>(count);
            using MemoryBuffer1D<uint, Stride1D.Dense> random = words == null ? device.Accelerator.Allocate1D<uint>(1)
                : device.In(words, count);
            if (input == WideInput.Binary32)
            {
                using MemoryBuffer1D<uint, Stride1D.Dense> wide = device.In((uint*)values, count);
                launcher.Encode(device.Accelerator, (int)count, new Binary32View(wide.View), random.View, results.View, p);
                device.Out(results, codes);
                return;
            }

            using MemoryBuffer1D<ushort, Stride1D.Dense> halves = device.In((ushort*)values, count);
            if (input == WideInput.BFloat16)
            {
                launcher.Encode(device.Accelerator, (int)count, new BFloat16View(halves.View), random.View, results.View, p);
            }
            else
            {
                launcher.Encode(device.Accelerator, (int)count, new Binary16View(halves.View), random.View, results.View, p);
            }

            device.Out(results, codes);
        }
    }

    public void Decode(byte* codes, nint count, uint* values)
    {
        if (count == 0)
        {
            return;
        }

        lock (device.Gate)
        {
            using MemoryBuffer1D<byte, Stride1D.Dense> given = device.In(codes, count);
            using MemoryBuffer1D<uint, Stride1D.Dense> results = device.Accelerator.Allocate1D<uint>(count);
            device.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<byte>, ArrayView<uint>,
                KernelParameters>(GpuKernels.DecodeElements)((int)count, given.View, results.View, p);
            device.Out(results, values);
        }
    }
}
