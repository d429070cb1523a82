using System.Collections.Immutable;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>
/// A tensor's scales in the tiled order that a matrix unit loads, read and written a strip at a time: the rows of one row of tiles lie
/// together in the file.
/// </summary>
/// <param name="Order">The order.</param>
/// <param name="Offset">Where the scales begin.</param>
/// <param name="MatrixRows">Rows of one matrix of the tensor.</param>
/// <param name="RowScales">Scales of a row.</param>
internal sealed record ScaleStrips(ScaleLayout Order, long Offset, long MatrixRows, int RowScales)
{
    private ScaleTiles Tiles { get; } = ScaleTiles.Of(Order)!;

    /// <summary>Bytes of the scales of a shape, each matrix padded for itself.</summary>
    public static long PaddedCount(ScaleLayout order, ImmutableArray<long> shape)
    {
        if (ScaleTiles.Of(order) is not { } tiles || shape.Length < 2 || shape[^1] > int.MaxValue || shape[^2] > int.MaxValue)
        {
            return -1;
        }

        return shape[..^2].Aggregate(tiles.PaddedBytes((int)shape[^2], (int)shape[^1]), (product, extent) => product * extent);
    }

    /// <summary>Reads the scales of some rows, counted over all matrices.</summary>
    public void Read(TensorFile file, long row, int rows, Span<byte> scales)
    {
        for (int done = 0; done < rows;)
        {
            (long start, int first, int count, int height) = Strip(row + done, rows - done);
            byte[] tiled = new byte[Tiles.PaddedBytes(height, RowScales)];
            byte[] matrix = new byte[height * RowScales];
            file.Read(start, tiled);
            Tiles.Untile(tiled, height, RowScales, matrix);
            matrix.AsSpan(first * RowScales, count * RowScales).CopyTo(scales[(done * RowScales)..]);
            done += count;
        }
    }

    /// <summary>The strip that a row lies in: where it begins, the row's place there, rows of it that are meant, and rows it has.</summary>
    private (long Start, int First, int Count, int Height) Strip(long row, int rows)
    {
        long matrix = row / MatrixRows;
        long within = row % MatrixRows;
        long strip = within / Tiles.RowPadding;
        int first = (int)(within % Tiles.RowPadding);
        int height = (int)Math.Min(Tiles.RowPadding, MatrixRows - (strip * Tiles.RowPadding));
        long strips = (MatrixRows + Tiles.RowPadding - 1) / Tiles.RowPadding;
        long stripBytes = Tiles.PaddedBytes(Tiles.RowPadding, RowScales);
        return (Offset + (((matrix * strips) + strip) * stripBytes), first, Math.Min(height - first, rows), height);
    }
}
