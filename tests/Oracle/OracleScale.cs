namespace Mxact.Tests.Oracle;

/// <summary>
/// The E8M0 scale of a block (MX 5.4.1, 6.3), by search over the 255 scales for what each rule asks, not by a threshold
/// on the significand. Where no scale fits, the nearest end of the range is taken: 00 or FE.
/// </summary>
public static class OracleScale
{
    private const byte Largest = 0xFE;
    private const byte NaN = 0xFF;

    /// <summary>The value of a scale code: 2^(code - 127), or NaN for FF (MX 5.4.1).</summary>
    public static OracleValue DecodeE8M0(byte code) =>
        code == NaN ? OracleValue.NaN : OracleValue.Of(1, Exponent(code));

    /// <summary>
    /// The scale for a block whose largest magnitude is amax: <c>floor</c>, <c>round-up</c>, <c>even</c>, <c>ceil</c>,
    /// <c>no-saturation</c>, <c>round-log2</c>, <c>nearest-linear</c>, <c>trunc-quotient</c> or <c>threshold:T</c>.
    /// T is a decimal fraction from 1 to below 2, rounded down to a multiple of 2^-23; the scale is one above floor where
    /// the significand is above it. Zero gives 00; NaN and Inf give FF. The sign of amax is ignored.
    /// </summary>
    public static byte ScaleE8M0(OracleFormat format, OracleValue amax, string rule)
    {
        if (!amax.IsFinite)
        {
            return NaN;
        }

        return amax.IsZero ? (byte)0 : Search(format, amax.Abs(), rule);
    }

    /// <summary>
    /// One number as a scale code, its sign ignored. A NaN gives FF; zero and all below 2^-127 give 00. Above that, the
    /// neighbouring power of two the rounding picks, with the names and meanings of <see cref="OracleElement.Encode"/>:
    /// nearest is by the midpoint 1.5 * 2^k, even and odd are of the code, and toward-negative is toward zero. A result
    /// above 2^127, or Inf, gives FE with <c>saturate</c> and FF with <c>non-finite</c>, whatever the rounding.
    /// </summary>
    public static byte CastE8M0(OracleValue x, string rounding, string overflow, ulong randomBits = 0)
    {
        var beyond = overflow switch
        {
            "saturate" => Largest,
            "non-finite" => NaN,
            _ => throw new ArgumentException($"No overflow policy is called '{overflow}'.", nameof(overflow)),
        };

        if (x.IsNaN)
        {
            return NaN;
        }

        var code = x.IsInfinity ? Largest + 1 : Neighbour(x.Magnitude, rounding, randomBits);
        return code > Largest ? beyond : (byte)code;
    }

    /// <summary>The code the rounding picks, on powers of two that go on to 2^128; that one also stands for all above.</summary>
    private static int Neighbour(Dyadic magnitude, string rounding, ulong randomBits)
    {
        if (magnitude >= Dyadic.PowerOfTwo(Exponent(Largest + 1)))
        {
            return Largest + 1;
        }

        var lower = LastWhere(x => Dyadic.PowerOfTwo(x) <= magnitude);
        var fromLower = magnitude - Dyadic.PowerOfTwo(Exponent(lower));
        var toUpper = Dyadic.PowerOfTwo(Exponent(lower + 1)) - magnitude;
        return fromLower > Dyadic.Zero
            && Rounding.RoundsUp(rounding, negative: false, lower, fromLower, toUpper, randomBits)
            ? lower + 1
            : lower;
    }

    private static byte Search(OracleFormat format, OracleValue amax, string rule)
    {
        var a = amax.Magnitude;
        var max = MagnitudeTable.MaxNormal(format);
        var emax = max.FloorLog2();

        return rule switch
        {
            // MX 6.3: the largest power of two in the block becomes the largest power of two of the element.
            "floor" => Floor(a, emax),

            // arXiv 2506.08027: the smallest X with amax / X at most max normal.
            "round-up" => FirstWhere(x => a <= max.TimesPowerOfTwo(x)),

            // amax rounded to the element's mantissa bits, ties up, may carry into the next binade.
            "even" => Floor(a + Dyadic.PowerOfTwo(a.FloorLog2() - format.MantissaBits - 1), emax),

            "ceil" => FirstWhere(x => a <= Dyadic.PowerOfTwo(emax + x)),

            "no-saturation" => FirstWhere(x => !Overflows(format, amax.TimesPowerOfTwo(-x))),

            // floor(log2(amax / max))
            "trunc-quotient" => LastWhere(x => max.TimesPowerOfTwo(x) <= a),

            // X is at least as near to amax / max as X / 2 is; all times max.
            "nearest-linear" => LastWhere(x =>
                (a - max.TimesPowerOfTwo(x)).Abs() <= (a - max.TimesPowerOfTwo(x - 1)).Abs()),

            // log2(amax / max) >= x - 1/2, squared; never equal, as 2 is not the square of a fraction.
            "round-log2" => LastWhere(x => a * a * 2 >= (max * max).TimesPowerOfTwo(2 * x)),

            // One more than floor is the floor of twice the value, and clamps last.
            _ when rule.StartsWith("threshold:", StringComparison.Ordinal) =>
                Floor(ScaleThreshold.Parse(rule["threshold:".Length..]).IsBelowSignificandOf(a) ? a * 2 : a, emax),

            _ => throw new ArgumentException($"No scale rule is called '{rule}'.", nameof(rule)),
        };
    }

    private static byte Floor(Dyadic value, int emax) => LastWhere(x => Dyadic.PowerOfTwo(emax + x) <= value);

    private static bool Overflows(OracleFormat format, OracleValue value) =>
        Rounding.ToIndex(format, value, Dyadic.One, "ties-to-even") > MagnitudeTable.Last(format, negative: false);

    /// <summary>The smallest scale that fits, given its exponent; if a scale fits, so do all larger ones.</summary>
    private static byte FirstWhere(Func<int, bool> fits)
    {
        int low = 0, high = Largest;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (fits(Exponent(middle)))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return (byte)low;
    }

    /// <summary>The largest scale that fits, given its exponent; if a scale fits, so do all smaller ones.</summary>
    private static byte LastWhere(Func<int, bool> fits)
    {
        int low = 0, high = Largest;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (fits(Exponent(middle)))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return (byte)low;
    }

    private static int Exponent(int code) => code - 127;
}
