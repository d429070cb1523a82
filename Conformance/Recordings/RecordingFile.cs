using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Accumulation.Recorded;

namespace Mxact.Conformance.Recordings;

/// <summary>Files of recorded dot products as a user names them.</summary>
internal static class RecordingFile
{
    /// <summary>What may not be read is an error, not passed over; links into circles come to an end.</summary>
    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 32,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.None,
    };

    /// <summary>The files a path names: itself, or every .csv and .csv.gz of a folder and the folders in it.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        if (FileIdentity.Of(path).Kind != FileKind.Folder)
        {
            InputFile.Check(path);
            return [path];
        }

        string[] files = [.. Directory.EnumerateFiles(path, "*", Everywhere).Where(IsRecording).Order(StringComparer.Ordinal)];
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
                : Checked(RecordedDots.Parse(cells), cells);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: {exception.Message}"));
        }
    }

    /// <summary>
    /// What a row must say of itself before a model is asked: a scale for every block, codes and answer of their formats.
    /// </summary>
    private static RecordedDot Checked(RecordedDot dot, IReadOnlyDictionary<string, string> cells)
    {
        int scales = dot.Scale is { } scale ? dot.ACodes.Count / scale.BlockSize : 0;
        string? fault = dot.Scale is { } size && dot.ACodes.Count % size.BlockSize != 0
                ? string.Create(CultureInfo.InvariantCulture, $"K = {dot.ACodes.Count} is no whole number of blocks of {size.BlockSize}")
            : dot.ScalesA.Count != scales || dot.ScalesB.Count != scales
                ? string.Create(CultureInfo.InvariantCulture,
                    $"SA has {dot.ScalesA.Count} scales and SB {dot.ScalesB.Count}, not {scales} each for {dot.ACodes.Count} elements")
            : dot.ACodes.Any(code => (code & ~dot.A.CodeMask) != 0) ? $"A holds codes that {dot.A} has not"
            : dot.BCodes.Any(code => (code & ~dot.B.CodeMask) != 0) ? $"B holds codes that {dot.B} has not"
            : cells["D"].Length != dot.Output.HexDigits ? $"D has {cells["D"].Length} digits and C {dot.Output.HexDigits}"
            : null;
        return fault is null ? dot : throw new ArgumentException($"row {dot.Id}: {fault}");
    }

    private static bool IsRecording(string path)
        => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
}
