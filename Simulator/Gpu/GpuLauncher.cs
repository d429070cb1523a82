using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Gpu;

/// <summary>Launches the quantising kernel of one rounding mode.</summary>
internal abstract class GpuLauncher
{
    /// <summary>The launcher of a conversion.</summary>
    public static GpuLauncher For(BlockFormat format, ConversionPolicy policy)
        => format == MxFormats.Nvfp4
            ? Roundings.Dispatch<Nvfp4, GpuLauncher>(policy.Rounding, default)
            : For(policy.Rounding, KernelParametersOf.IsPlain(format.Element, policy));

    /// <summary>The launcher of a mode under a scale that is a power of two.</summary>
    public static GpuLauncher For(RoundingMode mode, bool plain)
        => plain
            ? Roundings.Dispatch<With<PlainResults>, GpuLauncher>(mode, default)
            : Roundings.Dispatch<With<CheckedResults>, GpuLauncher>(mode, default);

    /// <summary>Loads the kernel, compiling it on first use, and launches one thread a block.</summary>
    public abstract void Quantize<TInput>(Accelerator accelerator, int blocks, TInput values, ArrayView<uint> words, ArrayView<byte> scales,
        ArrayView<byte> codes, BlockShape shape, KernelParameters p)
        where TInput : struct, IWideView;

    /// <summary>Loads the kernel of single elements and launches one thread each.</summary>
    public abstract void Encode<TInput>(Accelerator accelerator, int count, TInput values, ArrayView<uint> words, ArrayView<byte> codes,
        KernelParameters p)
        where TInput : struct, IWideView;

    /// <summary>The kernel of single elements, for compiling it without a device.</summary>
    public abstract System.Reflection.MethodInfo ElementMethod<TInput>()
        where TInput : struct, IWideView;

    /// <summary>The kernel's method, for compiling it without a device.</summary>
    public abstract System.Reflection.MethodInfo Method<TInput>()
        where TInput : struct, IWideView;

    private readonly struct With<TResults> : IRoundingVisitor<GpuLauncher>
        where TResults : struct, IResults
    {
        public GpuLauncher Visit<TRounding>()
            where TRounding : struct, IRounding
            => new Of<TRounding, TResults>();
    }

    private readonly struct Nvfp4 : IRoundingVisitor<GpuLauncher>
    {
        public GpuLauncher Visit<TRounding>()
            where TRounding : struct, IRounding
            => new Nvfp4GpuLauncher<TRounding>();
    }

    private sealed class Of<TRounding, TResults> : GpuLauncher
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        public override void Quantize<TInput>(Accelerator accelerator, int blocks, TInput values, ArrayView<uint> words,
            ArrayView<byte> scales, ArrayView<byte> codes, BlockShape shape, KernelParameters p)
            => accelerator.LoadAutoGroupedStreamKernel<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape,
                KernelParameters>(GpuKernels.Quantize<TRounding, TResults, TInput>)(
                blocks, values, words, scales, codes, shape, p);

        public override void Encode<TInput>(Accelerator accelerator, int count, TInput values, ArrayView<uint> words, ArrayView<byte> codes,
            KernelParameters p)
            => accelerator.LoadAutoGroupedStreamKernel<Index1D, TInput, ArrayView<uint>, ArrayView<byte>,
                KernelParameters>(GpuKernels.EncodeElements<TRounding, TResults, TInput>)(
                count, values, words, codes, p);

        public override System.Reflection.MethodInfo ElementMethod<TInput>()
            => ((Action<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, KernelParameters>)GpuKernels.EncodeElements<TRounding, TResults,
                TInput>).Method;

        public override System.Reflection.MethodInfo Method<TInput>()
            => ((Action<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape,
                KernelParameters>)GpuKernels.Quantize<TRounding, TResults, TInput>).Method;
    }
}
