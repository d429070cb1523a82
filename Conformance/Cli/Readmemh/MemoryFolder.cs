using System.Globalization;
using Mxact.Conformance.Reports;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Readmemh;

/// <summary>The folder that an export fills: it appears whole or not at all, so no bench reads half of it.</summary>
internal static class MemoryFolder
{
    private static readonly string[] Columns =
        ["folder", "operation", "formats", "choices", "rows", "stimulus_bits", "stimulus", "expected_bits", "expected"];

    /// <summary>Refuses a folder that holds anything: files of another selection must not lie among these.</summary>
    /// <exception cref="UsageException">It does, or it is none, or it has no place to be.</exception>
    public static void Check(string path)
    {
        string full = Path.GetFullPath(path);
        string? fault = File.Exists(full) ? "is a file" : !Directory.Exists(full)
            ? Directory.Exists(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(full))) ? null : "there is no folder to make it in"
            : Directory.EnumerateFileSystemEntries(full).Any() ? "holds something already; name a new or an empty folder" : null;
        if (fault is not null)
        {
            throw new UsageException($"{path}: {fault}");
        }
    }

    /// <summary>Writes it beside its place and then moves it there.</summary>
    public static void Write(string path, IReadOnlyCollection<MemoryGroup> groups, CancellationToken stop)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string beside = string.Create(CultureInfo.InvariantCulture, $"{target}.partial-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(beside);
            foreach (MemoryGroup group in groups)
            {
                stop.ThrowIfCancellationRequested();
                string folder = Directory.CreateDirectory(Path.Combine(beside, group.Name)).FullName;
                foreach ((string name, string content) in group.Files)
                {
                    File.WriteAllText(Path.Combine(folder, name), content);
                }
            }

            File.WriteAllBytes(Path.Combine(beside, "groups.csv"), Table(groups));
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(beside, target);
        }
        finally
        {
            if (Directory.Exists(beside))
            {
                Directory.Delete(beside, recursive: true);
            }
        }
    }

    private static byte[] Table(IEnumerable<MemoryGroup> groups)
    {
        using MemoryStream stream = new();
        CsvText.Write(stream, Columns, groups.Select(group => (string[])
            [
                group.Name, Names.Of(group.Question.Operation), string.Join(' ', group.Question.Formats),
                string.Join(' ', group.Question.Choices), Text(group.Rows),
                Text(group.Operands.Sum(f => f.Bits)), string.Join(' ', group.Operands),
                Text(group.Answer.Sum(f => f.Bits)), string.Join(' ', group.Answer),
            ]));
        return stream.ToArray();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
