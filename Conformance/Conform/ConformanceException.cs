namespace Mxact.Conformance;

/// <summary>A kernel is not conformant; the message is the verdict's text.</summary>
public sealed class ConformanceException : Exception
{
    internal ConformanceException(ConformanceReport report)
        : base("\n" + report.Text) => Report = report;

    /// <summary>What was found.</summary>
    public ConformanceReport Report { get; }
}
