using System.Globalization;

namespace Mxact.Benchmarks.Comparison;

/// <summary>A verdict as a table: a benchmark a line, the slowest last, where the eye rests.</summary>
internal static class VerdictText
{
    /// <summary>Writes it.</summary>
    /// <param name="to">Where.</param>
    /// <param name="verdict">What came out.</param>
    /// <param name="left">The base's short name.</param>
    /// <param name="right">The other commit's.</param>
    public static void Write(TextWriter to, Verdict verdict, string left, string right)
    {
        int width = verdict.Ratios.Select(r => r.Name.Length).Append("benchmark".Length).Max();
        to.WriteLine($"{"benchmark".PadRight(width)}  {left,12}  {right,12}  speed");
        foreach (Ratio ratio in verdict.Yardsticks.Concat(verdict.Judged.OrderByDescending(r => r.Speed)))
        {
            string remark = ratio.IsYardstick ? "  yardstick" : verdict.Slower.Contains(ratio) ? "  SLOWER" : "";
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{ratio.Name.PadRight(width)}  {Time(ratio.Base),12}  {Time(ratio.Head),12}  {ratio.Speed:f3}{remark}"));
        }

        foreach (string name in verdict.OnlyInBase)
        {
            to.WriteLine($"only in {left}, not judged: {name}");
        }

        foreach (string name in verdict.OnlyInHead)
        {
            to.WriteLine($"only in {right}, not judged: {name}");
        }

        if (verdict.Yardsticks.Any())
        {
            double least = verdict.Yardsticks.Min(r => r.Speed);
            double greatest = verdict.Yardsticks.Max(r => r.Speed);
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"yardsticks, the same code in both: {least:f3} to {greatest:f3}, this machine's noise"));
        }

        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(verdict.Passes ? "no loss" : "LOSS")}: {verdict.Judged.Count()} judged, {verdict.Slower.Count()} below "
            + $"{Verdict.LeastRatio} of {left}, geometric mean {verdict.Mean:f3} (at least {Verdict.LeastMean})"));
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:f1} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:f2} us"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:f2} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:f2} s"),
    };
}
