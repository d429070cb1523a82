using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// NVFP4 under <c>four-over-six</c>: each block is quantised with its maximum at 6 and at 4, and the one with the smaller exact sum of
/// squared errors is kept, 6 where they are equal. What is not quantising is NVFP4's own.
/// </summary>
internal sealed unsafe class FourOverSixKernels<TLane, TRounding> : Nvfp4Kernels<TLane, TRounding>
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
{
    private const int BlockSize = Nvfp4Conversion.BlockSize;

    /// <summary>Blocks quantised both ways before they are compared: their codes stay in the first cache.</summary>
    private const int Compared = 64;

    private readonly Nvfp4Kernels<TLane, TRounding> four = new();
    private double[]? halves;

    [SkipLocalsInit]
    public override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        byte* otherScales = stackalloc byte[Compared];
        byte* otherCodes = stackalloc byte[Compared * BlockSize];
        KernelParameters toFour = KernelParametersOf.ToFour(p);
        for (nint block = 0; block < blocks; block += Compared)
        {
            int group = (int)Math.Min(Compared, blocks - block);
            nint first = block * BlockSize;
            base.QuantizeRow(values + first, words + first, group, scales + block, codes + first, p, stream: false);
            four.QuantizeRow(values + first, words + first, group, otherScales, otherCodes, toFour, stream: false);
            Choose(values + first, group, scales + block, codes + first, otherScales, otherCodes, p);
        }
    }

    /// <summary>Puts the other's blocks in place where they err less. Which it is, is a toss: no branch.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Choose(uint* values, int blocks, byte* scales, byte* codes, byte* otherScales, byte* otherCodes, in KernelParameters p)
    {
        fixed (double* of = HalvesOf(p))
        {
            for (int block = 0; block < blocks; block++)
            {
                byte* own = codes + (block * BlockSize);
                byte* other = otherCodes + (block * BlockSize);
                bool isLess = BlockErrors.IsLess(values + (block * BlockSize), other, otherScales[block], own, scales[block], of, p);
                uint taken = isLess ? uint.MaxValue : 0;
                scales[block] ^= (byte)((scales[block] ^ otherScales[block]) & taken);
                Vector128.ConditionalSelect(Vector128.Create(taken).AsByte(), Vector128.Load(other), Vector128.Load(own)).Store(own);
            }
        }
    }

    [SkipLocalsInit]
    public override void QuantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        if (TLane.Count == BlockSize)
        {
            // They are turned, and are rows then.
            base.QuantizeColumns(tile, p);
            return;
        }

        byte* scales = stackalloc byte[ColumnTile.Width];
        byte* codes = stackalloc byte[ColumnTile.Width * BlockSize];
        uint* block = stackalloc uint[BlockSize];
        byte* ownCodes = stackalloc byte[2 * BlockSize];
        byte* otherCodes = ownCodes + BlockSize;
        base.QuantizeColumns(tile, p);
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

            bool isLess;
            fixed (double* of = HalvesOf(p))
            {
                isLess = BlockErrors.IsLess(block, otherCodes, scales[column], ownCodes, tile.Scales[column], of, p);
            }

            if (isLess)
            {
                tile.Scales[column] = scales[column];
                for (int row = 0; row < tile.Rows; row++)
                {
                    tile.Codes[(row * tile.CodeStride) + column] = otherCodes[row];
                }
            }
        }
    }

    private double[] HalvesOf(in KernelParameters p) => halves ??= BlockErrors.HalfUnits(p);
}
