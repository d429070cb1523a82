namespace Mxact.Shell;

/// <summary>Report files appear whole or not at all.</summary>
internal static class ReportFile
{
    /// <summary>Refuses a report that could not be written, before hours are spent on it.</summary>
    public static void Check(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder) || Directory.Exists(path))
        {
            throw new UsageException($"{path}: {(Directory.Exists(path) ? "is a folder" : $"there is no folder {folder}")}");
        }
    }

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
