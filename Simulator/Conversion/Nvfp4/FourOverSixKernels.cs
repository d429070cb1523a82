using System.Runtime.CompilerServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// NVFP4 under <c>four-over-six</c>: each block is quantised with its maximum at 6 and at 4, and the one with the smaller exact sum of
/// squared errors is kept, 6 where they are equal.
/// </summary>
internal sealed unsafe class FourOverSixKernels<TLane, TRounding> : CpuKernels
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
{
    private const int BlockSize = Nvfp4Conversion.BlockSize;

    /// <summary>Blocks quantised both ways before they are compared: their codes stay in the first cache.</summary>
    private const int Group = 64;

    private readonly Nvfp4Kernels<TLane, TRounding> six = new();
    private readonly Nvfp4Kernels<TLane, TRounding> four = new();

    [SkipLocalsInit]
    public override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        byte* otherScales = stackalloc byte[Group];
        byte* otherCodes = stackalloc byte[Group * BlockSize];
        KernelParameters toFour = KernelParametersOf.ToFour(p);
        for (nint block = 0; block < blocks; block += Group)
        {
            int group = (int)Math.Min(Group, blocks - block);
            nint first = block * BlockSize;
            six.QuantizeRow(values + first, words + first, group, scales + block, codes + first, p, stream: false);
            four.QuantizeRow(values + first, words + first, group, otherScales, otherCodes, toFour, stream: false);
            for (int i = 0; i < group; i++)
            {
                nint at = first + (i * BlockSize);
                byte* other = otherCodes + (i * BlockSize);
                if (BlockErrors.IsLess(values + at, other, otherScales[i], codes + at, scales[block + i], p))
                {
                    scales[block + i] = otherScales[i];
                    Unsafe.CopyBlockUnaligned(codes + at, other, BlockSize);
                }
            }
        }
    }

    [SkipLocalsInit]
    public override void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        byte* codes = stackalloc byte[Group * BlockSize];
        byte* scales = stackalloc byte[Group];
        for (nint block = 0; block < blocks; block += Group)
        {
            nint group = Math.Min(Group, blocks - block);
            nint first = block * BlockSize;
            QuantizeRow(values + first, words + first, group, scales, codes, p, stream: false);
            DequantizeRow(scales, codes, group, result + first, p, stream);
        }
    }

    public override void DequantizeRow(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
        => six.DequantizeRow(scales, codes, blocks, result, p, stream);

    [SkipLocalsInit]
    public override void QuantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        byte* scales = stackalloc byte[ColumnTile.Width];
        byte* codes = stackalloc byte[ColumnTile.Width * BlockSize];
        uint* block = stackalloc uint[BlockSize];
        byte* ownCodes = stackalloc byte[2 * BlockSize];
        byte* otherCodes = ownCodes + BlockSize;
        six.QuantizeColumns(tile, p);
        ColumnTile other = tile;
        other.Scales = scales;
        other.Codes = codes;
        other.CodeStride = ColumnTile.Width;
        four.QuantizeColumns(other, KernelParametersOf.ToFour(p));
        for (int column = 0; column < tile.Columns; column++)
        {
            for (int row = 0; row < BlockSize; row++)
            {
                bool isInside = row < tile.Rows;
                block[row] = isInside ? tile.Values[(row * tile.ValueStride) + column] : 0;
                ownCodes[row] = isInside ? tile.Codes[(row * tile.CodeStride) + column] : (byte)0;
                otherCodes[row] = isInside ? codes[(row * ColumnTile.Width) + column] : (byte)0;
            }

            if (BlockErrors.IsLess(block, otherCodes, scales[column], ownCodes, tile.Scales[column], p))
            {
                tile.Scales[column] = scales[column];
                for (int row = 0; row < tile.Rows; row++)
                {
                    tile.Codes[(row * tile.CodeStride) + column] = otherCodes[row];
                }
            }
        }
    }

    public override void DequantizeColumns(in ColumnTile tile, in KernelParameters p) => six.DequantizeColumns(tile, p);

    public override void EncodeElements(uint* values, uint* words, nint count, byte* codes, in KernelParameters p)
        => six.EncodeElements(values, words, count, codes, p);

    public override void WidenBFloat16(ushort* values, nint count, uint* wide) => six.WidenBFloat16(values, count, wide);

    public override void WidenBinary16(ushort* values, nint count, uint* wide) => six.WidenBinary16(values, count, wide);
}
