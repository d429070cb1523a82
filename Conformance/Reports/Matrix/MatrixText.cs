using System.Globalization;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports.Matrix;

/// <summary>A matrix in words: the texts that its tables are made of.</summary>
internal static class MatrixText
{
    private const string NotAsked = "-", NoCause = "no cause found";

    /// <summary>How to read the table of operations.</summary>
    public const string Legend = "a number alone is rows that passed; - was not asked";

    /// <summary>The columns of the table for other programs: a row a kernel, operation and format.</summary>
    public static readonly string[] CsvColumns = ["file", "kernel", "declaration", "level", "operation", "passed", "declared_variants",
        "failed", "known_departures", "crashed", "unsupported", "unexplained", "causes"];

    /// <summary>A kernel's two lines: what it is, and what was said of it.</summary>
    public static (string Name, string Verdict) Of(KernelReport kernel)
        => ($"{kernel.Kernel}, held to {kernel.Declaration}, level {kernel.Level}", $"{kernel.Verdict}: {Counts(kernel.Counts)}");

    /// <summary>One table: an operation a row, a kernel a column.</summary>
    public static (string[] Columns, List<string[]> Rows) Operations(KernelMatrix matrix)
        => (["operation", .. matrix.Kernels.Select((_, i) => KernelMatrix.Label(i))],
            [.. matrix.Operations.Select(operation
                => (string[])[operation, .. matrix.Kernels.Select((_, i) => Cell(matrix[i, operation]))])]);

    /// <summary>Another: a cause a row, and how many failures it explains.</summary>
    public static (string[] Columns, List<string[]> Rows) Causes(KernelMatrix matrix)
    {
        List<string[]> rows = [.. matrix.Causes.Select(cause => Row(cause, cause))];
        if (matrix.Kernels.Any(kernel => kernel.ExplainedBy(null) > 0))
        {
            rows.Add(Row(NoCause, null));
        }

        return (["cause", .. matrix.Kernels.Select((_, i) => KernelMatrix.Label(i))], rows);

        string[] Row(string name, string? cause) => [name, .. matrix.Kernels.Select(kernel => kernel.ExplainedBy(cause)).Select(explained
            => explained == 0 ? "" : Number(explained))];
    }

    /// <summary>The table for other programs, complete.</summary>
    public static IEnumerable<string[]> CsvRows(KernelMatrix matrix)
        => from kernel in matrix.Kernels
           from operation in kernel.Operations
           let cell = kernel.Cells[operation]
           select (string[])[Printable.Cell(kernel.Path), Printable.Cell(kernel.Kernel), Printable.Cell(kernel.Declaration), kernel.Level,
               operation, Number(cell.Counts[Verdict.Pass]), Number(cell.Counts[Verdict.DeclaredVariant]),
               Number(cell.Counts[Verdict.Fail]), Number(cell.Counts[Verdict.KnownDeparture]), Number(cell.Counts.Broken),
               Number(cell.Counts[Verdict.Unsupported]), Number(cell.Unexplained),
               Printable.Cell(string.Join("; ", cell.Causes.Select(Cause)))];

    /// <summary>How many failures a cause explains, and its name.</summary>
    public static string Cause((string Name, int Explained) cause) => $"{Number(cause.Explained)} {cause.Name}";

    /// <summary>The counts of a kernel, or of an operation and format of it; what there is none of is left out.</summary>
    public static string Counts(MatrixCounts counts)
        => string.Join(", ", Parts(counts).Where((part, i) => i == 0 || part.Count > 0).Select(part
            => $"{Number(part.Count)} {part.Word}"));

    /// <summary>A cell of the table, where a number alone is what passed: several kernels have to stand beside each other.</summary>
    public static string Cell(MatrixCell? cell) => cell is null ? NotAsked : cell.Counts.Asked == 0 ? "unsupported"
        : Counts(cell.Counts).Replace(" passed", "", StringComparison.Ordinal);

    /// <summary>A number.</summary>
    public static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static (int Count, string Word)[] Parts(MatrixCounts counts) =>
    [
        (counts[Verdict.Pass], "passed"), (counts[Verdict.Fail], "failed"), (counts[Verdict.DeclaredVariant], "variants"),
        (counts[Verdict.KnownDeparture], "known"), (counts.Broken, "crashed"), (counts[Verdict.Unsupported], "unsupported"),
    ];
}
