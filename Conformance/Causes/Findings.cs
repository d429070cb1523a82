using Mxact.Conformance.Checks;

namespace Mxact.Conformance.Causes;

/// <summary>What one cause explains of one operation and format.</summary>
/// <param name="Group">Operation and format.</param>
/// <param name="Explained">Failures that it reproduces and that no cause before it does.</param>
/// <param name="Failures">Failures there were to explain.</param>
/// <param name="Passes">Passing answers that were held against it: it contradicts none.</param>
internal sealed record Share(string Group, int Explained, int Failures, int Passes);

/// <summary>A cause, and where it was found.</summary>
/// <param name="Fault">What the kernel does otherwise.</param>
/// <param name="Shares">What it explains, operation by operation.</param>
/// <param name="Example">The plainest failure that it explains.</param>
/// <param name="Alternatives">Others of the list that no row tells from it.</param>
internal sealed record Cause(Fault Fault, IReadOnlyList<Share> Shares, Judged Example, IReadOnlyList<string> Alternatives)
{
    /// <summary>Failures that it explains.</summary>
    public int Explained => Shares.Sum(s => s.Explained);
}

/// <summary>What no cause explains of one operation and format.</summary>
/// <param name="Group">Operation and format.</param>
/// <param name="Failures">How many failures are left, of those that were kept.</param>
/// <param name="Flags">They by flag, the most frequent first.</param>
/// <param name="Region">What all of them have and no passing row has, in words; null where nothing was found.</param>
/// <param name="Examples">The plainest of each flag.</param>
/// <param name="IsCutShort">Whether the search ended at its budget, so that not everything was tried.</param>
internal sealed record Remainder(string Group, int Failures, IReadOnlyList<(string Flag, int Count)> Flags, string? Region,
    IReadOnlyList<Judged> Examples, bool IsCutShort);

/// <summary>Everything that is said of a kernel's failures.</summary>
/// <param name="Causes">The causes, the one that explains most first.</param>
/// <param name="Remainders">What is left unexplained.</param>
/// <param name="ByRow">The cause of each failure that has one, by row id.</param>
internal sealed record Findings(IReadOnlyList<Cause> Causes, IReadOnlyList<Remainder> Remainders, IReadOnlyDictionary<string, Fault> ByRow)
{
    /// <summary>Nothing failed.</summary>
    public static Findings None { get; } = new([], [], new Dictionary<string, Fault>());

    /// <summary>The name of a failure's cause, or null.</summary>
    public string? CauseOf(Judged failure) => ByRow.TryGetValue(failure.Row.Id, out Fault? fault) ? fault.Name : null;

    /// <summary>What was found of one operation and format, in the order in which it was found.</summary>
    public IEnumerable<(Fault Fault, Share Share)> Of(string name)
        => from cause in Causes
           from share in cause.Shares
           where share.Group.Equals(name, StringComparison.Ordinal)
           select (cause.Fault,
            share);
}
