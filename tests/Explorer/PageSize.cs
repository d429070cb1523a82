namespace Mxact.Explorer.Check;

/// <summary>How much of the page goes over the wire.</summary>
internal static class PageSize
{
    /// <summary>Megabytes of a folder, each file in its smallest form: compressed with Brotli where it is.</summary>
    public static double Of(string folder)
    {
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        long bytes = files.Where(file => Path.GetExtension(file) is not (".br" or ".gz"))
            .Sum(file => new FileInfo(File.Exists(file + ".br") ? file + ".br" : file).Length);
        return bytes / 1e6;
    }
}
