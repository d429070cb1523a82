namespace Mxact.Conformance.Attestation;

/// <summary>How measuring an operation ended.</summary>
internal enum AttestationState
{
    /// <summary>Every operand that was asked about was answered.</summary>
    Measured,

    /// <summary>The kernel does not do it, or not on every operand.</summary>
    Unsupported,

    /// <summary>It died, hung or broke the protocol.</summary>
    Failed,
}

/// <summary>An evaluation that was answered otherwise.</summary>
/// <param name="Request">The request line.</param>
/// <param name="Exact">The draft's answer.</param>
/// <param name="Answer">The kernel's.</param>
internal sealed record Witness(string Request, string Exact, string Answer);

/// <summary>What was measured of one operation.</summary>
/// <param name="Operation">The operation with its parameters.</param>
/// <param name="State">How it ended.</param>
/// <param name="Asked">How many operands were asked about.</param>
/// <param name="IsExhaustive">Whether those are all there are.</param>
internal sealed record Attested(P3109Operation Operation, AttestationState State, long Asked, bool IsExhaustive)
{
    /// <summary>The largest kappa of any operand; null where the result is no number, as a comparison's.</summary>
    public Kappa? Kappa { get; init; }

    /// <summary>Answers that are other bits; a NaN of an external format may be any quiet one.</summary>
    public long Different { get; init; }

    /// <summary>The first evaluation with the largest kappa, where any answer was other bits.</summary>
    public Witness? Worst { get; init; }

    /// <summary>What went wrong where it failed, or the first request that was not supported.</summary>
    public string? Trouble { get; init; }
}
