using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Errors;

/// <summary>The two codes of largest magnitude, and which elements reach them by being clamped.</summary>
internal sealed class LargestCodes
{
    private readonly Bound positive;
    private readonly Bound negative;

    /// <summary>Those of a format under a policy's rounding.</summary>
    public LargestCodes(ElementFormat element, ConversionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(element);
        ArgumentNullException.ThrowIfNull(policy);
        bool twosComplement = element.Encoding == ElementEncoding.TwosComplement;
        uint below = element.MaxSignificand + (twosComplement && policy.Int8MinusTwo == Int8MinusTwo.Used ? 1u : 0);
        Positive = (byte)element.MaxMagnitude;
        Negative = (byte)(twosComplement ? 256 - below : element.SignMask | element.MaxMagnitude);
        positive = Bound.Of(element.MaxSignificand, negative: false, policy.Rounding);
        negative = Bound.Of(below, negative: true, policy.Rounding);
    }

    /// <summary>The code of max normal.</summary>
    public byte Positive { get; }

    /// <summary>The code of the least number: -max normal, or -2 where INT8 has it (MX 5.3.4).</summary>
    public byte Negative { get; }

    /// <summary>
    /// Whether an element that has one of these codes lies above its number: in the last bin, whether or not it rounds to a number
    /// beyond it.
    /// </summary>
    /// <param name="value">The element V.</param>
    /// <param name="result">X P, P being the code's number.</param>
    public static bool IsBeyond(float value, float result) => Math.Abs(value) > Math.Abs(result);

    /// <summary>
    /// Whether an element that has one of these codes rounds to a number beyond it (OFP8 5.2.1: the range is checked after rounding).
    /// </summary>
    /// <param name="value">The element V.</param>
    /// <param name="result">X P, P being the code's number.</param>
    public bool IsClamped(float value, float result)
        => (value < 0 ? negative : positive).IsPassed(Math.Abs((double)value), Math.Abs((double)result));

    /// <summary>Where rounding goes beyond the largest significand, in quanta of the last binade.</summary>
    private readonly record struct Bound(uint Largest, double First, bool Inclusive)
    {
        public static Bound Of(uint largest, bool negative, RoundingMode mode)
        {
            // What is cut off above the largest number decides, by the one rounding function. A stochastic mode rounds any of it away
            // in some draw, and codes do not tell which drew so: all that lies above the largest number counts.
            bool Away(int quarters)
                => mode.IsStochastic || Rounding.RoundsAway(mode, negative, isOdd: (largest & 1) == 1, new Discarded(quarters, 4));
            return Away(1) ? new(largest, largest, Inclusive: false)
                : Away(2) ? new(largest, largest + 0.5, Inclusive: true)
                : Away(3) ? new(largest, largest + 0.5, Inclusive: false)
                : new(largest, largest + 1.0, Inclusive: true);
        }

        /// <summary>
        /// |V| / X against the bound, multiplied out with |X P| = largest X: products of at most 33 bits, exact in binary64.
        /// </summary>
        public bool IsPassed(double value, double result)
            => Inclusive ? value * Largest >= result * First : value * Largest > result * First;
    }
}
