using System.Collections.Immutable;
using Mxact.Conformance.Checks;

namespace Mxact.Conformance.Reports.Matrix;

/// <summary>Rows by verdict, as a report counts them.</summary>
internal sealed class MatrixCounts(IReadOnlyDictionary<string, int> counts)
{
    /// <summary>Rows of one verdict.</summary>
    public int this[Verdict verdict] => counts.GetValueOrDefault(Names.Of(verdict));

    /// <summary>Rows that were crashed at, hung at or not asked.</summary>
    public int Broken => this[Verdict.KernelFailed] + this[Verdict.NotAsked];

    /// <summary>Rows that the kernel did not decline.</summary>
    public int Asked => Enum.GetValues<Verdict>().Where(verdict => verdict != Verdict.Unsupported).Sum(verdict => this[verdict]);

    /// <summary>Rows answered as they should be.</summary>
    public int Right => this[Verdict.Pass] + this[Verdict.DeclaredVariant] + this[Verdict.KnownDeparture];
}

/// <summary>What a report says of one operation and format.</summary>
/// <param name="Counts">Its rows.</param>
/// <param name="Causes">The causes, each with how many failures it explains.</param>
/// <param name="Unexplained">Failures that none explains.</param>
internal sealed record MatrixCell(MatrixCounts Counts, (string Name, int Explained)[] Causes, int Unexplained);

/// <summary>One kernel's report.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Kernel">How the kernel was named.</param>
/// <param name="Declaration">What it declares.</param>
/// <param name="Level">What it was asked.</param>
/// <param name="Verdict">In a few words.</param>
/// <param name="ExitCode">What the run ended with.</param>
/// <param name="Counts">All its rows.</param>
/// <param name="Operations">Operations with their formats, as they were asked.</param>
/// <param name="Cells">What is said of each.</param>
/// <param name="Words">Each cause in a sentence.</param>
internal sealed record KernelReport(string Path, string Kernel, string Declaration, string Level, string Verdict, int ExitCode,
    MatrixCounts Counts, ImmutableArray<string> Operations, IReadOnlyDictionary<string, MatrixCell> Cells,
    IReadOnlyDictionary<string, string> Words)
{
    /// <summary>How many failures a cause explains; of no cause, how many none does.</summary>
    public int ExplainedBy(string? cause) => Cells.Values.Sum(cell => cause is null ? cell.Unexplained
        : cell.Causes.Where(c => c.Name == cause).Sum(c => c.Explained));
}

/// <summary>Several kernels side by side.</summary>
/// <param name="Kernels">The kernels, as they were given.</param>
/// <param name="Operations">Every operation and format that one of them was asked.</param>
/// <param name="Causes">Every cause that was found, the one of most kernels first.</param>
internal sealed record KernelMatrix(ImmutableArray<KernelReport> Kernels, ImmutableArray<string> Operations, ImmutableArray<string> Causes)
{
    private const int Letters = 26;

    /// <summary>Lays reports side by side.</summary>
    public static KernelMatrix Of(IReadOnlyList<KernelReport> reports)
    {
        // The longest list has the order of the golden set; what it lacks follows.
        string[] operations = [.. reports.OrderByDescending(report => report.Operations.Length).SelectMany(report => report.Operations)
            .Distinct()];
        string[] causes = [.. reports.SelectMany(report => report.Cells.Values.SelectMany(cell => cell.Causes).Select(cause => cause.Name))
            .Distinct()];
        return new([.. reports], [.. operations], [.. causes.OrderByDescending(cause => reports.Count(r => r.ExplainedBy(cause) > 0))
            .ThenByDescending(cause => reports.Sum(r => r.ExplainedBy(cause)))]);
    }

    /// <summary>What a kernel is called where its name has no room: A, B, and after Z AA.</summary>
    public static string Label(int kernel)
        => (kernel < Letters ? "" : Label((kernel / Letters) - 1)) + (char)('A' + (kernel % Letters));

    /// <summary>What a kernel's report says of an operation and format; null where it was not asked.</summary>
    public MatrixCell? this[int kernel, string operation] => Kernels[kernel].Cells.GetValueOrDefault(operation);

    /// <summary>A cause in a sentence.</summary>
    public string WordsOf(string cause) => Kernels.Select(kernel => kernel.Words.GetValueOrDefault(cause)).OfType<string>()
        .FirstOrDefault("");
}
