using System.Runtime.CompilerServices;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// Single elements through a processor's kernels: straight from memory where nothing stands between, else through a scratch on the
/// stack.
/// </summary>
internal sealed unsafe class CpuElementDriver : IElementDriver
{
    /// <summary>Elements at once; whole vectors and whole blocks of every kernel.</summary>
    private const int Tile = 512;

    private readonly CpuKernels kernels;
    private readonly KernelParameters p;
    private readonly int unusedBits;

    public CpuElementDriver(BlockFormat format, ConversionPolicy policy, Backend backend)
    {
        kernels = KernelChoice.For(backend, format, policy);
        p = KernelParametersOf.Create(format, policy);
        unusedBits = (32 - policy.Rounding.RandomBits) & 31;
    }

    [SkipLocalsInit]
    public void Encode(WideInput input, byte* values, uint* words, nint count, byte* codes)
    {
        uint* wide = stackalloc uint[Tile];
        uint* random = stackalloc uint[Tile];
        byte* results = stackalloc byte[Tile];
        nint direct = input == WideInput.Binary32 && words == null ? count - (count % Tile) : 0;
        if (direct > 0)
        {
            kernels.EncodeElements((uint*)values, wide, direct, codes, p);
        }

        for (nint first = direct; first < count; first += Tile)
        {
            int length = (int)Math.Min(Tile, count - first);
            Widen(input, values + (first * WideInputs.Bytes(input)), length, wide);
            for (int i = 0; words != null && i < length; i++)
            {
                random[i] = words[first + i] << unusedBits;
            }

            kernels.EncodeElements(wide, random, Tile, results, p);
            new Span<byte>(results, length).CopyTo(new(codes + first, length));
        }
    }

    [SkipLocalsInit]
    public void Decode(byte* codes, nint count, uint* values)
    {
        byte* ones = stackalloc byte[Tile / MxFormats.BlockSize];
        byte* tail = stackalloc byte[Tile];
        uint* results = stackalloc uint[Tile];
        new Span<byte>(ones, Tile / MxFormats.BlockSize).Fill(ScaleFormat.E8M0Bias);
        for (nint first = 0; first < count; first += Tile)
        {
            int length = (int)Math.Min(Tile, count - first);
            if (length == Tile)
            {
                kernels.DequantizeRow(ones, codes + first, Tile / MxFormats.BlockSize, values + first, p, stream: false);
                continue;
            }

            new Span<byte>(codes + first, length).CopyTo(new(tail, Tile));
            kernels.DequantizeRow(ones, tail, Tile / MxFormats.BlockSize, results, p, stream: false);
            new Span<uint>(results, length).CopyTo(new(values + first, length));
        }
    }

    private void Widen(WideInput input, byte* values, int length, uint* wide)
    {
        switch (input)
        {
            case WideInput.Binary32:
                new Span<uint>(values, length).CopyTo(new(wide, length));
                break;
            case WideInput.BFloat16:
                kernels.WidenBFloat16((ushort*)values, length, wide);
                break;
            case WideInput.Binary16:
                kernels.WidenBinary16((ushort*)values, length, wide);
                break;
            default:
                throw new InvalidOperationException($"no such input: {input}");
        }
    }
}
