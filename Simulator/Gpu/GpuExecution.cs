using Mxact.Simulator.Conversion;
using Mxact.Simulator.Gpu;
using Mxact.Simulator.Product;

namespace Mxact;

/// <summary>The backends <see cref="Backend.IlgpuCpu"/> and <see cref="Backend.IlgpuCuda"/>, for a program that wants them.</summary>
public static class GpuExecution
{
    /// <summary>Makes them known to the simulator. May be called more than once; looks for a device only when one is asked for.</summary>
    public static void Register()
    {
        ConversionDevice.Register(new Provider());
        ProductDevice.Register(new Provider());
        GpuProvider.Register(() => GpuDevice.Cuda is not null);
    }

    private sealed unsafe class Provider : IConversionDevice, IProductDevice
    {
        public IDriver Blocks(ConversionSettings settings, Backend backend) => new GpuDriver(settings, backend);

        public IElementDriver Elements(BlockFormat format, ConversionPolicy policy, Backend backend)
            => new GpuElementDriver(format, policy, backend);

        public void Multiply(StepUnit unit, CodeRows a, CodeRows b, uint* c, int m, int n, int k, ProductOptions options)
            => new GpuProduct(GpuDevice.Of(options.Execution.Backend), unit, a, b, m, n, k, options).Run(c);
    }
}
