using System.Globalization;
using System.Text;
using Mxact.Shell;
using Mxact.Simulator.Conversion;

namespace Mxact.Conformance.Sweeping;

/// <summary>What a stretch of consecutive chunks of a combination gave.</summary>
/// <param name="Combination">Which combination, see <see cref="Combination.ToString"/>.</param>
/// <param name="First">First chunk.</param>
/// <param name="Last">Last chunk.</param>
/// <param name="Mismatches">Inputs that differ.</param>
/// <param name="Example">The first of them; meaningless without any.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record Stretch(string Combination, int First, int Last, long Mismatches, SweepMismatch Example, double Seconds);

/// <summary>
/// The log of a sweep: a CSV file with a row a stretch, appended when the stretch is done, so that a sweep that was stopped, or
/// killed, goes on where it was. Rows carry the build they speak of: another build's proof is none for this one.
/// </summary>
internal sealed class SweepLog : IDisposable
{
    private const string Header =
        "build,backend,format,rounding,overflow,first_chunk,last_chunk,inputs,mismatches,input,expected,got,seconds";

    private readonly FileStream? file;

    private SweepLog(FileStream? file, IReadOnlyList<Stretch> done)
    {
        this.file = file;
        Done = done;
    }

    /// <summary>Which build of the simulator this is: builds are deterministic, so equal sources give equal identities.</summary>
    public static string Build { get; } = typeof(Sweep).Assembly.ManifestModule.ModuleVersionId.ToString("N");

    /// <summary>What the file held when it was opened.</summary>
    public IReadOnlyList<Stretch> Done { get; }

    /// <summary>Opens or creates a log; null keeps none.</summary>
    /// <exception cref="UsageException">The file is no such log, or of another build.</exception>
    public static SweepLog Open(string? path)
    {
        if (path is null)
        {
            return new(null, []);
        }

        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            return new(file, Read(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a row and puts it on the disk.</summary>
    public void Add(Stretch stretch)
    {
        if (file is null)
        {
            return;
        }

        SweepMismatch example = stretch.Example;
        string first = stretch.Mismatches == 0 ? ",," : $"{example.Input:x8},{example.Expected:x2},{example.Got:x2}";
        long inputs = (stretch.Last - stretch.First + 1) * Sweep.ChunkInputs;
        Write(string.Create(CultureInfo.InvariantCulture,
            $"{Build},{stretch.Combination.Replace(' ', ',')},{stretch.First},{stretch.Last},{inputs},"
            + $"{stretch.Mismatches},{first},{stretch.Seconds:f3}"));
    }

    public void Dispose() => file?.Dispose();

    private static List<Stretch> Read(FileStream file, string path)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);

        string text = Encoding.Latin1.GetString(bytes);
        if (!text.StartsWith(Header + "\n", StringComparison.Ordinal) && !(Header + "\n").StartsWith(text, StringComparison.Ordinal))
        {
            throw new UsageException($"{path}: line 1: is not the head of a sweep's log");
        }

        // A row whose line end is missing was cut off while it was written.
        int whole = text.LastIndexOf('\n') + 1;
        file.SetLength(whole);
        if (whole == 0)
        {
            file.Write(Encoding.ASCII.GetBytes(Header + "\n"));
            return [];
        }

        string[] lines = text[..whole].Split('\n')[..^1];

        List<Stretch> done = [];
        for (int i = 1; i < lines.Length; i++)
        {
            done.Add(Parse(lines[i]) ?? throw new UsageException($"{path}: line {i + 1}: is not a row of a sweep's log"));
            if (!lines[i].StartsWith(Build, StringComparison.Ordinal))
            {
                throw new UsageException($"{path}: line {i + 1}: was written by another build of mxact, whose proof does not hold for "
                    + $"this one; name another file");
            }
        }

        return done;
    }

    private static Stretch? Parse(string line)
    {
        string[] fields = line.Split(',');
        if (fields.Length != Header.Split(',').Length
            || !int.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            || !long.TryParse(fields[8], NumberStyles.None, CultureInfo.InvariantCulture, out long mismatches)
            || !double.TryParse(fields[12], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            || first > last || last >= Sweep.Chunks)
        {
            return null;
        }

        SweepMismatch example = default;
        if (mismatches > 0)
        {
            if (!uint.TryParse(fields[9], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint input)
                || !byte.TryParse(fields[10], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte expected)
                || !byte.TryParse(fields[11], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte got))
            {
                return null;
            }

            example = new(input, expected, got);
        }

        return new(string.Join(' ', fields[1..5]), first, last, mismatches, example, seconds);
    }

    private void Write(string line)
    {
        file!.Write(Encoding.ASCII.GetBytes(line + "\n"));
        file.Flush();
    }
}
