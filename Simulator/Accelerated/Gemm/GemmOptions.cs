namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>Which instructions a product may use. The bits do not depend on it.</summary>
internal enum GemmInstructions
{
    /// <summary>The widest the processor has.</summary>
    Widest,

    /// <summary>512-bit vectors, or narrower where the processor has none.</summary>
    Vector512,

    /// <summary>256-bit vectors, or scalar where the processor has none.</summary>
    Vector256,

    /// <summary>Integer arithmetic, one element at a time.</summary>
    Scalar,
}

/// <summary>How to run a product. No choice here changes a bit of the result.</summary>
internal sealed record GemmOptions
{
    /// <summary>One thread, the widest instructions.</summary>
    public static GemmOptions Default { get; } = new();

    /// <summary>Threads to use, the caller's included; 0 is one for every processor.</summary>
    public int DegreeOfParallelism { get; init; } = 1;

    /// <summary>Which instructions to use.</summary>
    public GemmInstructions Instructions { get; init; }

    /// <summary>False keeps to the general kernel where a tuned one exists.</summary>
    public bool Tuned { get; init; } = true;

    /// <summary>Where to count which path answered, or null.</summary>
    public GemmDiagnostics? Diagnostics { get; init; }
}
