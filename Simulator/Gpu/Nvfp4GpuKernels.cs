using ILGPU;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Conversion.Nvfp4;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Gpu;

/// <summary>The entry points of NVFP4 that ILGPU compiles: one thread a block. The arithmetic is <see cref="Nvfp4Conversion"/>'s.</summary>
internal static class Nvfp4GpuKernels
{
    /// <summary>Values to a scale and codes.</summary>
    public static void Quantize<TRounding,
        TInput>(Index1D thread, TInput values, ArrayView<uint> words, ArrayView<byte> scales, ArrayView<byte> codes, BlockShape shape,
        KernelParameters p)
        where TRounding : struct, IRounding
        where TInput : struct, IWideView
    {
        int block = thread;
        ViewBlock<TRounding, TInput> view = new(values, codes, words, shape.First(block), shape.Stride, shape.Count(block), p);
        scales[block] = (byte)Nvfp4Conversion.QuantizeAcross<ScalarLane, TRounding, ViewBlock<TRounding, TInput>>(view, p).Word;
    }

    /// <summary>A scale and codes to binary32 values.</summary>
    public static void Dequantize(Index1D thread, ArrayView<byte> scales, ArrayView<byte> codes, ArrayView<uint> values, BlockShape shape,
        KernelParameters p)
    {
        int block = thread;
        ScalarLane scale = ScalarLane.Splat(scales[block]);
        long first = shape.First(block);
        int count = shape.Count(block);
        for (int step = 0; step < count; step++)
        {
            long element = first + ((long)step * shape.Stride);
            uint code = codes[element];
            values[element] = Nvfp4Conversion.Signed(Nvfp4Conversion.Value(scale, (int)code & Nvfp4Conversion.Magnitudes, p),
                ScalarLane.Splat(code), scale).Word;
        }
    }
}
