using System.Globalization;
using Mxact.Simulator.Conversion;

namespace Mxact;

/// <summary>
/// How the scale of a whole tensor is chosen, NVFP4's second level: a factor t, so that blocks hold the values over t. No standard says
/// how; these are what shipped recipes do.
/// </summary>
public sealed record TensorScaleRule
{
    private const string PercentileName = "percentile:";
    private const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private TensorScaleRule(string name) => Name = name;

    /// <summary><c>fit</c>: max |V| over the product of both max normals (448 * 6), rounded to binary32, ties to even.</summary>
    public static TensorScaleRule Fit { get; } = new("fit");

    /// <summary>
    /// <c>power-of-two</c>: that, up to a power of two from 2^-126 to 2^126, whose reciprocal is a binary32 number as well.
    /// </summary>
    public static TensorScaleRule PowerOfTwo { get; } = new("power-of-two");

    /// <summary><c>one</c>: 1 whatever the values.</summary>
    public static TensorScaleRule One { get; } = new("one") { Number = 1 };

    /// <summary>The number, where one is given.</summary>
    private float? Number { get; init; }

    /// <summary>The percentile of the magnitudes that it looks at; 100 is the largest.</summary>
    internal decimal Percent { get; private init; } = 100;

    /// <summary>The name, which <see cref="Find"/> takes.</summary>
    public string Name { get; }

    /// <summary>
    /// <c>percentile:P</c>: as <see cref="Fit"/>, with the P-th percentile of the finite magnitudes for the largest: the one at place
    /// ceil(P n / 100) of n in ascending order (nearest rank). What lies above it saturates.
    /// </summary>
    /// <param name="percent">P, above 0 and at most 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static TensorScaleRule Percentile(decimal percent) => percent is > 0 and <= 100
        ? new(PercentileName + percent.ToString(CultureInfo.InvariantCulture)) { Percent = percent }
        : throw new ArgumentOutOfRangeException(nameof(percent), percent, "a percentile is above 0 and at most 100");

    /// <summary>A number, whatever the values; 1 is <see cref="One"/>.</summary>
    /// <param name="scale">Positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static TensorScaleRule Given(float scale) => scale == 1 ? One : scale > 0 && float.IsFinite(scale)
        ? new(scale.ToString("R", CultureInfo.InvariantCulture)) { Number = scale }
        : throw new ArgumentOutOfRangeException(nameof(scale), scale, "a tensor scale is positive and finite");

    /// <summary>
    /// The rule of a name: <c>fit</c>, <c>power-of-two</c>, <c>one</c>, <c>percentile:P</c> or a positive number; null of any other.
    /// </summary>
    /// <param name="name">The name.</param>
    public static TensorScaleRule? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name == Fit.Name ? Fit : name == PowerOfTwo.Name ? PowerOfTwo : name == One.Name ? One
            : name.StartsWith(PercentileName, StringComparison.Ordinal)
                ? decimal.TryParse(name[PercentileName.Length..], Plain, CultureInfo.InvariantCulture, out decimal percent)
                    && percent is > 0 and <= 100 ? Percentile(percent) : null
            : float.TryParse(name, Plain, CultureInfo.InvariantCulture, out float scale) && scale is > 0 and < float.PositiveInfinity
                ? Given(scale) : null;
    }

    /// <summary>The factor of a tensor; 1 where it has no finite number other than zero and none is given.</summary>
    /// <param name="values">Its values; NaN and infinities do not count.</param>
    /// <param name="format">A format with a tensor scale.</param>
    /// <exception cref="ArgumentException">The format has none.</exception>
    public float Choose(ReadOnlySpan<float> values, BlockFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format.Scale.Element is not { } scale)
        {
            throw new ArgumentException($"{format} has no tensor scale; it is NVFP4's alone", nameof(format));
        }

        if (Number is { } given)
        {
            return given;
        }

        float fit = TensorScales.Fit(Percent < 100 ? [TensorScales.AtPercentile(values, Percent)] : values, format.Element, scale);
        return this == PowerOfTwo ? TensorScales.UpToPowerOfTwo(fit) : fit;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
