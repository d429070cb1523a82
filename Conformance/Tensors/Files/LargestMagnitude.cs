using System.Runtime.InteropServices;

namespace Mxact.Tensors.Files;

/// <summary>The largest finite magnitude of a tensor of wide values, which NVFP4's tensor scale is fitted to.</summary>
internal static class LargestMagnitude
{
    private const uint Magnitude = 0x7FFFFFFF, Infinity = 0x7F800000;

    /// <summary>Finds it; 0 where there is none.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="threads">Threads at most; 0 is one a processor.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static float Of(Checkpoint file, TensorInfo tensor, int threads, CancellationToken stop = default)
    {
        Tiling tiling = Tiling.Of(tensor, BlockAxis.AlongRows, 1);
        MatrixBytes places = new(tensor.Offset, tiling.Columns, tensor.Type.Bits);
        uint largest = 0;
        Lock guard = new();
        TileWork.Share(checked((int)tiling.Count), threads, index =>
        {
            stop.ThrowIfCancellationRequested();
            Tile tile = tiling[index];
            byte[] bytes = new byte[places.BytesOf(tile)];
            float[] values = new float[tile.Count];
            places.Read(file.FileOf(tensor), tile, bytes);
            Widening.ToBinary32(tensor.Type, bytes, values);
            uint most = 0;
            foreach (uint bits in MemoryMarshal.Cast<float, uint>(values.AsSpan()))
            {
                uint magnitude = bits & Magnitude;
                most = magnitude is < Infinity && magnitude > most ? magnitude : most;
            }

            lock (guard)
            {
                largest = Math.Max(largest, most);
            }
        });
        return BitConverter.UInt32BitsToSingle(largest);
    }
}
