using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>C in panels, in a kernel's unit: rows of a panel follow each other, padded with zeros to whole vectors.</summary>
internal sealed unsafe class PackedAccumulators : IDisposable
{
    private readonly AlignedBuffer values;
    private readonly int rows;
    private readonly int columns;
    private readonly int panelColumns;
    private readonly AccumulatorRange range;

    /// <summary>Room for M x N.</summary>
    public PackedAccumulators(int rows, int columns, int panelColumns, AccumulatorRange range)
    {
        this.range = range;
        this.rows = rows;
        this.columns = columns;
        this.panelColumns = panelColumns;
        int panels = (columns + panelColumns - 1) / panelColumns;
        values = new(sizeof(float) * (long)rows * panels * panelColumns);
    }

    /// <summary>One row of one panel; rows follow each other.</summary>
    public float* Row(int panel, int row) => (float*)values.Pointer + ((((long)panel * rows) + row) * panelColumns);

    /// <summary>Reads a row of a panel; elements outside the range become zero and are marked. True when there are any.</summary>
    public bool Load<TLanes, TF, TI>(uint* c, int panel, int row, Span<bool> declined)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        int first = panel * panelColumns;
        int count = Math.Min(panelColumns, columns - first);
        int* to = (int*)Row(panel, row);
        new Span<int>(to + count, panelColumns - count).Clear();
        new ReadOnlySpan<int>(c + ((long)row * columns) + first, count).CopyTo(new(to, count));
        TI any = TLanes.Broadcast(0);
        for (int i = 0; i < panelColumns; i += TLanes.Count)
        {
            TI bits = TLanes.Load(to + i);
            TI marked = Outside<TLanes, TF, TI>(bits, range, out TI nonzero);
            any = TLanes.Or(any, marked);
            TI relative = TLanes.Subtract(bits, TLanes.Broadcast(range.Offset << 23));
            TLanes.Store(TLanes.AndNot(TLanes.And(relative, nonzero), marked), to + i);
        }

        if (!TLanes.AnySet(any))
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            uint magnitude = c[((long)row * columns) + first + i] & 0x7FFFFFFF;
            int field = (int)(magnitude >> 23);
            declined[i] |= magnitude != 0 && (field < range.Lowest || field > range.Highest);
        }

        return true;
    }

    /// <summary>Writes a row of a panel back, but for the marked elements.</summary>
    public void Store<TLanes, TF, TI>(uint* c, int panel, int row, ReadOnlySpan<bool> declined, bool anyDeclined)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        int first = panel * panelColumns;
        int count = Math.Min(panelColumns, columns - first);
        int* from = (int*)Row(panel, row);
        for (int i = 0; i < panelColumns; i += TLanes.Count)
        {
            TI bits = TLanes.Load(from + i);
            TI nonzero = TLanes.Greater(TLanes.And(bits, TLanes.Broadcast(int.MaxValue)), TLanes.Broadcast(0));
            TLanes.Store(TLanes.And(TLanes.Add(bits, TLanes.Broadcast(range.Offset << 23)), nonzero), from + i);
        }

        uint* to = c + ((long)row * columns) + first;
        if (!anyDeclined)
        {
            new ReadOnlySpan<uint>(from, count).CopyTo(new(to, count));
            return;
        }

        for (int i = 0; i < count; i++)
        {
            to[i] = declined[i] ? to[i] : (uint)from[i];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => values.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TI Outside<TLanes, TF, TI>(TI bits, AccumulatorRange range, out TI nonzero)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        TI magnitude = TLanes.And(bits, TLanes.Broadcast(int.MaxValue));
        TI field = TLanes.ShiftRight(magnitude, 23);
        nonzero = TLanes.Greater(magnitude, TLanes.Broadcast(0));
        TI outside = TLanes.Or(TLanes.Greater(TLanes.Broadcast(range.Lowest), field),
            TLanes.Greater(field, TLanes.Broadcast(range.Highest)));
        return TLanes.And(outside, nonzero);
    }
}
