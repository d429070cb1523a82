using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Accumulation.Recorded;

namespace Mxact.Conformance.Recordings;

/// <summary>Files of recorded dot products as a user names them.</summary>
internal static class RecordingFile
{
    /// <summary>The files a path names: itself, or every .csv and .csv.gz of a folder and the folders in it.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"{path}: not found");
        }

        string[] files = [.. Directory.EnumerateFiles(path, "*",
            SearchOption.AllDirectories).Where(IsRecording).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new UsageException($"{path}: holds no .csv or .csv.gz");
    }

    /// <summary>A row as a question with its answer.</summary>
    /// <exception cref="UsageException">It is none; the message names file and line.</exception>
    public static RecordedDot Parse(string path, long line, IReadOnlyDictionary<string, string> cells)
    {
        try
        {
            return cells.TryGetValue("D", out string? d) && d.Length == 0
                ? throw new ArgumentException($"row {cells.GetValueOrDefault("id", "?")}: D is empty: the machine has not answered")
                : RecordedDots.Parse(cells);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: {exception.Message}"));
        }
    }

    private static bool IsRecording(string path)
        => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
}
