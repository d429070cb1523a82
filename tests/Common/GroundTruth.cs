using System.IO.Compression;
using CsvHelper;
using Xunit;

namespace Mxact.Common;

/// <summary>
/// Recorded outputs of GPUs and of other implementations, kept outside the project: in the folder that
/// <c>MXACT_GROUND_TRUTH</c> names, or in <c>../shared/data</c> beside the working tree. A test that needs a file that is not
/// there skips, and says what was not checked.
/// </summary>
public static class GroundTruth
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("MXACT_GROUND_TRUTH")
        ?? Path.GetFullPath(Repository.At("..", "shared", "data"));

    /// <summary>The files of a kind, such as <c>peers/blocks_*.csv.gz</c>; empty when there are none.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        string path = Path.Combine(Folder, folder);
        return Directory.Exists(path) ? [.. Directory.GetFiles(path, pattern).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The rows of a file, each a map from column to cell; skips the test when the file is not there.</summary>
    public static IEnumerable<IDictionary<string, string>> Rows(string folder, string file)
    {
        string path = Path.Combine(Folder, folder, file);
        Assert.SkipUnless(File.Exists(path),
            $"NOT CHECKED: {folder}/{file} is not here (set MXACT_GROUND_TRUTH to the folder that holds it)");
        return Read(path);
    }

    private static IEnumerable<IDictionary<string, string>> Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using GZipStream plain = new(file, CompressionMode.Decompress);
        using CsvReader csv = CsvReader.Create(plain, null, leaveOpen: false);
        while (csv.Read())
        {
            Dictionary<string, string> row = new(csv.FieldCount, StringComparer.Ordinal);
            for (int i = 0; i < csv.FieldCount; i++)
            {
                row.Add(csv.Headers[i], csv.GetString(i));
            }

            yield return row;
        }
    }
}
