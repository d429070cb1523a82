namespace Mxact.Training.Runs;

/// <summary>Files that appear whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes through a temporary name and moves into place.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        string temporary = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.partial");
        try
        {
            using (FileStream file = File.Create(temporary))
            {
                content(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
