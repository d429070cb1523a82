using System.Collections.Immutable;
using System.Globalization;

namespace Mxact.Training.Runs;

/// <summary>A row of steps.csv. What was not measured at a step is NaN here and empty there.</summary>
internal readonly record struct StepRow
{
    /// <summary>The columns.</summary>
    public static ImmutableArray<string> Columns { get; } =
    [
        "step", "loss", "shadow_loss", "excess_loss", "grad_norm", "gradient_distance", "gradient_distance_along",
        "gradient_distance_across", "gradient_cosine", "ln_last_bin", "last_bin", "saturated", "flushed", "backward_error",
        "backward_drift", "backward_along", "backward_noise", "decrease_quantised", "decrease_exact", "lr", "seconds",
    ];

    /// <summary>The columns of the logs of earlier builds, as they are called today.</summary>
    public static ImmutableArray<string> EarlierColumns { get; } =
    [
        "step", "loss", "grad_norm", "gradient_distance", "gradient_distance_along", "gradient_distance_across", "gradient_cosine",
        "ln_last_bin", "last_bin", "saturated", "flushed", "lr", "seconds",
    ];

    /// <summary>The same, as they were called then.</summary>
    public static ImmutableArray<string> EarlierNames { get; } =
    [
        "step", "loss", "grad_norm", "zeta", "zeta_bias", "zeta_across", "cosine", "ln_last_bin", "last_bin", "saturated", "flushed",
        "lr", "seconds",
    ];

    /// <summary>Counted from zero.</summary>
    public int Step { get; init; }

    public double Loss { get; init; }

    /// <summary>The binary32 loss at the same weights and batch.</summary>
    public double ShadowLoss { get; init; }

    /// <summary>The loss without the part that no student can learn on this batch; below zero where the batch is kind.</summary>
    public double ExcessLoss { get; init; }

    /// <summary>|g| of all parameters.</summary>
    public double GradNorm { get; init; }

    /// <summary>
    /// Distance between the gradients of two losses, the arm's and binary32's, at the same weights; see
    /// <see cref="Diagnostics.GradientBias"/>; of all parameters.
    /// </summary>
    public double Distance { get; init; }

    public double DistanceAlong { get; init; }

    public double DistanceAcross { get; init; }

    public double Cosine { get; init; }

    /// <summary>Share of layer norms' gains in the last bin, whether or not the run quantises them.</summary>
    public double LnLastBin { get; init; }

    /// <summary>Share of the forward products' operands in the last bin.</summary>
    public double LastBin { get; init; }

    public double Saturated { get; init; }

    public double Flushed { get; init; }

    /// <summary>
    /// The backward pass's own error: the arm's gradient against the exact gradient of the same quantised forward pass, of all
    /// parameters; see <see cref="Diagnostics.ErrorParts"/>.
    /// </summary>
    public double BackwardError { get; init; }

    public double BackwardDrift { get; init; }

    public double BackwardAlong { get; init; }

    public double BackwardNoise { get; init; }

    /// <summary>By how much the arm's loss falls over a way along the arm's gradient.</summary>
    public double DecreaseQuantised { get; init; }

    /// <summary>By how much it falls over a way of the same length along the exact gradient.</summary>
    public double DecreaseExact { get; init; }

    public double LearningRate { get; init; }

    /// <summary>Wall time of the step, without its diagnostics.</summary>
    public double Seconds { get; init; }

    /// <summary>The row's fields. Shortest decimal forms that read back to the same bits.</summary>
    public string[] ToFields() =>
    [
        Step.ToString(CultureInfo.InvariantCulture),
        .. new[]
        {
            Loss, ShadowLoss, ExcessLoss, GradNorm, Distance, DistanceAlong, DistanceAcross, Cosine, LnLastBin, LastBin, Saturated,
            Flushed, BackwardError, BackwardDrift, BackwardAlong, BackwardNoise, DecreaseQuantised, DecreaseExact, LearningRate,
        }.Select(Text),
        Seconds.ToString("f6", CultureInfo.InvariantCulture),
    ];

    /// <summary>Reads a row back.</summary>
    /// <param name="fields">As <see cref="ToFields"/> gives them, those of the columns.</param>
    /// <param name="columns"><see cref="Columns"/> or <see cref="EarlierColumns"/>.</param>
    /// <param name="wrong">The first column whose field is no number, or one that no step can have; null where all are right.</param>
    public static StepRow Parse(IReadOnlyList<string> fields, ImmutableArray<string> columns, out string? wrong)
    {
        double[] numbers = [.. columns.Select((_, i) => Number(fields[i]))];
        double Of(string column) => columns.IndexOf(column) is int at and >= 0 ? numbers[at] : double.NaN;
        bool isStep = int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step);
        StepRow row = new()
        {
            Step = step,
            Loss = Of("loss"),
            ShadowLoss = Of("shadow_loss"),
            ExcessLoss = Of("excess_loss"),
            GradNorm = Of("grad_norm"),
            Distance = Of("gradient_distance"),
            DistanceAlong = Of("gradient_distance_along"),
            DistanceAcross = Of("gradient_distance_across"),
            Cosine = Of("gradient_cosine"),
            LnLastBin = Of("ln_last_bin"),
            LastBin = Of("last_bin"),
            Saturated = Of("saturated"),
            Flushed = Of("flushed"),
            BackwardError = Of("backward_error"),
            BackwardDrift = Of("backward_drift"),
            BackwardAlong = Of("backward_along"),
            BackwardNoise = Of("backward_noise"),
            DecreaseQuantised = Of("decrease_quantised"),
            DecreaseExact = Of("decrease_exact"),
            LearningRate = Of("lr"),
            Seconds = Of("seconds"),
        };
        string[] written = row.ToFields();
        wrong = !isStep ? columns[0]
            : columns.Skip(1).FirstOrDefault(c => IsImpossible(c, Of(c)) || written[Columns.IndexOf(c)] != fields[columns.IndexOf(c)]);
        return row;
    }

    /// <summary>What no step can have: it is a share of nothing, a norm below zero, or was not measured where it always is.</summary>
    private static bool IsImpossible(string column, double value) => column switch
    {
        "ln_last_bin" or "last_bin" or "saturated" or "flushed" => value is < 0 or > 1,
        "loss" or "shadow_loss" or "grad_norm" or "gradient_distance" or "gradient_distance_across" or "backward_error"
            or "backward_noise" => value < 0,
        "gradient_cosine" => Math.Abs(value) > 1 + 1e-9,
        "lr" => !(value > 0 && double.IsFinite(value)),
        "seconds" => !(value >= 0 && double.IsFinite(value)),
        _ => false,
    };

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A number, or what reads back as another text than it was.</summary>
    private static double Number(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
