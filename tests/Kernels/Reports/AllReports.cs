namespace Mxact.Kernels.Reports;

/// <summary>The hall of bugs: every report that has a kernel here.</summary>
internal static class AllReports
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        .. ElementReports.All, .. DecodeReports.All, .. ScaleCastReports.All, .. ScaleReports.All, .. BlockReports.All,
            .. ReaderReports.All,
        .. LayoutReports.All
    ];

    /// <summary>The report of that name, or null.</summary>
    public static Report? Find(string id) => All.FirstOrDefault(report => report.Id == id);
}
