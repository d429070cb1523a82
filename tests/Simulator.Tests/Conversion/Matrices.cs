using Mxact.Simulator.Conversion;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Exact;
using ReferenceConversion = Mxact.Simulator.Reference.BlockConversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Whole matrices through the exact reference, block by block, in the layout of <see cref="BlockConverter"/>.</summary>
internal static class Matrices
{
    /// <summary>Scales, codes one a byte, and dequantised values of a matrix.</summary>
    public static (byte[] Scales, byte[] Codes, uint[] Values) Quantize(
        BlockFormat format, ConversionPolicy policy, ElementFormat input, uint[] values, int rows, int columns,
            BlockAxis axis = BlockAxis.AlongRows, ulong seed = 0, Dyadic? tensorScale = null)
    {
        int k = format.BlockSize;
        int length = axis == BlockAxis.AlongRows ? columns : rows;
        int lines = axis == BlockAxis.AlongRows ? rows : columns;
        int perLine = (length + k - 1) / k;
        byte[] scales = new byte[lines * perLine];
        byte[] codes = new byte[values.Length];
        uint[] back = new uint[values.Length];
        for (int line = 0; line < lines; line++)
        {
            for (int block = 0; block < perLine; block++)
            {
                int count = Math.Min(k, length - (block * k));
                int[] places = new int[count];
                for (int i = 0; i < count; i++)
                {
                    int along = (block * k) + i;
                    places[i] = axis == BlockAxis.AlongRows ? (line * columns) + along : (along * columns) + line;
                }

                uint[] blockCodes = new uint[count];
                uint[] blockValues = new uint[count];
                byte scale = ReferenceConversion.Quantize(format, input, Array.ConvertAll(places, i => values[i]), policy, blockCodes,
                    Array.ConvertAll(places, i => RandomBits(policy, i, seed)), tensorScale);
                ReferenceConversion.Dequantize(format, scale, blockCodes, blockValues, tensorScale);
                scales[axis == BlockAxis.AlongRows ? (line * perLine) + block : (block * columns) + line] = scale;
                for (int i = 0; i < count; i++)
                {
                    codes[places[i]] = (byte)blockCodes[i];
                    back[places[i]] = blockValues[i];
                }
            }
        }

        return (scales, codes, back);
    }

    /// <summary>n bits of the element's Philox word.</summary>
    public static uint RandomBits(ConversionPolicy policy, int element, ulong seed)
        => policy.Rounding.IsStochastic ? Philox.Word((ulong)element, (uint)seed, (uint)(seed >> 32)) >> (32 - policy.Rounding.RandomBits)
            : 0;

    /// <summary>The transposed matrix, row-major as it is.</summary>
    public static uint[] Turned(uint[] matrix, int rows, int columns)
    {
        uint[] turned = new uint[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            turned[(i % columns * rows) + (i / columns)] = matrix[i];
        }

        return turned;
    }
}
