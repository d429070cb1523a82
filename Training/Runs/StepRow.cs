using System.Collections.Immutable;
using System.Globalization;

namespace Mxact.Training.Runs;

/// <summary>A row of steps.csv. What was not measured at a step is NaN here and empty there.</summary>
internal readonly record struct StepRow
{
    /// <summary>The columns.</summary>
    public static ImmutableArray<string> Columns { get; } =
    [
        "step", "loss", "grad_norm", "zeta", "zeta_bias", "zeta_across", "cosine", "ln_last_bin", "last_bin", "saturated", "flushed", "lr",
        "seconds",
    ];

    /// <summary>Counted from zero.</summary>
    public int Step { get; init; }

    public double Loss { get; init; }

    /// <summary>|g| of all parameters.</summary>
    public double GradNorm { get; init; }

    /// <summary>See <see cref="Diagnostics.GradientBias"/>; of all parameters.</summary>
    public double Zeta { get; init; }

    public double ZetaBias { get; init; }

    public double ZetaAcross { get; init; }

    public double Cosine { get; init; }

    /// <summary>Share of layer norms' gains in the last bin, whether or not the run quantises them.</summary>
    public double LnLastBin { get; init; }

    /// <summary>Share of the forward products' operands in the last bin.</summary>
    public double LastBin { get; init; }

    public double Saturated { get; init; }

    public double Flushed { get; init; }

    public double LearningRate { get; init; }

    /// <summary>Wall time of the step, without its diagnostics.</summary>
    public double Seconds { get; init; }

    /// <summary>The row's fields. Shortest decimal forms that read back to the same bits.</summary>
    public string[] ToFields() =>
    [
        Step.ToString(CultureInfo.InvariantCulture),
        .. new[] { Loss, GradNorm, Zeta, ZetaBias, ZetaAcross, Cosine, LnLastBin, LastBin, Saturated, Flushed, LearningRate }.Select(Text),
        Seconds.ToString("f6", CultureInfo.InvariantCulture),
    ];

    /// <summary>Reads a row back.</summary>
    /// <param name="fields">As <see cref="ToFields"/> gives them.</param>
    /// <param name="wrong">The first column whose field is no number, or one that no step can have; null where all are right.</param>
    public static StepRow Parse(IReadOnlyList<string> fields, out string? wrong)
    {
        double[] numbers = [.. fields.Skip(1).Select(Number)];
        bool isStep = int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step);
        StepRow row = new()
        {
            Step = step,
            Loss = numbers[0],
            GradNorm = numbers[1],
            Zeta = numbers[2],
            ZetaBias = numbers[3],
            ZetaAcross = numbers[4],
            Cosine = numbers[5],
            LnLastBin = numbers[6],
            LastBin = numbers[7],
            Saturated = numbers[8],
            Flushed = numbers[9],
            LearningRate = numbers[10],
            Seconds = numbers[11],
        };
        string[] written = row.ToFields();
        wrong = !isStep ? Columns[0]
            : Columns.Skip(1).Where((_, i) => IsImpossible(Columns[i + 1], numbers[i]) || written[i + 1] != fields[i + 1]).FirstOrDefault();
        return row;
    }

    /// <summary>What no step can have: it is a share of nothing, a norm below zero, or was not measured where it always is.</summary>
    private static bool IsImpossible(string column, double value) => column switch
    {
        "ln_last_bin" or "last_bin" or "saturated" or "flushed" => value is < 0 or > 1,
        "loss" or "grad_norm" or "zeta" or "zeta_across" => value < 0,
        "cosine" => Math.Abs(value) > 1 + 1e-9,
        "lr" => !(value > 0 && double.IsFinite(value)),
        "seconds" => !(value >= 0 && double.IsFinite(value)),
        _ => false,
    };

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A number, or what reads back as another text than it was.</summary>
    private static double Number(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
