using System.Globalization;
using Mxact.Shell;

namespace Mxact.Conformance.Recordings;

/// <summary>Holds the conversion instructions to a file of captured results, and says for each of them how many it reproduces.</summary>
internal sealed class InstructionRecordings(string path)
{
    private const int MostShown = 10;

    private readonly SortedDictionary<string, (long Rows, long Mismatches)> counts = new(StringComparer.Ordinal);
    private readonly List<RecordedInstruction> first = [];

    /// <summary>Rows read.</summary>
    public long Rows => counts.Values.Sum(count => count.Rows);

    /// <summary>Rows that differ.</summary>
    public long Mismatches => counts.Values.Sum(count => count.Mismatches);

    /// <summary>Reads and judges the whole file.</summary>
    /// <param name="rows">The file's rows.</param>
    /// <param name="model">An accumulation model, which no conversion is held to.</param>
    /// <exception cref="UsageException">A row cannot be read; the message names file and line. Or a model is given.</exception>
    public void Run(PeekedRows rows, MatrixUnit? model)
    {
        if (model is not null)
        {
            throw new UsageException($"{path}: holds conversions; --model {model.Name} is for dot products");
        }

        foreach ((long line, IReadOnlyDictionary<string, string> cells) in rows)
        {
            RecordedInstruction row = RecordedInstruction.Parse(path, line, cells);
            bool differs = row.Expected != row.Result;
            (long read, long mismatches) = counts.GetValueOrDefault(row.Mnemonic);
            counts[row.Mnemonic] = (read + 1, mismatches + (differs ? 1 : 0));
            if (differs && first.Count < MostShown)
            {
                first.Add(row);
            }
        }
    }

    /// <summary>What was found, an instruction a line, and the first mismatches.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{path}: {Rows} rows, {Mismatches} mismatches; {counts.Count} instructions");
        int width = counts.Keys.Max(name => name.Length);
        foreach ((string name, (long rows, long mismatches)) in counts)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"  {name.PadRight(width)}  {rows - mismatches} of {rows}");
        }

        foreach (RecordedInstruction row in first)
        {
            int digits = row.Instruction.Destination.Digits;
            string sources = string.Join(';', row.Sources.Zip(row.Instruction.Sources, (word, register)
                => word.ToString("x" + register.Digits, CultureInfo.InvariantCulture)));
            yield return string.Create(CultureInfo.InvariantCulture,
                $"MISMATCH {path}:{row.Line}: {row.Instruction.Name} {sources}{(row.Random is { } word ? $", random {word:x8}" : "")}: ")
                + $"expected {row.Expected.ToString("x" + digits, CultureInfo.InvariantCulture)}, recorded "
                + row.Result.ToString("x" + digits, CultureInfo.InvariantCulture);
        }
    }
}
