using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Conversion;

namespace Mxact.Conformance.Sweeping;

/// <summary>The rows of a sweep's log, each read as strictly as it was written.</summary>
/// <param name="Rows">Their texts.</param>
/// <param name="Stretches">What they say.</param>
/// <param name="Build">The build that all of them speak of; null where there is none.</param>
internal sealed record SweepLogRows(ChainedRows Rows, IReadOnlyList<Stretch> Stretches, string? Build)
{
    /// <summary>The columns, but for the check.</summary>
    public const string Columns =
        "build,backend,format,rounding,overflow,first_chunk,last_chunk,inputs,mismatches,input,expected,got,seconds";

    private static readonly int FieldCount = Columns.Split(',').Length;

    /// <summary>Reads a log.</summary>
    /// <exception cref="UsageException">It is none, or damaged; the message says in which row.</exception>
    public static SweepLogRows Read(Stream stream, string path)
    {
        ChainedRows rows = ChainedRows.Read(stream, Columns, path);
        List<Stretch> stretches = [];
        string? build = null;
        for (int i = 0; i < rows.Rows.Count; i++)
        {
            string row = rows.Rows[i];
            string its = row.Split(',')[0];
            Stretch stretch = Parse(row) is { } parsed && TextOf(parsed, its) == row ? parsed
                : throw new UsageException($"{rows.Place(i)}: is not a row of a sweep's log");
            if (build is not null && its != build)
            {
                throw new UsageException($"{rows.Place(i)}: is of another build than the rows before it");
            }

            if (stretches.FindIndex(s => Overlap(s, stretch)) is >= 0 and int other)
            {
                throw new UsageException($"{rows.Place(i)}: covers chunks that row {other + 1} covers already");
            }

            build = its;
            stretches.Add(stretch);
        }

        return new(rows, stretches, build);
    }

    /// <summary>A row's text, without its check.</summary>
    public static string TextOf(Stretch stretch, string build)
    {
        SweepMismatch example = stretch.Example;
        string first = stretch.Mismatches == 0 ? ",," : $"{example.Input:x8},{example.Expected:x2},{example.Got:x2}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{build},{stretch.Combination.Replace(' ', ',')},{stretch.First},{stretch.Last},{stretch.Inputs},{stretch.Mismatches},{first},"
                + $"{stretch.Seconds:f3}");
    }

    private static bool Overlap(Stretch a, Stretch b) => a.Combination == b.Combination && a.First <= b.Last && b.First <= a.Last;

    /// <summary>What a row says; a text that is spelt otherwise than it would be written is found by the caller.</summary>
    private static Stretch? Parse(string row)
    {
        string[] fields = row.Split(',');
        if (fields.Length != FieldCount
            || !Guid.TryParseExact(fields[0], "N", out _)
            || !Backends.All.Any(b => Backends.NameOf(b) == fields[1])
            || !ElementFormat.TryParse(fields[2], out _)
            || !RoundingMode.Deterministic.Any(m => m.ToString() == fields[3])
            || !Enum.GetValues<OverflowPolicy>().Any(o => Names.Of(o) == fields[4])
            || !int.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            || !long.TryParse(fields[8], NumberStyles.None, CultureInfo.InvariantCulture, out long mismatches)
            || !double.TryParse(fields[12], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            || first > last || last >= Sweep.Chunks || mismatches > (last - first + 1) * Sweep.ChunkInputs)
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
}
