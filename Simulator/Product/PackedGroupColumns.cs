using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// B of a grouped product: panels of four vectors of columns; in a panel by step, 16 words of four elements (each word of all
/// columns, elements as signed bytes 2 b), four groups' corrections -12 sum 2 b in the int16 halves that the sums of products go
/// to, and four groups' scales, over four because both factors count in halves.
/// </summary>
internal sealed unsafe class PackedGroupColumns : IDisposable
{
    private const int Words = PackedGroupRows.Terms / sizeof(int);
    private const int WordsOfGroup = StepUnit.GroupSize / sizeof(int);

    private readonly AlignedBuffer storage;
    private readonly GroupBounds[] bounds;
    private readonly int columns;
    private readonly int steps;

    /// <summary>Room for <paramref name="columns"/> columns of C in vectors of <paramref name="lanes"/>.</summary>
    public PackedGroupColumns(int columns, int steps, int lanes)
    {
        this.columns = columns;
        this.steps = steps;
        PanelColumns = lanes * PackedColumns.Vectors;
        int panels = (columns + PanelColumns - 1) / PanelColumns;
        storage = new(sizeof(int) * (long)panels * steps * StepInts);
        bounds = new GroupBounds[(long)panels * steps];
        Declined = new bool[panels * PanelColumns];
    }

    /// <summary>Columns of a panel.</summary>
    public int PanelColumns { get; }

    /// <summary>Columns that hold something the kernel does not represent.</summary>
    public bool[] Declined { get; }

    private int StepInts => PanelColumns * (Words + (2 * PackedGroupRows.Groups));

    /// <summary>The words of a step.</summary>
    public int* Elements(int panel, int step) => (int*)storage.Pointer + ((((long)panel * steps) + step) * StepInts);

    /// <summary>The corrections of a step's groups.</summary>
    public int* Corrections(int panel, int step) => Elements(panel, step) + (Words * PanelColumns);

    /// <summary>The scales of a step's groups.</summary>
    public float* Scales(int panel, int step) => (float*)(Corrections(panel, step) + (PackedGroupRows.Groups * PanelColumns));

    /// <summary>The bounds of a step over the panel's columns.</summary>
    public GroupBounds Bounds(int panel, int step) => bounds[((long)panel * steps) + step];

    /// <summary>Packs a panel.</summary>
    public void Pack<TLanes, TF, TI>(CodeRows from, ReadOnlySpan<GroupScale> table, int panel)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        TI values = TLanes.BroadcastTable(SignedTable);
        TI nibble = TLanes.Broadcast(0x0F0F0F0F);
        TI offsets = TLanes.Broadcast(PackedGroupRows.ByteOffset * 0x01010101);
        int* staged = stackalloc int[Words * PanelColumns];
        for (int step = 0; step < steps; step++)
        {
            from.Stage(panel * PanelColumns, PanelColumns, columns, step * Words, Words, staged);
            int* elements = Elements(panel, step);
            int* corrections = Corrections(panel, step);
            for (int group = 0; group < PackedGroupRows.Groups; group++)
            {
                for (int column = 0; column < PanelColumns; column += TLanes.Count)
                {
                    TI correction = TLanes.Broadcast(0);
                    for (int word = group * WordsOfGroup; word < (group + 1) * WordsOfGroup; word++)
                    {
                        int at = (word * PanelColumns) + column;
                        TI bytes = TLanes.LookUpBytes(values, TLanes.And(TLanes.Load(staged + at), nibble));
                        TLanes.Store(bytes, elements + at);
                        correction = TLanes.SubtractShorts(correction, TLanes.MultiplyAddBytes(offsets, bytes));
                    }

                    TLanes.Store(correction, corrections + (group * PanelColumns) + column);
                }
            }

            LoadScales(from, table, panel, step);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => storage.Dispose();

    /// <summary>2 b by code.</summary>
    private static ReadOnlySpan<byte> SignedTable => [0, 1, 2, 3, 4, 6, 8, 12, 0, 255, 254, 253, 252, 250, 248, 244];

    [SkipLocalsInit]
    private void LoadScales(CodeRows from, ReadOnlySpan<GroupScale> table, int panel, int step)
    {
        float* scales = Scales(panel, step);
        GroupBounds all = GroupBounds.None;
        for (int column = 0; column < PanelColumns; column++)
        {
            int row = (panel * PanelColumns) + column;
            Vector128<float> four = Vector128<float>.Zero;
            if (row < columns)
            {
                Declined[row] |= !GroupScale.Load(from, table, row, step, out four, out GroupBounds here);
                all = GroupBounds.Union(all, here);
            }

            four *= 0.25f;
            scales[column] = four[0];
            scales[PanelColumns + column] = four[1];
            scales[(2 * PanelColumns) + column] = four[2];
            scales[(3 * PanelColumns) + column] = four[3];
        }

        bounds[((long)panel * steps) + step] = all with { Unit = 0.25f * all.Unit, Norm = 0.25f * all.Norm };
    }
}
