namespace Mxact.Conformance.Reports;

/// <summary>Report files appear whole or not at all.</summary>
internal static class ReportFile
{
    public static void MoveIntoPlace(string path, byte[] content)
    {
        // A link's target is what is meant. An existing empty file has nothing to lose, and a device or a pipe is one: it is written to, not replaced.
        string target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        if (File.Exists(target) && new FileInfo(target).Length == 0)
        {
            using FileStream through = new(target, FileMode.Open, FileAccess.Write);
            through.Write(content);
            return;
        }

        string temporary = target + ".partial";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
