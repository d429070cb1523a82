using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace Mxact.Simulator.Gpu;

/// <summary>An ILGPU accelerator, made once a process: ILGPU's processor simulation, or the first CUDA device.</summary>
internal sealed class GpuDevice
{
    /// <summary>One simulated warp of two threads, the fewest: the kernels share nothing between threads, and more wait for
    /// turns.</summary>
    private static readonly Lazy<GpuDevice> LazyCpu = new(
        () => new(Context.Create(b => b.CPU(new CPUDevice(2, 1, 1))), c => c.CreateCPUAccelerator(0)));

    private static readonly Lazy<GpuDevice?> LazyCuda = new(FindCuda);

    private GpuDevice(Context context, Func<Context, Accelerator> create)
    {
        Context = context;
        Accelerator = create(context);
    }

    /// <summary>The simulation.</summary>
    public static GpuDevice Cpu => LazyCpu.Value;

    /// <summary>The CUDA device, or null when there is none.</summary>
    public static GpuDevice? Cuda => LazyCuda.Value;

    /// <summary>The device of a backend.</summary>
    /// <exception cref="InvalidOperationException">The backend is a processor's, or there is no such device.</exception>
    public static GpuDevice Of(Backend backend) => backend switch
    {
        Backend.IlgpuCpu => Cpu,
        Backend.IlgpuCuda => Cuda ?? throw new InvalidOperationException("there is no CUDA device"),
        _ => throw new InvalidOperationException($"{backend} is no device"),
    };

    /// <summary>ILGPU's context.</summary>
    public Context Context { get; }

    /// <summary>What kernels are loaded on.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>One call at a time: an accelerator's default stream and its buffers are shared.</summary>
    public Lock Gate { get; } = new();

    /// <summary>A buffer that holds a copy.</summary>
    public unsafe MemoryBuffer1D<T, Stride1D.Dense> In<T>(T* values, long count)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = Accelerator.Allocate1D<T>(count);
        buffer.View.CopyFromCPU(ref *values, count);
        return buffer;
    }

    /// <summary>Waits for the kernels and copies a buffer out.</summary>
    public unsafe void Out<T>(MemoryBuffer1D<T, Stride1D.Dense> buffer, T* destination)
        where T : unmanaged
    {
        Accelerator.Synchronize();
        buffer.View.CopyToCPU(ref *destination, buffer.Length);
    }

    /// <summary>That a device has room, before anything is allocated on it.</summary>
    /// <exception cref="NotSupportedException">It has not.</exception>
    public static void RequireMemory(string what, long needed, long available)
    {
        if (needed > available)
        {
            throw new NotSupportedException($"{what} needs {needed} bytes of the device's memory, which has {available}; convert it in "
                + $"parts, or use a processor backend");
        }
    }

    private static GpuDevice? FindCuda()
    {
        try
        {
            Context context = Context.Create(b => b.Cuda());
            return context.GetCudaDevices().Count > 0 ? new(context, c => c.CreateCudaAccelerator(0)) : null;
        }
        catch (Exception e)
            when (e is DllNotFoundException or NotSupportedException or AcceleratorException or TypeInitializationException
            or EntryPointNotFoundException)
        {
            return null; // no driver, no device
        }
    }
}
