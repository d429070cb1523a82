using Mxact.Simulator.Accelerated.Kernels;
using Mxact.Simulator.Accelerated.Lanes;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Cpu;

/// <summary>The one place where a run-time choice becomes a generic instantiation: backend by rounding mode.</summary>
internal static class KernelChoice
{
    /// <summary>The kernels of a processor backend for a rounding mode.</summary>
    public static CpuKernels For(Backend backend, RoundingMode mode) => backend switch
    {
        Backend.Scalar => Of<ScalarLane>(mode),
        Backend.Vector256 => Of<Vector256Lane>(mode),
        Backend.Vector512 => Of<Vector512Lane>(mode),
        _ => throw new InvalidOperationException($"{backend} is no processor backend"),
    };

    private static CpuKernels Of<TLane>(RoundingMode mode)
        where TLane : unmanaged, IVectorLane<TLane>
        => (mode.Direction, mode.Variant) switch
        {
            (RoundingDirection.TiesToEven, _) => new LaneKernels<TLane, TiesToEven>(),
            (RoundingDirection.TiesToAway, _) => new LaneKernels<TLane, TiesToAway>(),
            (RoundingDirection.TiesToZero, _) => new LaneKernels<TLane, TiesToZero>(),
            (RoundingDirection.TowardZero, _) => new LaneKernels<TLane, TowardZero>(),
            (RoundingDirection.TowardPositive, _) => new LaneKernels<TLane, TowardPositive>(),
            (RoundingDirection.TowardNegative, _) => new LaneKernels<TLane, TowardNegative>(),
            (RoundingDirection.ToOdd, _) => new LaneKernels<TLane, ToOdd>(),
            (RoundingDirection.Stochastic, StochasticVariant.A) => new LaneKernels<TLane, StochasticA>(),
            (RoundingDirection.Stochastic, StochasticVariant.B) => new LaneKernels<TLane, StochasticB>(),
            (RoundingDirection.Stochastic, StochasticVariant.C) => new LaneKernels<TLane, StochasticC>(),
            (RoundingDirection.Stochastic, StochasticVariant.Odd) => new LaneKernels<TLane, StochasticOdd>(),
            _ => throw new InvalidOperationException($"no such rounding mode: {mode}"),
        };
}
