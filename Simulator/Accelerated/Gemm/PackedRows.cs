namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>
/// A, packed for broadcasting: by step, then by row, the step's values and the step's exponent codes, each code four times in
/// its word because a 32-bit broadcast from memory is free of the shuffle port and an 8-bit one is not.
/// </summary>
internal sealed unsafe class PackedRows : IDisposable
{
    private readonly AlignedBuffer values;
    private readonly AlignedBuffer exponents;

    /// <summary>Room for <paramref name="rows"/> rows.</summary>
    public PackedRows(int rows, int steps, int terms)
    {
        Rows = rows;
        Steps = steps;
        Terms = terms;
        values = new(sizeof(float) * (long)rows * steps * terms);
        exponents = new(sizeof(int) * (long)rows * steps * terms);
        Declined = new bool[rows];
    }

    /// <summary>Rows of A.</summary>
    public int Rows { get; }

    /// <summary>Steps of a row.</summary>
    public int Steps { get; }

    /// <summary>L.</summary>
    public int Terms { get; }

    /// <summary>Rows that hold something the vector kernels do not represent.</summary>
    public bool[] Declined { get; }

    /// <summary>The values of a step of the first row; rows follow each other.</summary>
    public float* Values(int step) => (float*)values.Pointer + ((long)step * Rows * Terms);

    /// <summary>The exponent codes of a step of the first row.</summary>
    public int* Exponents(int step) => (int*)exponents.Pointer + ((long)step * Rows * Terms);

    /// <summary>Packs the rows from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public void Pack<TLanes, TF, TI>(CodeRows from, ExponentWindow window, int first, int end, bool evenFirst)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        // Padded to whole vectors, so that no lane ever holds leftovers.
        int paddedK = ((Steps * Terms) + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        ElementDecoder<TLanes, TF, TI> decoder = new(from.Format, window, 0);
        using AlignedBuffer scratch = new((long)paddedK * (from.CodeBytes + sizeof(int)));
        int* scales = (int*)scratch.Pointer;
        byte* codes = scratch.Pointer + (sizeof(int) * (long)paddedK);
        for (int row = first; row < end; row++)
        {
            bool numbers = from.ScaleExponents(row, scales, paddedK);
            if (evenFirst)
            {
                from.CopyRowEvenFirst(row, codes, paddedK, Terms);
            }
            else
            {
                from.CopyRow(row, codes, paddedK);
            }

            TI marked = TLanes.Broadcast(0);
            for (int k = 0; k < paddedK; k += TLanes.Count)
            {
                TF value = decoder.Decode(TLanes.LoadCodes(codes + (k * from.CodeBytes), from.CodeBytes), TLanes.Load(scales + k), out TI code, ref marked);
                code = TLanes.Or(code, TLanes.ShiftLeft(code, 8));
                code = TLanes.Or(code, TLanes.ShiftLeft(code, 16));
                Store<TLanes, TF, TI>(value, code, row, k);
            }

            Declined[row] = !numbers | TLanes.AnySet(marked);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        values.Dispose();
        exponents.Dispose();
    }

    private void Store<TLanes, TF, TI>(TF value, TI code, int row, int k)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        if (Terms % TLanes.Count == 0)
        {
            long at = ((long)row * Terms) + (k % Terms);
            TLanes.Store(value, Values(k / Terms) + at);
            TLanes.Store(code, Exponents(k / Terms) + at);
            return;
        }

        // A step shorter than a vector: its lanes go to several steps.
        float* v = stackalloc float[TLanes.Count];
        int* e = stackalloc int[TLanes.Count];
        TLanes.Store(value, v);
        TLanes.Store(code, e);
        for (int i = 0; i < TLanes.Count && k + i < Steps * Terms; i++)
        {
            long at = ((long)row * Terms) + ((k + i) % Terms);
            Values((k + i) / Terms)[at] = v[i];
            Exponents((k + i) / Terms)[at] = e[i];
        }
    }
}
