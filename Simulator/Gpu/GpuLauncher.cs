using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Gpu;

/// <summary>Launches the quantising kernel of one rounding mode; where a run-time mode becomes a device kernel's generic instantiation.</summary>
internal abstract class GpuLauncher
{
    /// <summary>The launcher of a conversion.</summary>
    public static GpuLauncher For(BlockFormat format, ConversionPolicy policy)
        => format == MxFormats.Nvfp4 ? Nvfp4GpuLauncher.For(policy.Rounding) : For(policy.Rounding, KernelParametersOf.IsPlain(format.Element, policy));

    /// <summary>The launcher of a mode under a scale that is a power of two.</summary>
    public static GpuLauncher For(RoundingMode mode, bool plain) => plain ? For<PlainResults>(mode) : For<CheckedResults>(mode);

    /// <summary>Loads the kernel, compiling it on first use, and launches one thread a block.</summary>
    public abstract void Quantize<TInput>(Accelerator accelerator, int blocks, TInput values, ArrayView<uint> words, ArrayView<byte> scales, ArrayView<byte> codes, BlockShape shape, KernelParameters p)
        where TInput : struct, IWideView;

    /// <summary>Loads the kernel of single elements and launches one thread each.</summary>
    public abstract void Encode<TInput>(Accelerator accelerator, int count, TInput values, ArrayView<uint> words, ArrayView<byte> codes, KernelParameters p)
        where TInput : struct, IWideView;

    /// <summary>The kernel of single elements, for compiling it without a device.</summary>
    public abstract System.Reflection.MethodInfo ElementMethod<TInput>()
        where TInput : struct, IWideView;

    /// <summary>The kernel's method, for compiling it without a device.</summary>
    public abstract System.Reflection.MethodInfo Method<TInput>()
        where TInput : struct, IWideView;

    private static GpuLauncher For<TResults>(RoundingMode mode)
        where TResults : struct, IResults
        => (mode.Direction, mode.Variant) switch
        {
            (RoundingDirection.TiesToEven, _) => new Of<TiesToEven, TResults>(),
            (RoundingDirection.TiesToAway, _) => new Of<TiesToAway, TResults>(),
            (RoundingDirection.TiesToZero, _) => new Of<TiesToZero, TResults>(),
            (RoundingDirection.TowardZero, _) => new Of<TowardZero, TResults>(),
            (RoundingDirection.TowardPositive, _) => new Of<TowardPositive, TResults>(),
            (RoundingDirection.TowardNegative, _) => new Of<TowardNegative, TResults>(),
            (RoundingDirection.ToOdd, _) => new Of<ToOdd, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.A) => new Of<StochasticA, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.B) => new Of<StochasticB, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.C) => new Of<StochasticC, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.Odd) => new Of<StochasticOdd, TResults>(),
            _ => throw new InvalidOperationException($"no such rounding mode: {mode}"),
        };

    private sealed class Of<TRounding, TResults> : GpuLauncher
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        public override void Quantize<TInput>(Accelerator accelerator, int blocks, TInput values, ArrayView<uint> words, ArrayView<byte> scales, ArrayView<byte> codes, BlockShape shape, KernelParameters p)
            => accelerator.LoadAutoGroupedStreamKernel<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape, KernelParameters>(GpuKernels.Quantize<TRounding, TResults, TInput>)(
                blocks, values, words, scales, codes, shape, p);

        public override void Encode<TInput>(Accelerator accelerator, int count, TInput values, ArrayView<uint> words, ArrayView<byte> codes, KernelParameters p)
            => accelerator.LoadAutoGroupedStreamKernel<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, KernelParameters>(GpuKernels.EncodeElements<TRounding, TResults, TInput>)(
                count, values, words, codes, p);

        public override System.Reflection.MethodInfo ElementMethod<TInput>()
            => ((Action<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, KernelParameters>)GpuKernels.EncodeElements<TRounding, TResults, TInput>).Method;

        public override System.Reflection.MethodInfo Method<TInput>()
            => ((Action<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape, KernelParameters>)GpuKernels.Quantize<TRounding, TResults, TInput>).Method;
    }
}
