namespace Mxact.Conformance.Reports;

/// <summary>Report files appear whole or not at all.</summary>
internal static class ReportFile
{
    public static void MoveIntoPlace(string path, byte[] content)
    {
        string temporary = path + ".partial";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }
}
