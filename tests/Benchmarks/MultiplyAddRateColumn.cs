using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Mxact.Benchmarks;

/// <summary>Multiply-adds a second, in 10^9, from the fastest round: on a shared machine the others measure their neighbours.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class MultiplyAddRateColumn : IColumn
{
    public string Id => nameof(MultiplyAddRateColumn);

    public string ColumnName => "G madd/s";

    public string Legend => "10^9 multiply-adds a second in the fastest round";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
        => Rate(summary, benchmarkCase) is { } rate ? rate.ToString("F2", CultureInfo.InvariantCulture) : "-";

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    internal static double? Rate(Summary summary, BenchmarkCase benchmarkCase)
        => summary[benchmarkCase]?.ResultStatistics is { } statistics ? GemmBenchmarks.MultiplyAdds / statistics.Min : null;
}
