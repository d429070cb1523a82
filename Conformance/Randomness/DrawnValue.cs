using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Randomness;

/// <summary>Where between two codes a value lies; n is how many random bits the mode takes.</summary>
internal enum Place
{
    /// <summary>Three quarters of 2^-n of the gap: the mode alone decides whether n bits ever see it.</summary>
    Beneath,

    /// <summary>2^-n of the gap: a single word rounds it up.</summary>
    Least,

    /// <summary>Half of the gap.</summary>
    Half,

    /// <summary>1 - 2^-n of the gap: a single word leaves it where it is.</summary>
    Greatest,
}

/// <summary>A value that a kernel is asked again and again, and how often it must round it up.</summary>
/// <param name="Bin">The bottom of its exponent's bin: a power of two, or 0 for what is below the smallest subnormal.</param>
/// <param name="Place">Where in the gap above that.</param>
/// <param name="Input">The input's digits.</param>
/// <param name="Below">The code of smaller magnitude, which no random bits at all leave it at.</param>
/// <param name="Above">The code of greater magnitude, which all random bits bring it to.</param>
/// <param name="Ups">How many of the mode's 2^n words round it up.</param>
/// <param name="Words">2^n.</param>
internal sealed record DrawnValue(Dyadic Bin, Place Place, string Input, string Below, string Above, ulong Ups, ulong Words)
{
    /// <summary>The probability of the code above: exact, for it is a multiple of 2^-32.</summary>
    public double Probability => (double)Ups / Words;

    /// <summary>Whether either code is as likely as the other.</summary>
    public bool IsFair => 2 * Ups == Words;

    /// <summary>
    /// The values that a stochastic encode is asked: of every exponent of the format one at each place that its inputs can be at, with
    /// signs in turn.
    /// </summary>
    public static IReadOnlyList<DrawnValue> Of(Question question)
    {
        List<DrawnValue> values = [];
        if (!ElementFormat.TryParse(question.Formats[0], out ElementFormat? format))
        {
            return values;
        }

        Answerer answerer = Answerer.For(question);
        RoundingMode mode = question.Policy.Rounding;
        bool isNegative = false;
        for (uint code = 0; code < format.MaxMagnitude; code++)
        {
            Dyadic bottom = ElementCodec.Decode(format, code).Finite;
            if (!bottom.IsZero && !bottom.Significand.IsPowerOfTwo)
            {
                continue;
            }

            Dyadic next = ElementCodec.Decode(format, code + 1).Finite;
            Dyadic gap = next - bottom;
            string? above = DigitsOf(question.From, next with { Negative = isNegative }) is { } exact
                ? answerer.Answer(Operands(mode, exact, 0)) : null;
            foreach (Place place in Enum.GetValues<Place>())
            {
                Dyadic value = bottom + (gap * Fraction(place, mode.RandomBits));
                if (above is not null && DigitsOf(question.From, value with { Negative = isNegative }) is { } input
                    && values.All(other => other.Input != input)
                    && OfInput(answerer, mode, bottom, place, input, above) is { } drawn)
                {
                    values.Add(drawn);
                }
            }

            isNegative = !isNegative && format.IsSigned;
        }

        return values;
    }

    /// <summary>The probability of the code above under another question of the same input; null where it has other codes.</summary>
    public double? Under(Question other)
    {
        RoundingMode mode = other.Policy.Rounding;
        Answerer answerer = Answerer.For(other);
        if (mode.IsStochastic)
        {
            return OfInput(answerer, mode, Bin, Place, Input, Above) is { } drawn && drawn.Below == Below ? drawn.Probability : null;
        }

        string answer = answerer.Answer(Input);
        return answer == Above ? 1 : answer == Below ? 0 : null;
    }

    /// <summary>The operands of a request for it. The random bits are zeros: a kernel with bits of its own does not read them.</summary>
    public string Operands(RoundingMode mode) => Operands(mode, Input, 0);

    private static string Operands(RoundingMode mode, string input, uint random)
        => $"{input} {HexWords.Write(random, mode.RandomDigits)}";

    private static Dyadic Fraction(Place place, int bits) => place switch
    {
        Place.Beneath => new(false, 3, -bits - 2),
        Place.Least => Dyadic.PowerOfTwo(-bits),
        Place.Half => Dyadic.PowerOfTwo(-1),
        _ => Dyadic.PowerOfTwo(0) - Dyadic.PowerOfTwo(-bits),
    };

    /// <summary>A value's digits, or null where its format has no such value.</summary>
    private static string? DigitsOf(ElementFormat from, Dyadic value)
    {
        uint bits = ElementCodec.Encode(from, value, ConversionPolicy.Ocp);
        Number read = ElementCodec.Decode(from, bits);
        return read.IsFinite && (read.Finite - value).IsZero ? HexWords.Write(bits, from.HexDigits) : null;
    }

    /// <summary>Up goes every word from some word on; which one is found by halving. Null where the answers are others.</summary>
    private static DrawnValue? OfInput(Answerer answerer, RoundingMode mode, Dyadic bottom, Place place, string input, string above)
    {
        string Answer(ulong word) => answerer.Answer(Operands(mode, input, (uint)word));
        ulong words = 1ul << mode.RandomBits;
        string below = Answer(0);
        string last = Answer(words - 1);
        if (below == above || (last != below && last != above))
        {
            return null;
        }

        (ulong stays, ulong goes) = (0, last == above ? words - 1 : words);
        while (goes - stays > 1 && last == above)
        {
            ulong middle = stays + ((goes - stays) / 2);
            (stays, goes) = Answer(middle) == below ? (middle, goes) : (stays, middle);
        }

        return new(bottom, place, input, below, above, words - goes, words);
    }
}
