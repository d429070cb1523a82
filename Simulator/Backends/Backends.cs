using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact;

/// <summary>Names of the backends, and which of them this machine has.</summary>
internal static class Backends
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Backend> All { get; } = [.. Enum.GetValues<Backend>()];

    /// <summary>The processor's backends that run kernels here, narrowest first.</summary>
    public static ImmutableArray<Backend> OfProcessor { get; } = [.. All.Where(b => IsProcessor(b) && IsAvailable(b))];

    /// <summary>Whether a backend is vector or scalar code of the processor.</summary>
    public static bool IsProcessor(Backend backend)
        => backend is Backend.Scalar or Backend.Vector128 or Backend.Vector256 or Backend.Vector512;

    /// <summary>Whether a backend is a device of the GPU provider.</summary>
    public static bool IsDevice(Backend backend) => backend is Backend.IlgpuCpu or Backend.IlgpuCuda;

    /// <summary>The name a user types: <c>reference</c>, <c>vector256</c>, <c>ilgpu-cuda</c>.</summary>
    public static string NameOf(Backend backend) => Names.Kebab(backend.ToString());

    /// <summary>Reads a backend's name.</summary>
    public static bool TryParse(string name, out Backend backend)
    {
        foreach (Backend known in All)
        {
            if (NameOf(known) == name)
            {
                backend = known;
                return true;
            }
        }

        backend = default;
        return false;
    }

    /// <summary>Whether it can run here and now.</summary>
    public static bool IsAvailable(Backend backend) => backend switch
    {
        Backend.Reference or Backend.Scalar => true,
        Backend.Vector128 => Vector128.IsHardwareAccelerated,
        Backend.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported,
        Backend.Vector512
            => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512BW.IsSupported && Avx512CD.IsSupported
            && Avx512DQ.IsSupported,
        Backend.IlgpuCpu => GpuProvider.IsRegistered,
        Backend.IlgpuCuda => GpuProvider.IsRegistered && GpuProvider.HasCuda,
        _ => throw new InvalidOperationException($"no such backend: {backend}"),
    };

    /// <summary>Refuses a backend that cannot run here.</summary>
    /// <exception cref="NotSupportedException">One line says why.</exception>
    public static void Require(Backend backend)
    {
        if (!IsAvailable(backend))
        {
            throw new NotSupportedException(IsDevice(backend) && !GpuProvider.IsRegistered
                ? $"backend {NameOf(backend)} needs the GPU provider: reference Mxact.Simulator.Gpu and call GpuExecution.Register()"
                : $"backend {NameOf(backend)} is not available on this machine; it has "
                    + $"{string.Join(", ", All.Where(IsAvailable).Select(NameOf))}");
        }
    }
}
