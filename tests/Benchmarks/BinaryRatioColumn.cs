using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Mxact.Benchmarks;

/// <summary>The same over the binary32 product's of the same run.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class BinaryRatioColumn : IColumn
{
    public string Id => nameof(BinaryRatioColumn);

    public string ColumnName => "of binary32";

    public string Legend => "rate over that of libtorch's binary32 product of the same size";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        BenchmarkCase? plain = summary.BenchmarksCases.FirstOrDefault(c =>
            c.Descriptor.WorkloadMethod.Name == nameof(GemmBenchmarks.Binary32)
                && c.Parameters.DisplayInfo == benchmarkCase.Parameters.DisplayInfo);
        return plain is not null
            && MultiplyAddRateColumn.Rate(summary, plain) is { } yardstick
            && MultiplyAddRateColumn.Rate(summary, benchmarkCase) is { } rate
            ? (rate / yardstick).ToString("F2", CultureInfo.InvariantCulture)
            : "-";
    }

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
