using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Inspection;

/// <summary>
/// Finds scales that lie in another order than they are read in. The magnitudes of a layer differ by row (output channels) and by column
/// (input channels), so a row's mean and a column's explain a part of each scale where the order is right, and less where it is not: the
/// one additive fit is made of the same bytes in every order, and the likelihoods of the remainders are compared. Neighbours alone would
/// not do: rows that are each of one magnitude, the most common of structures, look smoother tiled than they are.
/// </summary>
internal static class ScaleOrders
{
    /// <summary>A scale's likelihood counts as that of a tenth of one: neighbours are not independent.</summary>
    private const double Dependence = 10;

    /// <summary>The least odds that are told, 10 to this power to one.</summary>
    private const double LeastOdds = 12;

    /// <summary>The most that another order may leave unexplained of what the order that is read leaves.</summary>
    private const double MostUnexplained = 0.75;

    /// <summary>Of larger odds nobody wants the digits.</summary>
    private const double MostOdds = 999;

    /// <summary>Scales that are looked at, about: any more would take longer than counting all elements.</summary>
    private const int Sample = 1 << 15;

    /// <summary>The rows of a whole strip of NVIDIA's tiles, which is four of AMD's.</summary>
    private const int Strip = 128;

    private static readonly ConcurrentDictionary<(ScaleTiles? Tiles, int Times, int Rows, int Columns), int[]> Known = new();

    /// <summary>The better order, or null where none is, or the scales' shape fits no tiles.</summary>
    public static ScaleOrder? Better(Checkpoint from, StoredTensor tensor)
    {
        long rows = tensor.MatrixRows;
        long columns = tensor.Shape.IsEmpty ? 0 : (tensor.Shape[^1] + tensor.Format.BlockSize - 1) / tensor.Format.BlockSize;
        ScaleTiles[] possible = [.. new[] { ScaleTiles.Nvidia, ScaleTiles.Amd }.Where(tiles
            => rows % tiles.RowPadding == 0 && columns % tiles.ScalePadding == 0)];
        if (tensor.Scales is not { Type.Bits: 8 } scales || tensor.Layout.Tile > 0 || tensor.Axis == BlockAxis.AlongColumns
            || possible.Length == 0 || rows == 0 || columns is < 8 or > Sample)
        {
            return null;
        }

        int height = rows % Strip == 0 ? Strip : ScaleTiles.Amd.RowPadding;
        int width = (int)columns;
        Order[] orders = [.. Orders(tensor.ScaleOrder, possible)];
        double[] left = new double[orders.Length];
        byte[] stored = new byte[height * width];
        short[] centred = new short[stored.Length];
        int[] ofColumns = new int[width];
        long strips = Math.Clamp(Sample / stored.Length, 1, rows / height);
        for (long strip = 0; strip < strips; strip++)
        {
            long first = rows / height * strip / strips;
            from.FileOf(scales).Read(scales.Offset + (first * stored.Length), stored);
            long squares = Centre(stored, centred);
            for (int i = 0; i < orders.Length; i++)
            {
                left[i] += Math.Max(squares - Explained(centred, orders[i].Places(height, width), height, ofColumns), 0);
            }
        }

        int best = Array.IndexOf(left, left.Min());
        double unexplained = left[best] / left[0];
        double odds = Math.Min(-Math.Log10(unexplained) * strips * stored.Length / 2 / Dependence, MostOdds);
        return left[0] > 0 && unexplained <= MostUnexplained && odds >= LeastOdds ? new(orders[best].Words, odds, unexplained) : null;
    }

    /// <summary>The order that the scales are read in, and then every other that could be meant.</summary>
    private static IEnumerable<Order> Orders(ScaleLayout read, ScaleTiles[] possible)
    {
        ScaleTiles? now = ScaleTiles.Of(read);
        yield return new("", now, 1);
        if (now is not null)
        {
            yield return new("they lie row by row: leave --scale-layout out", null, 0);
        }

        foreach (ScaleTiles tiles in possible)
        {
            string name = tiles == ScaleTiles.Nvidia ? "nvidia" : "amd";
            if (tiles != now)
            {
                yield return new($"they lie in tiles: --scale-layout {name}", tiles, 1);
            }

            yield return new($"they were tiled twice ({name})", tiles, 2);
            yield return new($"they were taken out of tiles ({name}) in which they never lay", tiles, -1);
        }
    }

    /// <summary>
    /// Codes, which are logarithms or nearly so, less their mean. Those of code 00, of blocks of zeros, and NaN would outweigh all others:
    /// they count as the mean.
    /// </summary>
    /// <returns>The sum of their squares, the same in every order.</returns>
    private static long Centre(ReadOnlySpan<byte> scales, Span<short> centred)
    {
        long all = 0, known = 0;
        foreach (byte scale in scales)
        {
            bool isKnown = scale is not (0 or ScaleFormat.E8M0NaN);
            all += isKnown ? scale : 0;
            known += isKnown ? 1 : 0;
        }

        int mean = known == 0 ? 0 : (int)((all + (known / 2)) / known);
        long squares = 0;
        for (int i = 0; i < scales.Length; i++)
        {
            int value = scales[i] is 0 or ScaleFormat.E8M0NaN ? 0 : scales[i] - mean;
            centred[i] = (short)value;
            squares += value * value;
        }

        return squares;
    }

    /// <summary>What the means of rows and of columns explain of the squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Explained(ReadOnlySpan<short> centred, ReadOnlySpan<int> places, int rows, Span<int> ofColumns)
    {
        int columns = ofColumns.Length;
        ofColumns.Clear();
        double total = 0, ofRows = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<int> own = places.Slice(row * columns, columns);
            int sum = 0;
            for (int column = 0; column < ofColumns.Length; column++)
            {
                int value = centred[own[column]];
                sum += value;
                ofColumns[column] += value;
            }

            ofRows += (double)sum * sum;
            total += sum;
        }

        double columnSquares = 0;
        foreach (int sum in ofColumns)
        {
            columnSquares += (double)sum * sum;
        }

        // Of the squares about zero, the common mean is in both.
        return (ofRows / columns) + (columnSquares / rows) - (total * total / centred.Length);
    }

    /// <summary>A way to put stored scales in order.</summary>
    /// <param name="Words">What it is.</param>
    /// <param name="Tiles">The tiles; null for scales row by row.</param>
    /// <param name="Times">How often they are taken out of tiles; put into them where negative.</param>
    private sealed record Order(string Words, ScaleTiles? Tiles, int Times)
    {
        /// <summary>Where each scale of a strip lies. Few shapes are many tensors': each is found once.</summary>
        public int[] Places(int rows, int columns) => Known.GetOrAdd((Tiles, Times, rows, columns), static key =>
        {
            int[] places = [.. Enumerable.Range(0, key.Rows * key.Columns)];
            if (key.Tiles is not { } tiles)
            {
                return places;
            }

            int[] once = [.. places.Select(i => tiles.Offset(i / key.Columns, i % key.Columns, key.Columns))];
            switch (key.Times)
            {
                case 2:
                    return [.. once.Select(i => once[i])];
                case -1:
                    for (int i = 0; i < once.Length; i++)
                    {
                        places[once[i]] = i;
                    }

                    return places;
                default:
                    return once;
            }
        });
    }
}
