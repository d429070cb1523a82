using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;

namespace Mxact.Tensors.Files;

/// <summary>The finite magnitude of a tensor of wide values that NVFP4's tensor scale is fitted to, read in tiles.</summary>
internal static class LargestMagnitude
{
    private const uint Magnitude = 0x7FFFFFFF, Infinity = 0x7F800000;
    private const int HalfBits = 16, Halves = 1 << HalfBits;

    /// <summary>Finds the largest; 0 where there is none.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="threads">Threads at most; 0 is one a processor.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static float Of(Checkpoint file, TensorInfo tensor, int threads, CancellationToken stop = default)
    {
        uint largest = 0;
        Lock guard = new();
        Visit(file, tensor, threads, values =>
        {
            uint most = 0;
            foreach (uint bits in values)
            {
                uint magnitude = bits & Magnitude;
                most = magnitude is < Infinity && magnitude > most ? magnitude : most;
            }

            lock (guard)
            {
                largest = Math.Max(largest, most);
            }
        }, stop);
        return BitConverter.UInt32BitsToSingle(largest);
    }

    /// <summary>Finds the one at a percentile, as <see cref="TensorScaleRule.Percentile"/> counts; 0 where there is none.</summary>
    /// <remarks>Magnitudes order as their bits do: the upper half of the one is found by counting, then its lower half.</remarks>
    /// <param name="file">The checkpoint.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="percent">Above 0 and at most 100.</param>
    /// <param name="threads">Threads at most; 0 is one a processor.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static float AtPercentile(Checkpoint file, TensorInfo tensor, decimal percent, int threads, CancellationToken stop = default)
    {
        long[] uppers = Count(file, tensor, threads, magnitude => (int)(magnitude >> HalfBits), stop);
        long count = uppers.Sum();
        if (count == 0)
        {
            return 0;
        }

        long rank = TensorScales.Rank(count, percent);
        uint upper = (uint)Find(uppers, ref rank);
        long[] lowers = Count(file, tensor, threads,
            magnitude => magnitude >> HalfBits == upper ? (int)(magnitude & (Halves - 1)) : -1, stop);
        return BitConverter.UInt32BitsToSingle((upper << HalfBits) | (uint)Find(lowers, ref rank));
    }

    /// <summary>Which count the rank falls in; the rank becomes that within it.</summary>
    private static int Find(long[] counts, ref long rank)
    {
        int at = 0;
        while (rank > counts[at])
        {
            rank -= counts[at++];
        }

        return at;
    }

    private static long[] Count(Checkpoint file, TensorInfo tensor, int threads, Func<uint, int> place, CancellationToken stop)
    {
        long[] all = new long[Halves];
        Visit(file, tensor, threads, values =>
        {
            int[] own = new int[Halves];
            foreach (uint bits in values)
            {
                if ((bits & Magnitude) is < Infinity and uint magnitude && place(magnitude) is >= 0 and int at)
                {
                    own[at]++;
                }
            }

            lock (all)
            {
                for (int i = 0; i < Halves; i++)
                {
                    all[i] += own[i];
                }
            }
        }, stop);
        return all;
    }

    /// <summary>Shows the values of every tile, as bits, from several threads.</summary>
    private static void Visit(Checkpoint file, TensorInfo tensor, int threads, Action<ReadOnlySpan<uint>> see, CancellationToken stop)
    {
        Tiling tiling = Tiling.Of(tensor, BlockAxis.AlongRows, 1);
        MatrixBytes places = new(tensor.Offset, tiling.Columns, tensor.Type.Bits);
        TileWork.Share(checked((int)tiling.Count), threads, index =>
        {
            stop.ThrowIfCancellationRequested();
            Tile tile = tiling[index];
            byte[] bytes = new byte[places.BytesOf(tile)];
            float[] values = new float[tile.Count];
            places.Read(file.FileOf(tensor), tile, bytes);
            Widening.ToBinary32(tensor.Type, bytes, values);
            see(MemoryMarshal.Cast<float, uint>(values.AsSpan()));
        });
    }
}
