using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Gpu;

/// <summary>Launches NVFP4's quantising kernel of one rounding mode.</summary>
internal sealed class Nvfp4GpuLauncher<TRounding> : GpuLauncher
    where TRounding : struct, IRounding
{
    public override void Quantize<TInput>(Accelerator accelerator, int blocks, TInput values, ArrayView<uint> words, ArrayView<byte> scales, ArrayView<byte> codes, BlockShape shape, KernelParameters p)
        => accelerator.LoadAutoGroupedStreamKernel<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape, KernelParameters>(Nvfp4GpuKernels.Quantize<TRounding, TInput>)(
            blocks, values, words, scales, codes, shape, p);

    public override System.Reflection.MethodInfo Method<TInput>()
        => ((Action<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape, KernelParameters>)Nvfp4GpuKernels.Quantize<TRounding, TInput>).Method;

    public override void Encode<TInput>(Accelerator accelerator, int count, TInput values, ArrayView<uint> words, ArrayView<byte> codes, KernelParameters p)
        => throw ElementsAreE2M1s();

    public override System.Reflection.MethodInfo ElementMethod<TInput>() => throw ElementsAreE2M1s();

    private static NotSupportedException ElementsAreE2M1s() => new("NVFP4's single elements are E2M1's: use that format");
}

/// <summary>Where a run-time mode becomes NVFP4's generic instantiation.</summary>
internal static class Nvfp4GpuLauncher
{
    /// <summary>The launcher of a mode.</summary>
    public static GpuLauncher For(RoundingMode mode) => (mode.Direction, mode.Variant) switch
    {
        (RoundingDirection.TiesToEven, _) => new Nvfp4GpuLauncher<TiesToEven>(),
        (RoundingDirection.TiesToAway, _) => new Nvfp4GpuLauncher<TiesToAway>(),
        (RoundingDirection.TiesToZero, _) => new Nvfp4GpuLauncher<TiesToZero>(),
        (RoundingDirection.TowardZero, _) => new Nvfp4GpuLauncher<TowardZero>(),
        (RoundingDirection.TowardPositive, _) => new Nvfp4GpuLauncher<TowardPositive>(),
        (RoundingDirection.TowardNegative, _) => new Nvfp4GpuLauncher<TowardNegative>(),
        (RoundingDirection.ToOdd, _) => new Nvfp4GpuLauncher<ToOdd>(),
        (RoundingDirection.Stochastic, StochasticVariant.A) => new Nvfp4GpuLauncher<StochasticA>(),
        (RoundingDirection.Stochastic, StochasticVariant.B) => new Nvfp4GpuLauncher<StochasticB>(),
        (RoundingDirection.Stochastic, StochasticVariant.C) => new Nvfp4GpuLauncher<StochasticC>(),
        (RoundingDirection.Stochastic, StochasticVariant.Odd) => new Nvfp4GpuLauncher<StochasticOdd>(),
        _ => throw new InvalidOperationException($"no such rounding mode: {mode}"),
    };
}
