using CsvHelper;

namespace Mxact.Conformance.Reports;

/// <summary>Tables as CSV: RFC 4180, UTF-8, one header line, lines ended by a line feed.</summary>
internal static class CsvText
{
    /// <summary>Writes a table to a stream, which stays open.</summary>
    public static void Write(Stream stream, string[] columns, IEnumerable<string[]> rows)
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader(columns);
        foreach (string[] row in rows)
        {
            csv.WriteRecord(row);
        }
    }
}
