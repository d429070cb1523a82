using System.Runtime.Intrinsics;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// Bounds on the scales of one row of one step, absolute. Every term of a group is a whole multiple of Unit_A Unit_B, and the sum
/// of the four, as of any of them, is at most Norm_A Norm_B (Cauchy and Schwarz, every element taken as the largest there is).
/// </summary>
/// <param name="Unit">A power of two that divides every scale.</param>
/// <param name="Norm">The 2-norm of the scaled step, bounded.</param>
/// <param name="Power">2^e of the largest field exponent e of a scale.</param>
internal readonly record struct GroupBounds(float Unit, float Norm, float Power)
{
    /// <summary>Nothing but zeros.</summary>
    public static GroupBounds None => new(float.MaxValue, 0, 0);

    /// <summary>Bounds of both.</summary>
    public static GroupBounds Union(GroupBounds x, GroupBounds y)
        => new(float.MinNative(x.Unit, y.Unit), float.MaxNative(x.Norm, y.Norm), float.MaxNative(x.Power, y.Power));
}

/// <summary>
/// A of a grouped product, by step, then by row: 64 elements as unsigned bytes 2 a + 12, four scales, and the scales' bounds. The
/// offset makes the bytes unsigned, which the byte multiply-add wants of one side; B carries what it adds
/// (<see cref="PackedGroupColumns"/>).
/// </summary>
internal sealed unsafe class PackedGroupRows : IDisposable
{
    /// <summary>Elements of a step.</summary>
    public const int Terms = 64;

    /// <summary>Groups of a step.</summary>
    public const int Groups = Terms / StepUnit.GroupSize;

    /// <summary>What is added to twice an element.</summary>
    public const int ByteOffset = 12;

    /// <summary>Exponents a scale may have: far inside binary32, so that no product of scales and sums leaves it.</summary>
    public const int MaxScaleExponent = 50;

    private readonly AlignedBuffer elements;
    private readonly AlignedBuffer scales;
    private readonly GroupBounds[] bounds;

    /// <summary>Room for <paramref name="rows"/> rows.</summary>
    public PackedGroupRows(int rows, int steps)
    {
        Rows = rows;
        Steps = steps;
        elements = new(StepBytes * steps);
        scales = new(sizeof(float) * (long)rows * steps * Groups);
        bounds = new GroupBounds[(long)rows * steps];
        Declined = new bool[rows];
    }

    /// <summary>Rows of A.</summary>
    public int Rows { get; }

    /// <summary>Steps of a row.</summary>
    public int Steps { get; }

    /// <summary>Rows that hold something the kernel does not represent.</summary>
    public bool[] Declined { get; }

    /// <summary>One cache line more than its rows need: a row's steps would share few sets of the cache at a power of two.</summary>
    private long StepBytes => ((long)Rows + 1) * Terms;

    /// <summary>The bytes of a step of a row, four to a word.</summary>
    public int* Elements(int step, int row) => (int*)(elements.Pointer + (step * StepBytes) + ((long)row * Terms));

    /// <summary>The scales of a step of a row.</summary>
    public float* Scales(int step, int row) => (float*)scales.Pointer + ((((long)step * Rows) + row) * Groups);

    /// <summary>The bounds of a step of a row.</summary>
    public GroupBounds Bounds(int step, int row) => bounds[((long)step * Rows) + row];

    /// <summary>Packs rows.</summary>
    public void Pack<TLanes, TF, TI>(CodeRows from, ReadOnlySpan<GroupScale> table, int first, int end)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        int paddedK = Steps * Terms;
        using AlignedBuffer scratch = new(paddedK);
        TI values = TLanes.BroadcastTable(OffsetTable);
        TI nibble = TLanes.Broadcast(0x0F0F0F0F);
        for (int row = first; row < end; row++)
        {
            from.CopyRow(row, scratch.Pointer, paddedK);
            for (int step = 0; step < Steps; step++)
            {
                int* codes = (int*)scratch.Pointer + (step * (Terms / sizeof(int)));
                int* to = Elements(step, row);
                for (int word = 0; word < Terms / sizeof(int); word += TLanes.Count)
                {
                    TLanes.Store(TLanes.LookUpBytes(values, TLanes.And(TLanes.Load(codes + word), nibble)), to + word);
                }

                Declined[row] |= !GroupScale.Load(from, table, row, step, out Vector128<float> four, out bounds[((long)step * Rows) + row]);
                four.Store(Scales(step, row));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        elements.Dispose();
        scales.Dispose();
    }

    /// <summary>2 a + 12 by code.</summary>
    private static ReadOnlySpan<byte> OffsetTable => [12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0];
}
