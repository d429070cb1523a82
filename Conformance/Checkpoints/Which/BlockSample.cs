using Mxact.Simulator.Conversion;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;

namespace Mxact.Checkpoints.Which;

/// <summary>
/// Some blocks of a tensor, chosen from tiles spread over it: evenly, and those at the ends, where choices show: the largest and the
/// smallest maxima, zeros, values that are no numbers, scales that are none. Blocks that tell two policies apart are added as they are
/// wanted.
/// </summary>
internal sealed class BlockSample
{
    private const int TileElements = 4096, MostTiles = 64, MostSlowTiles = 1;
    private const int Even = 120, Extremes = 12, Odd = 8, Telling = 2;

    private readonly PairReader reader;
    private readonly List<PairTile> scanned = [];
    private readonly List<SampledBlock> blocks = [];
    private readonly HashSet<long> taken = [];
    private readonly uint tensorScale;
    private (ConversionPolicy? Policy, List<(byte[] Scales, byte[] Codes)> Tiles) converted = (null, []);

    /// <summary>Takes it.</summary>
    /// <param name="reader">The tensor, in tiles of any size.</param>
    /// <param name="tensorScale">Binary32 bits of NVFP4's second scale; 1 where there is none.</param>
    /// <param name="stop">Ends it.</param>
    public BlockSample(PairReader reader, uint tensorScale, CancellationToken stop)
    {
        this.reader = reader;
        this.tensorScale = tensorScale;
        long step = Math.Max((reader.Tiling.Count + MostTiles - 1) / MostTiles, 1);
        for (long i = 0; i < reader.Tiling.Count; i += step)
        {
            stop.ThrowIfCancellationRequested();
            PairTile tile = new(reader.Tiling.LargestTile);
            reader.Read(reader.Tiling[i], tile);
            scanned.Add(tile);
        }

        Choose();
    }

    /// <summary>The size of tiles that a sample is best taken from.</summary>
    public static int SizeOfTiles => TileElements;

    /// <summary>The blocks.</summary>
    public IReadOnlyList<SampledBlock> Blocks => blocks;

    /// <summary>Whether a block was added from outside of what was scanned.</summary>
    public bool IsFromOutside(int at) => blocks[at].Kind == SampledBlock.Departing;

    /// <summary>Adds a block, unless it is there.</summary>
    public bool Add(SampledBlock block)
    {
        bool isNew = taken.Add(block.Index);
        if (isNew)
        {
            blocks.Add(block);
        }

        return isNew;
    }

    /// <summary>Adds blocks; whether any of them is new.</summary>
    public bool AddAll(IEnumerable<SampledBlock> some)
    {
        int before = blocks.Count;
        foreach (SampledBlock block in some)
        {
            Add(block);
        }

        return blocks.Count > before;
    }

    /// <summary>Whether a kernel computes a policy, so that everything that was scanned can be held to it.</summary>
    public bool IsFast(ConversionPolicy policy) => BlockConverter.Unsupported(reader.Pair.Stored.Format, policy) is null;

    /// <summary>Adds blocks that tell two policies apart; whether any was scanned, new or not.</summary>
    /// <param name="policy">The one that is held to many others.</param>
    /// <param name="rival">The other.</param>
    public bool AddTelling(ConversionPolicy policy, ConversionPolicy rival)
    {
        if (converted.Policy != policy)
        {
            converted = (policy, [.. scanned.Take(IsFast(policy) ? MostTiles : MostSlowTiles).Select(tile => Converted(policy, tile))]);
        }

        int found = 0;
        foreach (((byte[] scales, byte[] codes), PairTile tile) in converted.Tiles.Zip(scanned).Take(IsFast(rival) ? MostTiles
            : MostSlowTiles))
        {
            TileBlocks of = reader.BlocksOf(tile.Tile);
            (byte[] otherScales, byte[] otherCodes) = Converted(rival, tile);
            if (scales.AsSpan().SequenceEqual(otherScales) && codes.AsSpan().SequenceEqual(otherCodes))
            {
                continue;
            }

            for (int block = 0; block < of.Count && found < Telling; block++)
            {
                if (BlockCompare.Differ(reader.Pair.Stored.Format, of, block, scales, codes, otherScales, otherCodes))
                {
                    found++;
                    Add(SampledBlock.Of(reader, tile, block, "telling"));
                }
            }

            if (found == Telling)
            {
                break;
            }
        }

        return found > 0;
    }

    private (byte[] Scales, byte[] Codes) Converted(ConversionPolicy policy, PairTile tile)
    {
        TileBlocks of = reader.BlocksOf(tile.Tile);
        BlockConverter converter = BlockConverter.Create(new(reader.Pair.Stored.Format, policy)
        {
            Axis = reader.Pair.Stored.Axis,
            Packing = CodeLayout.Packed,
            TensorScale = tensorScale,
        });
        byte[] scales = new byte[of.Count];
        byte[] codes = new byte[of.CodeBytes];
        converter.Quantize(tile.Wide.AsSpan(0, tile.Tile.Count), tile.Tile.Rows, tile.Tile.Columns, scales, codes);
        return (scales, codes);
    }

    private void Choose()
    {
        List<(PairTile Tile, int Block, uint Largest, bool IsOdd)> all = [];
        Span<int> places = stackalloc int[reader.Pair.Stored.Format.BlockSize];
        foreach (PairTile tile in scanned)
        {
            TileBlocks of = reader.BlocksOf(tile.Tile);
            for (int block = 0; block < of.Count; block++)
            {
                uint largest = 0;
                bool isOdd = false;
                foreach (int place in places[..of.Elements(block, places)])
                {
                    uint magnitude = tile.Wide[place] & 0x7FFFFFFF;
                    isOdd |= magnitude >= 0x7F800000;
                    largest = magnitude < 0x7F800000 ? Math.Max(largest, magnitude) : largest;
                }

                all.Add((tile, block, largest, isOdd));
            }
        }

        void Take(IEnumerable<(PairTile Tile, int Block, uint Largest, bool IsOdd)> some, string kind)
        {
            foreach ((PairTile tile, int block, _, _) in some)
            {
                Add(SampledBlock.Of(reader, tile, block, kind));
            }
        }

        Take(all.Where(b => b.IsOdd).Take(Odd), "not-finite");
        Take(all.Where(b => b is { IsOdd: false, Largest: 0 }).Take(Odd), "zeros");
        Take(all.Where(b => BlockCompare.IsNaN(reader.Pair.Stored.Format, b.Tile.Scales[b.Block])).Take(Odd), "scale-nan");
        Take(all.Where(b => b.Tile.Scales[b.Block] == 0).Take(Odd), "scale-00");
        Take(all.Where(b => b.Largest > 0).OrderBy(b => b.Largest).Take(Extremes), "least");
        Take(all.OrderByDescending(b => b.Largest).Take(Extremes), "greatest");
        double stride = Math.Max((double)all.Count / Even, 1);
        Take(Enumerable.Range(0, (int)Math.Min(Even, all.Count)).Select(i => all[(int)(i * stride)]), "");
    }
}
