using ILGPU;
using ILGPU.Runtime;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Gpu;

/// <summary>Launches NVFP4's quantising kernel of one rounding mode.</summary>
internal sealed class Nvfp4GpuLauncher<TRounding> : GpuLauncher
    where TRounding : struct, IRounding
{
    public override void Quantize<TInput>(Accelerator accelerator, int blocks, TInput values, ArrayView<uint> words, ArrayView<byte> scales,
        ArrayView<byte> codes, BlockShape shape, KernelParameters p)
        => accelerator.LoadAutoGroupedStreamKernel<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape,
            KernelParameters>(Nvfp4GpuKernels.Quantize<TRounding, TInput>)(
            blocks, values, words, scales, codes, shape, p);

    public override System.Reflection.MethodInfo Method<TInput>()
        => ((Action<Index1D, TInput, ArrayView<uint>, ArrayView<byte>, ArrayView<byte>, BlockShape,
            KernelParameters>)Nvfp4GpuKernels.Quantize<TRounding, TInput>).Method;

    public override void Encode<TInput>(Accelerator accelerator, int count, TInput values, ArrayView<uint> words, ArrayView<byte> codes,
        KernelParameters p)
        => throw ElementsAreE2M1s();

    public override System.Reflection.MethodInfo ElementMethod<TInput>() => throw ElementsAreE2M1s();

    private static NotSupportedException ElementsAreE2M1s() => new("NVFP4's single elements are E2M1's: use that format");
}
