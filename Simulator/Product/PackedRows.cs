using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// A, packed for broadcasting: by stretches of k of <see cref="Depth"/>, then by row, the stretch's values and its exponent
/// codes, each code four times in its word because a 32-bit broadcast from memory is free of the shuffle port and an 8-bit one
/// is not. A stretch is one step or several, so that a row's stay together whatever L is.
/// </summary>
internal sealed unsafe class PackedRows : IDisposable
{
    private readonly AlignedBuffer values;
    private readonly AlignedBuffer exponents;

    /// <summary>Room for <paramref name="rows"/> rows.</summary>
    public PackedRows(int rows, int steps, int terms)
    {
        Rows = rows;
        Terms = terms;
        Depth = 32 % terms == 0 ? 32 : terms;
        Steps = steps;
        Stretches = ((steps * terms) + Depth - 1) / Depth;
        values = new(sizeof(float) * StretchSize * Stretches);
        exponents = new(sizeof(int) * StretchSize * Stretches);
        Declined = new bool[rows];
    }

    /// <summary>Rows of A.</summary>
    public int Rows { get; }

    /// <summary>L.</summary>
    public int Terms { get; }

    /// <summary>Steps of a row.</summary>
    public int Steps { get; }

    /// <summary>Products of a stretch.</summary>
    public int Depth { get; }

    /// <summary>Stretches of a row; the last may hold fewer steps.</summary>
    public int Stretches { get; }

    /// <summary>Rows that hold something the vector kernels do not represent.</summary>
    public bool[] Declined { get; }

    /// <summary>One cache line more than its rows need: a row's stretches would share few sets of the cache at a power of two.</summary>
    private long StretchSize => ((long)Rows * Depth) + 16;

    /// <summary>The values of a stretch of a row; rows follow each other.</summary>
    public float* Values(int stretch, int row) => (float*)values.Pointer + (stretch * StretchSize) + ((long)row * Depth);

    /// <summary>The exponent codes of a stretch of a row.</summary>
    public int* Exponents(int stretch, int row) => (int*)exponents.Pointer + (stretch * StretchSize) + ((long)row * Depth);

    /// <summary>Steps in a stretch.</summary>
    public int StepsOf(int stretch) => Math.Min(Depth / Terms, Steps - (stretch * (Depth / Terms)));

    /// <summary>Packs the rows from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public void Pack<TLanes, TF, TI>(CodeRows from, ExponentWindow window, int first, int end, bool evenFirst)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        // Padded to whole vectors, so that no lane ever holds leftovers.
        int paddedK = ((Stretches * Depth) + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        ElementDecoder<TLanes, TF, TI> decoder = new(from.Format, window, 0);
        int codeBytes = from.CodeBytes;
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
            byte* next = codes;
            int* scale = scales;
            int whole = Depth % TLanes.Count == 0 ? Stretches : 0;
            for (int stretch = 0; stretch < whole; stretch++)
            {
                float* value = Values(stretch, row);
                int* exponent = Exponents(stretch, row);
                for (int k = 0; k < Depth; k += TLanes.Count)
                {
                    TLanes.Store(decoder.Decode(TLanes.LoadCodes(next, codeBytes), TLanes.Load(scale), out TI code, ref marked), value + k);
                    TLanes.Store(InEveryByte<TLanes, TF, TI>(code), exponent + k);
                    next += TLanes.Count * codeBytes;
                    scale += TLanes.Count;
                }
            }

            // A step that is no whole number of vectors: its lanes go to several stretches.
            for (int k = whole == 0 ? 0 : paddedK; k < paddedK; k += TLanes.Count)
            {
                TF value = decoder.Decode(TLanes.LoadCodes(codes + (k * codeBytes), codeBytes), TLanes.Load(scales + k), out TI code,
                    ref marked);
                Scatter<TLanes, TF, TI>(value, InEveryByte<TLanes, TF, TI>(code), row, k);
            }

            Declined[row] = !numbers | TLanes.AnySet(TLanes.And(marked, TLanes.Broadcast(int.MinValue)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        values.Dispose();
        exponents.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TI InEveryByte<TLanes, TF, TI>(TI code)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        code = TLanes.Or(code, TLanes.ShiftLeft(code, 8));
        return TLanes.Or(code, TLanes.ShiftLeft(code, 16));
    }

    private void Scatter<TLanes, TF, TI>(TF value, TI code, int row, int k)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        float* v = stackalloc float[TLanes.Count];
        int* e = stackalloc int[TLanes.Count];
        TLanes.Store(value, v);
        TLanes.Store(code, e);
        for (int i = 0; i < TLanes.Count && k + i < Stretches * Depth; i++)
        {
            Values((k + i) / Depth, row)[(k + i) % Depth] = v[i];
            Exponents((k + i) / Depth, row)[(k + i) % Depth] = e[i];
        }
    }
}
