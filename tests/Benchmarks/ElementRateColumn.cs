using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Mxact.Benchmarks;

/// <summary>Elements a second, in 10^9, from the fastest round, or that over the faster copy of the same size in the same run.</summary>
/// <param name="ofCopy">True for the ratio.</param>
internal sealed class ElementRateColumn(bool ofCopy) : IColumn
{
    public string Id => nameof(ElementRateColumn) + ofCopy;

    public string ColumnName => ofCopy ? "of copy" : "G elements/s";

    public string Legend
        => ofCopy
            ? "rate over that of the faster copy that reads and writes the same bytes"
            : "10^9 elements a second in the fastest round";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => ofCopy ? 1 : 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (Rate(summary, benchmarkCase) is not double rate)
        {
            return "-";
        }

        double copy = 0;
        foreach (BenchmarkCase other in summary.BenchmarksCases)
        {
            if (other.Descriptor.WorkloadMethod.Name.StartsWith("Copy", StringComparison.Ordinal)
                && Elements(other) == Elements(benchmarkCase))
            {
                copy = Math.Max(copy, Rate(summary, other) ?? 0);
            }
        }

        return !ofCopy
            ? rate.ToString("F2", CultureInfo.InvariantCulture)
            : copy > 0 ? (rate / copy).ToString("F2", CultureInfo.InvariantCulture)
            : "-";
    }

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    private static double? Rate(Summary summary, BenchmarkCase benchmarkCase)
        => summary[benchmarkCase]?.ResultStatistics is { } statistics ? Elements(benchmarkCase) / statistics.Min : null;

    private static int Elements(BenchmarkCase benchmarkCase) => (int)benchmarkCase.Parameters["Elements"];
}
