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
    public static StepRow Parse(Func<int, string> field) => new()
    {
        Step = int.Parse(field(0), CultureInfo.InvariantCulture),
        Loss = Number(field(1)),
        GradNorm = Number(field(2)),
        Zeta = Number(field(3)),
        ZetaBias = Number(field(4)),
        ZetaAcross = Number(field(5)),
        Cosine = Number(field(6)),
        LnLastBin = Number(field(7)),
        LastBin = Number(field(8)),
        Saturated = Number(field(9)),
        Flushed = Number(field(10)),
        LearningRate = Number(field(11)),
        Seconds = Number(field(12)),
    };

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static double Number(string text) => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);
}
