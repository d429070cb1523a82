namespace Mxact;

/// <summary>
/// What quantising did to the elements of a tensor: counts, and sums in binary64. Errors V - X P are exact in binary64 wherever the two
/// are within 2^29 of each other; only the sums round, in an order that the elements alone decide.
/// </summary>
public readonly record struct QuantizationError
{
    /// <summary>Elements that are numbers: all but NaN and infinities. The fractions are of these.</summary>
    public long Finite { get; init => field = Arguments.Count(value, nameof(Finite)); }

    /// <summary>NaN and infinite elements; nothing else counts them.</summary>
    public long NonFinite { get; init => field = Arguments.Count(value, nameof(NonFinite)); }

    /// <summary>
    /// Finite elements whose result is not finite: their block's scale is NaN, or they overflowed to NaN or infinity. They are in no
    /// sum.
    /// </summary>
    public long Lost { get; init => field = Arguments.Count(value, nameof(Lost)); }

    /// <summary>Elements whose V / X rounds beyond max normal and that max normal stands for.</summary>
    public long Saturated { get; init => field = Arguments.Count(value, nameof(Saturated)); }

    /// <summary>Elements that are not zero and become zero.</summary>
    public long Flushed { get; init => field = Arguments.Count(value, nameof(Flushed)); }

    /// <summary>Finite elements above the largest number of their sign, |V| / X > max normal, that take its code, clamped or not.</summary>
    public long LastBin { get; init => field = Arguments.Count(value, nameof(LastBin)); }

    /// <summary>The sum of squares of the elements.</summary>
    public double Signal { get; init => field = Arguments.Magnitude(value, nameof(Signal)); }

    /// <summary>The sum of squared errors.</summary>
    public double Noise { get; init => field = Arguments.Magnitude(value, nameof(Noise)); }

    /// <summary>The largest |error| / |element|.</summary>
    public double WorstRelative { get; init => field = Arguments.Magnitude(value, nameof(WorstRelative)); }

    /// <summary>
    /// Signal to quantisation noise in decibels, 10 log10(signal / noise): infinite where nothing is lost, NaN where there is no signal
    /// either.
    /// </summary>
    public double Sqnr => 10 * Math.Log10(Signal / Noise);

    /// <summary><see cref="Saturated"/> as a fraction of <see cref="Finite"/>, 0 to 1; NaN where nothing is finite.</summary>
    public double SaturatedFraction => FractionOfFinite(Saturated);

    /// <summary><see cref="Flushed"/> as a fraction of <see cref="Finite"/>, 0 to 1; NaN where nothing is finite.</summary>
    public double FlushedFraction => FractionOfFinite(Flushed);

    /// <summary><see cref="LastBin"/> as a fraction of <see cref="Finite"/>, 0 to 1; NaN where nothing is finite.</summary>
    public double LastBinFraction => FractionOfFinite(LastBin);

    /// <summary>Both together. The sums round, so the order of a chain of additions is part of the result.</summary>
    public static QuantizationError operator +(QuantizationError a, QuantizationError b) => new()
    {
        Finite = a.Finite + b.Finite,
        NonFinite = a.NonFinite + b.NonFinite,
        Lost = a.Lost + b.Lost,
        Saturated = a.Saturated + b.Saturated,
        Flushed = a.Flushed + b.Flushed,
        LastBin = a.LastBin + b.LastBin,
        Signal = a.Signal + b.Signal,
        Noise = a.Noise + b.Noise,
        WorstRelative = Math.Max(a.WorstRelative, b.WorstRelative),
    };

    private double FractionOfFinite(long count) => Finite == 0 ? double.NaN : (double)count / Finite;
}
