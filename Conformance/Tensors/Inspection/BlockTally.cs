using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mxact.Tensors.Inspection;

/// <summary>
/// The counts of some blocks, which add up in any order: elements by class, scales by code, blocks by their largest element.
/// </summary>
internal sealed class BlockTally
{
    /// <summary>Bits of the magnitude code of a largest element.</summary>
    private const int FillBits = 7;

    /// <summary>Of fewer blocks, adding the pairs up would cost more than counting them saves.</summary>
    private const int LeastForPairs = 2048;

    private const int Tables = 4;

    private const int Pairs = ScaleClasses.Codes << FillBits;

    /// <summary>
    /// Blocks by scale and largest element together, so that a block is one addition, in several tables, so that one need not wait for
    /// the last; null until there are many blocks.
    /// </summary>
    private uint[]? pairs;

    private ScaleClasses? counted;

    /// <summary>The scales that the tables may hold: looking through all rows would take longer than counting.</summary>
    private byte leastScale = byte.MaxValue, greatestScale;

    /// <summary>Elements by class.</summary>
    public ElementCounts Elements { get; set; }

    /// <summary>Blocks by the code of their scale; after <see cref="Close"/>.</summary>
    public long[] Scales { get; } = new long[ScaleClasses.Codes];

    /// <summary>
    /// Blocks by the kind of their scale and the magnitude code of their largest element, <see cref="ScaleClasses.Codes"/> numbers a kind;
    /// after <see cref="Close"/>.
    /// </summary>
    public long[] Fills { get; } = new long[ScaleClasses.Count * ScaleClasses.Codes];

    /// <summary>Counts blocks.</summary>
    /// <param name="scales">The scale of each.</param>
    /// <param name="largest">The magnitude code of the largest element of each, below 128.</param>
    /// <param name="classes">The kind of each scale code; the same until <see cref="Close"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddBlocks(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> largest, ScaleClasses classes)
    {
        largest = largest[..scales.Length];
        int together = scales.Length < LeastForPairs ? 0 : scales.Length / Tables * Tables;
        if (together > 0)
        {
            counted = classes;
            (byte least, byte greatest) = CodeCounter.Range(scales[..together]);
            leastScale = Math.Min(leastScale, least);
            greatestScale = Math.Max(greatestScale, greatest);
            ref uint first = ref MemoryMarshal.GetArrayDataReference(pairs ??= new uint[Tables * Pairs]);
            ref uint second = ref Unsafe.Add(ref first, Pairs);
            ref uint third = ref Unsafe.Add(ref first, 2 * Pairs);
            ref uint fourth = ref Unsafe.Add(ref first, 3 * Pairs);
            ref byte scale = ref MemoryMarshal.GetReference(scales);
            ref byte fill = ref MemoryMarshal.GetReference(largest);
            for (int i = 0; i < together; i += Tables)
            {
                // Eight bits and seven: no index leaves its table.
                uint four = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref scale, i));
                uint fills = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref fill, i)) & 0x7F7F7F7F;
                Unsafe.Add(ref first, ((four & 0xFF) << FillBits) | (fills & 0xFF))++;
                Unsafe.Add(ref second, ((four >> 8 & 0xFF) << FillBits) | (fills >> 8 & 0xFF))++;
                Unsafe.Add(ref third, ((four >> 16 & 0xFF) << FillBits) | (fills >> 16 & 0xFF))++;
                Unsafe.Add(ref fourth, ((four >> 24) << FillBits) | (fills >> 24))++;
            }
        }

        ReadOnlySpan<ushort> kinds = classes.Rows;
        for (int i = together; i < scales.Length; i++)
        {
            Scales[scales[i]]++;
            Fills[kinds[scales[i]] + largest[i]]++;
        }
    }

    /// <summary>Brings the counts up to date.</summary>
    public void Close()
    {
        if (counted is null)
        {
            return;
        }

        for (int scale = leastScale; scale <= greatestScale; scale++)
        {
            for (int table = 0; table < Tables; table++)
            {
                Span<uint> row = pairs.AsSpan((table * Pairs) + (scale << FillBits), 1 << FillBits);
                if (row.ContainsAnyExcept(0u))
                {
                    Span<long> fills = Fills.AsSpan(counted.Rows[scale], row.Length);
                    for (int fill = 0; fill < row.Length; fill++)
                    {
                        fills[fill] += row[fill];
                        Scales[scale] += row[fill];
                    }

                    row.Clear();
                }
            }
        }

        counted = null;
        (leastScale, greatestScale) = (byte.MaxValue, 0);
    }

    /// <summary>Adds another's counts, which is closed.</summary>
    public void Add(BlockTally other)
    {
        Elements += other.Elements;
        for (int i = 0; i < Scales.Length; i++)
        {
            Scales[i] += other.Scales[i];
        }

        for (int i = 0; i < Fills.Length; i++)
        {
            Fills[i] += other.Fills[i];
        }
    }

    /// <summary>Begins anew, closed as it is.</summary>
    public void Clear()
    {
        Elements = default;
        Array.Clear(Scales);
        Array.Clear(Fills);
    }
}
