namespace Mxact.Checkpoints.Which;

/// <summary>What was found of one tensor.</summary>
/// <param name="Pair">The tensor and its original.</param>
/// <param name="NotJudged">Why nothing was, or null.</param>
internal sealed record TensorFinding(TensorPair Pair, string? NotJudged = null)
{
    /// <summary>What explains it; null where it was not judged.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>All of its blocks.</summary>
    public WholeCount? Whole { get; init; }

    /// <summary>Its second scale, where there is one.</summary>
    public TensorScaleFinding? TensorScale { get; init; }

    /// <summary>What is wrong with that; null where the blocks were made with it.</summary>
    public FaultFound? TensorScaleFault { get; init; }

    /// <summary>The first block that departs, explained; none where none does.</summary>
    public IReadOnlyList<string> First { get; init; } = [];

    /// <summary>Whether choices alone give every block.</summary>
    public bool IsExplained => TensorScaleFault is null && Explanation is { Faults.IsEmpty: true } && Whole is { Departing: 0 };
}
