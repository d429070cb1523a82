namespace Mxact.Tensors.Inspection;

/// <summary>Something about a tensor that no quantiser makes, or that one seldom does.</summary>
/// <param name="Name">The name of the rule that says so.</param>
/// <param name="IsImpossible">Whether it is no valid tensor, or else a suspicious one.</param>
/// <param name="Words">What was found and what it may be.</param>
internal sealed record Verdict(string Name, bool IsImpossible, string Words)
{
    /// <summary>What kind of finding it is.</summary>
    public string Kind => IsImpossible ? "impossible" : "suspicious";
}
