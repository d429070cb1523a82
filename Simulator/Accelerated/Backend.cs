using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Accelerated.Gpu;

namespace Mxact.Simulator.Accelerated;

/// <summary>What runs the kernels. All give the same bits; they differ in speed.</summary>
public enum Backend
{
    /// <summary>One element at a time.</summary>
    Scalar,

    /// <summary>Eight at a time: AVX2.</summary>
    Vector256,

    /// <summary>Sixteen at a time: AVX-512 F, BW, CD, DQ.</summary>
    Vector512,

    /// <summary>The GPU kernels on ILGPU's CPU accelerator: slow, for tests.</summary>
    IlgpuCpu,

    /// <summary>The GPU kernels on a CUDA device.</summary>
    IlgpuCuda,
}

/// <summary>Which backends there are, and which one is used when a caller does not say.</summary>
public static class Backends
{
    /// <summary>The environment variable that forces a backend by name.</summary>
    public const string Variable = "MXACT_BACKEND";

    /// <summary>All of them.</summary>
    public static ImmutableArray<Backend> All { get; } = [.. Enum.GetValues<Backend>()];

    /// <summary>The backends of this processor, slowest first.</summary>
    public static ImmutableArray<Backend> OfProcessor { get; } = [.. All.Where(b => b <= Backend.Vector512 && IsAvailable(b))];

    /// <summary>The one that <see cref="Variable"/> names, else the widest this processor has.</summary>
    /// <exception cref="NotSupportedException">The variable names no backend, or one that is not available here.</exception>
    public static Backend Default
    {
        get
        {
            string? forced = Environment.GetEnvironmentVariable(Variable);
            if (string.IsNullOrEmpty(forced))
            {
                return OfProcessor[^1];
            }

            return !TryParse(forced, out Backend backend) ? throw new NotSupportedException($"{Variable}={forced} names no backend; there are {string.Join(", ", All.Select(NameOf))}")
                : !IsAvailable(backend) ? throw new NotSupportedException($"{Variable}={forced} is not available here")
                : backend;
        }
    }

    /// <summary>The name a user types: <c>scalar</c>, <c>vector256</c>, <c>vector512</c>, <c>ilgpu-cpu</c>, <c>ilgpu-cuda</c>.</summary>
    public static string NameOf(Backend backend) => backend switch
    {
        Backend.Scalar => "scalar",
        Backend.Vector256 => "vector256",
        Backend.Vector512 => "vector512",
        Backend.IlgpuCpu => "ilgpu-cpu",
        Backend.IlgpuCuda => "ilgpu-cuda",
        _ => throw new InvalidOperationException($"no such backend: {backend}"),
    };

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

    /// <summary>The backend asked for, or <see cref="Default"/> when none is.</summary>
    /// <exception cref="NotSupportedException">It is not available here.</exception>
    internal static Backend Require(Backend? asked)
    {
        Backend backend = asked ?? Default;
        return IsAvailable(backend) ? backend : throw new NotSupportedException($"backend {NameOf(backend)} is not available on this machine");
    }

    /// <summary>Whether this machine has it.</summary>
    public static bool IsAvailable(Backend backend) => backend switch
    {
        Backend.Scalar or Backend.IlgpuCpu => true,
        Backend.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported,
        Backend.Vector512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512BW.IsSupported && Avx512CD.IsSupported && Avx512DQ.IsSupported,
        Backend.IlgpuCuda => GpuDevice.Cuda is not null,
        _ => throw new InvalidOperationException($"no such backend: {backend}"),
    };
}
