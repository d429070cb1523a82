namespace Mxact.Simulator.Conversion;

/// <summary>One call on one matrix, its spans pinned and their lengths checked.</summary>
internal unsafe readonly struct MatrixJob
{
    /// <summary>What <see cref="Values"/> holds.</summary>
    public WideInput Input { get; init; }

    /// <summary>The inputs.</summary>
    public byte* Values { get; init; }

    /// <summary>Rows.</summary>
    public long Rows { get; init; }

    /// <summary>Columns.</summary>
    public long Columns { get; init; }

    /// <summary>The scales.</summary>
    public byte* Scales { get; init; }

    /// <summary>The codes.</summary>
    public byte* Codes { get; init; }

    /// <summary>Binary32 results.</summary>
    public uint* Result { get; init; }

    /// <summary>Stochastic rounding's key.</summary>
    public ulong Seed { get; init; }

    /// <summary>Stochastic rounding's n random bits of each element, or null where they come from <see cref="Seed"/>.</summary>
    public uint* Words { get; init; }

    /// <summary>Stops the work between units of it.</summary>
    public CancellationToken Cancel { get; init; }
}
