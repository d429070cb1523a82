using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// B, packed with columns of C in the lanes: panels of four vectors of columns; in a panel by k, the four vectors of values and
/// one vector of exponent codes, where byte j of lane i belongs to column j W + i: a shift and a mask make vector j's exponents.
/// With signs split, every vector of values is two: those above zero, then those below.
/// </summary>
internal sealed unsafe class PackedColumns : IDisposable
{
    /// <summary>Vectors of a panel.</summary>
    public const int Vectors = 4;

    private readonly AlignedBuffer values;
    private readonly AlignedBuffer exponents;
    private readonly int lanes;
    private readonly int steps;
    private readonly bool signsSplit;

    /// <summary>Room for <paramref name="columns"/> columns of C in vectors of <paramref name="lanes"/>.</summary>
    public PackedColumns(int columns, int steps, int terms, int lanes, bool signsSplit)
    {
        this.lanes = lanes;
        this.steps = steps;
        this.signsSplit = signsSplit;
        Columns = columns;
        Terms = terms;
        Panels = (columns + PanelColumns - 1) / PanelColumns;
        values = new(sizeof(float) * (long)Panels * steps * terms * ValuesOfK);
        exponents = new(sizeof(int) * (long)Panels * steps * terms * lanes);
        Declined = new bool[Panels * PanelColumns];
    }

    /// <summary>Columns of C.</summary>
    public int Columns { get; }

    /// <summary>L.</summary>
    public int Terms { get; }

    /// <summary>Panels.</summary>
    public int Panels { get; }

    /// <summary>Columns of a panel.</summary>
    public int PanelColumns => lanes * Vectors;

    /// <summary>Columns that hold something the vector kernels do not represent.</summary>
    public bool[] Declined { get; }

    /// <summary>Floats of one k of a panel.</summary>
    public int ValuesOfK => PanelColumns * (signsSplit ? 2 : 1);

    /// <summary>The values of a step of a panel.</summary>
    public float* Values(int panel, int step) => (float*)values.Pointer + ((((long)panel * steps) + step) * Terms * ValuesOfK);

    /// <summary>The exponent codes of a step of a panel.</summary>
    public int* Exponents(int panel, int step) => (int*)exponents.Pointer + ((((long)panel * steps) + step) * Terms * lanes);

    /// <summary>Packs one panel.</summary>
    public void Pack<TLanes, TF, TI>(CodeRows from, ExponentWindow window, int panel, bool evenFirst)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        // Relative values of B carry one binade more, which makes a product's biased exponent the sum of the two codes.
        ElementDecoder<TLanes, TF, TI> decoder = new(from.Format, window, 1);
        int codesOfWord = sizeof(int) / from.CodeBytes;
        int codeBits = 8 * from.CodeBytes;
        int paddedK = steps * Terms;
        int words = (paddedK + codesOfWord - 1) / codesOfWord;
        const int WordsAtOnce = 16;
        int* staged = stackalloc int[WordsAtOnce * PanelColumns];
        int* scales = stackalloc int[PanelColumns];
        new Span<int>(scales, PanelColumns).Clear();
        TI codeMask = TLanes.Broadcast((int)(uint.MaxValue >> (32 - codeBits)));
        TI marked0 = TLanes.Broadcast(0);
        TI marked1 = marked0;
        TI marked2 = marked0;
        TI marked3 = marked0;
        for (int firstWord = 0; firstWord < words; firstWord += WordsAtOnce)
        {
            int count = Math.Min(WordsAtOnce, words - firstWord);
            from.Stage(panel * PanelColumns, PanelColumns, Columns, firstWord, count, staged);
            for (int word = 0; word < count; word++)
            {
                int* columns = staged + (word * PanelColumns);
                for (int part = 0; part < codesOfWord; part++)
                {
                    int k = ((firstWord + word) * codesOfWord) + part;
                    if (k == 0 || from.StartsBlock(k))
                    {
                        LoadScales(from, panel, k, scales);
                    }

                    int at = evenFirst ? (k / Terms * Terms) + (k % 2 * (Terms / 2)) + (k % Terms / 2) : k;
                    float* v = Values(panel, 0) + ((long)at * ValuesOfK);
                    TI code0 = Decode<TLanes, TF, TI>(in decoder, columns, scales, 0, part * codeBits, codeMask, v, ref marked0);
                    TI code1 = Decode<TLanes, TF, TI>(in decoder, columns, scales, 1, part * codeBits, codeMask, v, ref marked1);
                    TI code2 = Decode<TLanes, TF, TI>(in decoder, columns, scales, 2, part * codeBits, codeMask, v, ref marked2);
                    TI code3 = Decode<TLanes, TF, TI>(in decoder, columns, scales, 3, part * codeBits, codeMask, v, ref marked3);
                    TI codes = TLanes.Or(
                        TLanes.Or(code0, TLanes.ShiftLeft(code1, 8)),
                        TLanes.Or(TLanes.ShiftLeft(code2, 16), TLanes.ShiftLeft(code3, 24)));
                    TLanes.Store(codes, Exponents(panel, 0) + ((long)at * lanes));
                }
            }
        }

        TLanes.Store(marked0, scales);
        TLanes.Store(marked1, scales + lanes);
        TLanes.Store(marked2, scales + (2 * lanes));
        TLanes.Store(marked3, scales + (3 * lanes));
        for (int i = 0; i < PanelColumns; i++)
        {
            Declined[(panel * PanelColumns) + i] |= scales[i] < 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        values.Dispose();
        exponents.Dispose();
    }

    private void LoadScales(CodeRows from, int panel, int k, int* scales)
    {
        for (int column = 0; column < PanelColumns; column++)
        {
            int row = (panel * PanelColumns) + column;
            if (row < Columns && !from.ScaleExponentAt(row, k, out scales[column]))
            {
                Declined[row] = true;
            }
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private TI Decode<TLanes, TF,
        TI>(in ElementDecoder<TLanes, TF, TI> decoder, int* columns, int* scales, int vector, int shift, TI codeMask, float* to,
        ref TI marked)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        TI codes = TLanes.And(TLanes.ShiftRight(TLanes.Load(columns + (vector * TLanes.Count)), shift), codeMask);
        TF value = decoder.Decode(codes, TLanes.Load(scales + (vector * TLanes.Count)), out TI exponent, ref marked);
        if (signsSplit)
        {
            TI above = TLanes.Greater(TLanes.AsInt(value), TLanes.Broadcast(0));
            TLanes.Store(TLanes.AsFloat(TLanes.And(TLanes.AsInt(value), above)), to + (2 * vector * TLanes.Count));
            TLanes.Store(TLanes.AsFloat(TLanes.AndNot(TLanes.AsInt(value), above)), to + (((2 * vector) + 1) * TLanes.Count));
        }
        else
        {
            TLanes.Store(value, to + (vector * TLanes.Count));
        }

        return exponent;
    }
}
