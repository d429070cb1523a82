namespace Mxact.Kernels.Reports;

/// <summary>A bug that somebody reported in public, with a kernel that has it, written anew.</summary>
/// <param name="Id">Its name on the command line.</param>
/// <param name="Source">Where it was reported: owner/repository#number.</param>
/// <param name="Asks">The question, in its asker's sense.</param>
/// <param name="Only">The rows that show it: an operation, and a format where the report is about one.</param>
/// <param name="Causes">What the suite must call it, what explains most first.</param>
/// <param name="Answer">The kernel; null for what it does not do.</param>
internal sealed record Report(string Id, string Source, string Asks, string Only, string[] Causes, Func<Asked, string?> Answer)
{
    /// <summary>The report's page.</summary>
    public string Link => $"https://github.com/{Source.Replace("#", "/issues/", StringComparison.Ordinal)}";
}
