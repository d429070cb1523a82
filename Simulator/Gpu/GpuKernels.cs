using ILGPU;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Gpu;

/// <summary>
/// The entry points that ILGPU compiles: one thread a block, or one thread for eight codes. The arithmetic is <c>Kernels/</c>'s.
/// </summary>
internal static class GpuKernels
{
    /// <summary>Codes that a packing thread takes: as many bytes as a code has bits.</summary>
    public const int CodesOfThread = 8;

    /// <summary>Values to a scale and codes.</summary>
    public static void Quantize<TRounding, TResults,
        TInput>(Index1D thread, TInput values, ArrayView<uint> words, ArrayView<byte> scales, ArrayView<byte> codes, BlockShape shape,
        KernelParameters p)
        where TRounding : struct, IRounding
        where TResults : struct, IResults
        where TInput : struct, IWideView
    {
        int block = thread;
        ViewBlock<TRounding, TInput> view = new(values, codes, words, shape.First(block), shape.Stride, shape.Count(block), p);
        scales[block] = (byte)BlockConversion.QuantizeAcross<ScalarLane, TRounding, TResults, ViewBlock<TRounding, TInput>>(view, p).Word;
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
            values[element] = ElementCodec.Decode(ScalarLane.Splat(codes[element]), scale, p).Word;
        }
    }

    /// <summary>Single values under the scale 1 to codes.</summary>
    public static void EncodeElements<TRounding, TResults,
        TInput>(Index1D thread, TInput values, ArrayView<uint> words, ArrayView<byte> codes, KernelParameters p)
        where TRounding : struct, IRounding
        where TResults : struct, IResults
        where TInput : struct, IWideView
    {
        int element = thread;
        ViewBlock<TRounding, TInput> single = new(values, codes, words, element, 1, 1, p);
        ScalarLane origin = ScalarLane.Splat(ScaleFormat.E8M0Bias + p.EMin);
        single.SetCode(0, ElementCodec.Encode<ScalarLane, TRounding, FullRange,
            TResults>(single.Value(0), origin, ScalarLane.Splat(uint.MaxValue), single.Random(0), p));
    }

    /// <summary>Single codes to binary32 values.</summary>
    public static void DecodeElements(Index1D thread, ArrayView<byte> codes, ArrayView<uint> values, KernelParameters p)
    {
        int element = thread;
        values[element] = ElementCodec.Decode(ScalarLane.Splat(codes[element]), ScalarLane.Splat(ScaleFormat.E8M0Bias), p).Word;
    }

    /// <summary>Eight codes of a row, or fewer at its end, from a byte each to <paramref name="bits"/> bits each.</summary>
    public static void Pack(Index1D thread, ArrayView<byte> codes, ArrayView<byte> packed, int columns, int bits)
    {
        int threads = (columns + CodesOfThread - 1) / CodesOfThread;
        int index = thread;
        long row = index / threads;
        int column = index % threads * CodesOfThread;
        int count = columns - column < CodesOfThread ? columns - column : CodesOfThread;
        ulong word = 0;
        for (int i = 0; i < count; i++)
        {
            word |= (ulong)codes[(row * columns) + column + i] << (bits * i);
        }

        long rowBytes = (((long)columns * bits) + 7) / 8;
        long first = (row * rowBytes) + (column / 8 * bits);
        int bytes = ((count * bits) + 7) / 8;
        for (int i = 0; i < bytes; i++)
        {
            packed[first + i] = (byte)(word >> (8 * i));
        }
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    public static void Unpack(Index1D thread, ArrayView<byte> packed, ArrayView<byte> codes, int columns, int bits)
    {
        int threads = (columns + CodesOfThread - 1) / CodesOfThread;
        int index = thread;
        long row = index / threads;
        int column = index % threads * CodesOfThread;
        int count = columns - column < CodesOfThread ? columns - column : CodesOfThread;
        long rowBytes = (((long)columns * bits) + 7) / 8;
        long first = (row * rowBytes) + (column / 8 * bits);
        int bytes = ((count * bits) + 7) / 8;
        ulong word = 0;
        for (int i = 0; i < bytes; i++)
        {
            word |= (ulong)packed[first + i] << (8 * i);
        }

        uint mask = (1u << bits) - 1;
        for (int i = 0; i < count; i++)
        {
            codes[(row * columns) + column + i] = (byte)((uint)(word >> (bits * i)) & mask);
        }
    }
}
