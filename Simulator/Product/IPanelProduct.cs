namespace Mxact.Simulator.Product;

/// <summary>
/// A vector path for one product: its own packed operands and its own kernel, behind what <see cref="VectorProduct"/> needs to
/// drive any of them. Taking one away changes no result.
/// </summary>
internal interface IPanelProduct : IDisposable
{
    /// <summary>Columns of C a panel has.</summary>
    int PanelColumns { get; }

    /// <summary>The accumulators the kernel takes.</summary>
    AccumulatorRange Range { get; }

    /// <summary>Rows of A with something the kernel does not represent; valid when all are packed.</summary>
    bool[] DeclinedRows { get; }

    /// <summary>The same for rows of B, padded to whole panels.</summary>
    bool[] DeclinedColumns { get; }

    /// <summary>Packs rows of A.</summary>
    void PackRows(int first, int end);

    /// <summary>Packs a panel of B.</summary>
    void PackPanel(int panel);

    /// <summary>Adds all steps to rows of a panel of C.</summary>
    void Run(PackedAccumulators c, int panel, int first, int end);
}

/// <summary>
/// Which accumulators a kernel takes: zeros, and binary32 with an exponent field in a range; and the unit it keeps them in.
/// </summary>
/// <param name="Offset">The kernel works on 2^-Offset times the true values.</param>
/// <param name="Lowest">Lowest biased exponent field.</param>
/// <param name="Highest">Highest biased exponent field.</param>
internal readonly record struct AccumulatorRange(int Offset, int Lowest, int Highest);
