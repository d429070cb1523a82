using System.Text.Json;

namespace Mxact.Benchmarks.Comparison;

/// <summary>The figures of one run: nanoseconds an operation by benchmark, read from the JSON that BenchmarkDotNet exports.</summary>
internal static class Figures
{
    /// <summary>
    /// A benchmark that was renamed: the name it had, and the one it has. Either side is <c>Class.Method</c>; parameters follow by
    /// themselves. Namespaces are no part of a name.
    /// </summary>
    private static readonly Dictionary<string, string> Renamed = [];

    /// <summary>Reads every report in a folder of results.</summary>
    /// <exception cref="InvalidDataException">A report is not what BenchmarkDotNet writes.</exception>
    public static Dictionary<string, double> Read(string folder)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            try
            {
                using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(path));
                Add(figures, report.RootElement);
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException($"{path}: is no report of BenchmarkDotNet", exception);
            }
        }

        return figures;
    }

    /// <summary>Adds the benchmarks of one report; those that failed have no statistics and are left out.</summary>
    public static void Add(Dictionary<string, double> figures, JsonElement report)
    {
        foreach (JsonElement benchmark in report.GetProperty("Benchmarks").EnumerateArray())
        {
            if (benchmark.TryGetProperty("Statistics", out JsonElement statistics) && statistics.ValueKind == JsonValueKind.Object)
            {
                figures[NameOf(benchmark)] = statistics.GetProperty("Median").GetDouble();
            }
        }
    }

    /// <summary>The name that both commits know a benchmark by: class, method, and parameters in the order of their names.</summary>
    private static string NameOf(JsonElement benchmark)
    {
        string name = $"{benchmark.GetProperty("Type").GetString()}.{benchmark.GetProperty("Method").GetString()}";
        IEnumerable<string> parameters = benchmark.GetProperty("Parameters").GetString()!.Split('&').Order(StringComparer.Ordinal);
        return $"{Renamed.GetValueOrDefault(name, name)}({string.Join(", ", parameters)})";
    }
}
