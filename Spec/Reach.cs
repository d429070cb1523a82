namespace Mxact;

/// <summary>What a choice can act on: operations, and for scales and blocks the kind of scale.</summary>
[Flags]
internal enum Reach
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>encode</c> of an element.</summary>
    Encode = 1,

    /// <summary><c>encode e8m0</c>, the cast of a number to a scale.</summary>
    Cast = 2,

    /// <summary><c>scale</c> under E8M0.</summary>
    ScaleE8M0 = 4,

    /// <summary><c>scale</c> under UE4M3.</summary>
    ScaleUe4M3 = 8,

    /// <summary><c>quantize</c> under E8M0.</summary>
    QuantizeE8M0 = 16,

    /// <summary><c>quantize</c> under UE4M3.</summary>
    QuantizeUe4M3 = 32,
}

/// <summary>Where each choice can act, in one table. What cannot act is refused where it is asked for by name.</summary>
internal static class Reaches
{
    private const Reach Elements = Reach.Encode | Quantize;
    private const Reach Inputs = Reach.Encode | Reach.Cast | Quantize;
    private const Reach E8M0 = Reach.ScaleE8M0 | Reach.QuantizeE8M0;
    private const Reach Ue4M3 = Reach.ScaleUe4M3 | Reach.QuantizeUe4M3;
    private const Reach Quantize = Reach.QuantizeE8M0 | Reach.QuantizeUe4M3;

    private static readonly (Reach Both, Reach First, string Whole, string OfFirst, string OfSecond)[] Words =
    [
        (Reach.Encode | Reach.Cast, Reach.Encode, "encode", "encode of elements", "encode e8m0"),
        (Reach.ScaleE8M0 | Reach.ScaleUe4M3, Reach.ScaleE8M0, "scale", "scale under E8M0", "scale under UE4M3"),
        (Quantize, Reach.QuantizeE8M0, "quantize", "quantize under E8M0", "quantize under UE4M3"),
    ];

    /// <summary>Where one choice of a latitude acts.</summary>
    public static Reach Of(string latitude, string choice) => latitude switch
    {
        "rounding" or "overflow" => Inputs,
        "directed-overflow" or "inf-element" or "nan-code" or "nan-without-code" or "int8-minus-two" or "negative-zero" => Elements,
        "input-precision" => Inputs,

        // A block's maximum decides; a lone element has none.
        "subnormal-inputs" => choice == "flush-block" ? Quantize : Inputs,
        "nan-in-block" or "inf-in-block" or "scale-application" or "element-arithmetic" or "partial-block" => Quantize,
        "element-divisor" => Reach.QuantizeUe4M3,
        "scale-rule" => choice is "quotient" or "four-over-six" ? Ue4M3 : E8M0,
        "scale-overflow" => E8M0 | Ue4M3,
        "scale-underflow" => choice switch
        {
            "clamp" => E8M0 | Ue4M3,
            "flush-block" or "wrap" => E8M0,
            _ => Ue4M3,
        },
        "scale-arithmetic" => choice is "exact" or "binary32-divide" or "binary32-multiply" ? E8M0 | Ue4M3 : E8M0,
        "zero-block" => choice switch
        {
            "scale00" or "scale01" => E8M0 | Ue4M3,
            "scale38" or "scale08" or "scale20" => Ue4M3,
            _ => E8M0,
        },
        "cast-of-zero" or "cast-of-negative" => Reach.Cast,
        _ => throw new InvalidOperationException($"no such latitude: {latitude}"),
    };

    /// <summary>Where a latitude acts, by whichever of its choices.</summary>
    public static Reach Of(Latitude latitude)
    {
        ArgumentNullException.ThrowIfNull(latitude);
        return latitude.Choices.Aggregate(Reach.None, (reach, choice) => reach | Of(latitude.Id, choice));
    }

    /// <summary>Whether a latitude acts on some element formats alone.</summary>
    public static bool IsAboutElement(Latitude latitude)
    {
        ArgumentNullException.ThrowIfNull(latitude);
        return latitude.Id is "nan-code" or "nan-without-code" or "int8-minus-two";
    }

    /// <summary>Whether a latitude is about something the element format has: a NaN, none, or a code for -2.</summary>
    public static bool Concerns(Latitude latitude, ElementFormat element)
    {
        ArgumentNullException.ThrowIfNull(latitude);
        ArgumentNullException.ThrowIfNull(element);
        return latitude.Id switch
        {
            "nan-code" => element.HasNaN,
            "nan-without-code" => !element.HasNaN,
            "int8-minus-two" => element.Encoding == ElementEncoding.TwosComplement,
            _ => true,
        };
    }

    /// <summary>The places in words: <c>scale and quantize</c>.</summary>
    public static string InWords(Reach reach)
    {
        string[] places = [.. Words.Where(w => (reach & w.Both) != 0).Select(w
            => (reach & w.Both) == w.Both ? w.Whole : (reach & w.First) != 0 ? w.OfFirst : w.OfSecond)];
        return places.Length < 2 ? string.Concat(places) : string.Join(", ", places[..^1]) + " and " + places[^1];
    }
}
