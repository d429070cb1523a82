namespace Mxact.Simulator.Product;

/// <summary>How to run a product. No choice here changes a bit of the result.</summary>
internal sealed record ProductOptions
{
    private readonly Execution? execution;

    /// <summary>What computes, and on how many threads; <see cref="Execution.Default"/> unless said.</summary>
    public Execution Execution
    {
        get => execution ?? Execution.Default;
        init => execution = value;
    }

    /// <summary>False keeps to the general kernel where a tuned one exists.</summary>
    public bool Tuned { get; init; } = true;

    /// <summary>Stops the work between parts of it.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Where to count which path answered, or null.</summary>
    public ProductDiagnostics? Diagnostics { get; init; }
}
