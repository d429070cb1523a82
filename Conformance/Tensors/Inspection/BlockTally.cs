namespace Mxact.Tensors.Inspection;

/// <summary>The counts of some blocks, which add up in any order: elements by class, scales by code, blocks by their largest element.</summary>
internal sealed class BlockTally
{
    /// <summary>
    /// Blocks whose scales follow each other often count in the same place; a few rows side by side keep one addition from waiting for the
    /// last.
    /// </summary>
    private const int Lanes = 4;

    private const int FillLane = ScaleClasses.Count * ScaleClasses.Codes;

    /// <summary>Of fewer, adding the rows up would cost more than it saves.</summary>
    private const int LeastForLanes = 2048;

    private readonly uint[] scaleLanes = new uint[Lanes * ScaleClasses.Codes];
    private readonly uint[] fillLanes = new uint[Lanes * FillLane];

    /// <summary>Elements by class.</summary>
    public ElementCounts Elements { get; set; }

    /// <summary>Blocks by the code of their scale.</summary>
    public long[] Scales { get; } = new long[ScaleClasses.Codes];

    /// <summary>
    /// Blocks by the kind of their scale and the magnitude code of their largest element:
    /// <see cref="ScaleClasses.Codes"/> numbers a kind.
    /// </summary>
    public long[] Fills { get; } = new long[FillLane];

    /// <summary>Counts blocks.</summary>
    /// <param name="scales">The scale of each.</param>
    /// <param name="largest">The magnitude code of the largest element of each.</param>
    /// <param name="classes">The kind of each scale code.</param>
    public void AddBlocks(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> largest, ScaleClasses classes)
    {
        ReadOnlySpan<ushort> kinds = classes.Rows;
        largest = largest[..scales.Length];
        int together = scales.Length < LeastForLanes ? 0 : scales.Length / Lanes * Lanes;
        for (int i = 0; i < together; i += Lanes)
        {
            byte first = scales[i], second = scales[i + 1], third = scales[i + 2], fourth = scales[i + 3];
            scaleLanes[first]++;
            scaleLanes[ScaleClasses.Codes + second]++;
            scaleLanes[(2 * ScaleClasses.Codes) + third]++;
            scaleLanes[(3 * ScaleClasses.Codes) + fourth]++;
            fillLanes[kinds[first] + largest[i]]++;
            fillLanes[FillLane + kinds[second] + largest[i + 1]]++;
            fillLanes[(2 * FillLane) + kinds[third] + largest[i + 2]]++;
            fillLanes[(3 * FillLane) + kinds[fourth] + largest[i + 3]]++;
        }

        for (int i = together; i < scales.Length; i++)
        {
            Scales[scales[i]]++;
            Fills[kinds[scales[i]] + largest[i]]++;
        }

        if (together > 0)
        {
            Drain(scaleLanes, Scales);
            Drain(fillLanes, Fills);
        }
    }

    /// <summary>Adds another's counts.</summary>
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

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Elements = default;
        Array.Clear(Scales);
        Array.Clear(Fills);
    }

    private static void Drain(uint[] lanes, long[] counts)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] += (long)lanes[i] + lanes[counts.Length + i] + lanes[(2 * counts.Length) + i] + lanes[(3 * counts.Length) + i];
        }

        Array.Clear(lanes);
    }
}
