namespace Mxact;

/// <summary>
/// Every choice a conversion makes: the three that MX names (scale rule, rounding, overflow) and the latitudes it leaves open.
/// The defaults are the <c>ocp</c> profile. <see cref="Latitude.All"/> gives each choice its id, its clause and its meaning.
/// </summary>
public sealed record ConversionPolicy
{
    /// <summary>The <c>ocp</c> profile.</summary>
    public static ConversionPolicy Ocp { get; } = new();

    /// <summary>
    /// How the scale follows from the block's maximum. A rule for powers of two leaves NVFP4 at <see cref="ScaleRule.Quotient"/>; one
    /// for UE4M3 leaves the others at <see cref="ScaleRule.Floor"/>.
    /// </summary>
    public ScaleRule ScaleRule { get; init => field = Arguments.Given(value, nameof(ScaleRule)); } = ScaleRule.Floor;

    /// <summary>How elements round.</summary>
    public RoundingMode Rounding { get; init => field = RoundingMode.Whole(value, nameof(Rounding)); } = RoundingMode.TiesToEven;

    /// <summary>What a value beyond max normal becomes.</summary>
    public OverflowPolicy Overflow { get; init => field = Arguments.Known(value, nameof(Overflow)); } = OverflowPolicy.Saturate;

    /// <summary>What overflow gives under a directed rounding that points toward zero.</summary>
    internal DirectedOverflow DirectedOverflow { get; init; }

    /// <summary>What an infinite element becomes under saturation.</summary>
    internal InfElement InfElement { get; init; }

    /// <summary>Which NaN code is written.</summary>
    internal NanCode NanCode { get; init; }

    /// <summary>What a NaN becomes in a format without one.</summary>
    internal NanWithoutCode NanWithoutCode { get; init; }

    /// <summary>What a NaN in a block does.</summary>
    internal NanInBlock NanInBlock { get; init; }

    /// <summary>What an infinity in a block does.</summary>
    internal InfInBlock InfInBlock { get; init; }

    /// <summary>The scale of a block of zeros.</summary>
    internal ZeroBlock ZeroBlock { get; init; }

    /// <summary>A scale below its format's range.</summary>
    internal ScaleUnderflow ScaleUnderflow { get; init; }

    /// <summary>A scale above its format's range.</summary>
    internal ScaleOverflow ScaleOverflow { get; init; }

    /// <summary>How exactly the scale rule is evaluated.</summary>
    internal ScaleArithmetic ScaleArithmetic { get; init; }

    /// <summary>How V_i / X is computed.</summary>
    internal ScaleApplication ScaleApplication { get; init; }

    /// <summary>Whether the elements of a block under UE4M3 are divided by the scale as it is stored.</summary>
    internal ElementDivisor ElementDivisor { get; init; }

    /// <summary>How exactly V_i / X is rounded to an element.</summary>
    internal ElementArithmetic ElementArithmetic { get; init; }

    /// <summary>What subnormal inputs become.</summary>
    internal SubnormalInputs SubnormalInputs { get; init; }

    /// <summary>What inputs are narrowed to before anything else.</summary>
    internal InputPrecision InputPrecision { get; init; }

    /// <summary>Whether INT8's code 80 is used.</summary>
    internal Int8MinusTwo Int8MinusTwo { get; init; }

    /// <summary>Which results are -0.</summary>
    internal NegativeZero NegativeZero { get; init; }

    /// <summary>What happens to a last block that is not full.</summary>
    internal PartialBlock PartialBlock { get; init; }

    /// <summary>The E8M0 code of zero in the binary32 -> E8M0 cast.</summary>
    internal CastOfZero CastOfZero { get; init; }

    /// <summary>The E8M0 code of a negative number in the cast.</summary>
    internal CastOfNegative CastOfNegative { get; init; }

    /// <summary>This policy with one choice made otherwise, by the names that <see cref="Latitude.All"/> gives.</summary>
    /// <param name="latitude">A latitude's id, such as <c>nan-in-block</c>.</param>
    /// <param name="choice">One of its choices, such as <c>scale-nan</c>.</param>
    /// <exception cref="ArgumentException">No such latitude, or it has no such choice; the message lists what there is.</exception>
    public ConversionPolicy With(string latitude, string choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        Latitude known = Known(latitude);
        return known.With(this, choice)
            ?? throw new ArgumentException($"{latitude} has no choice '{choice}'; it is one of {string.Join(", ", known.Choices)}",
                nameof(choice));
    }

    /// <summary>The choice this policy makes of a latitude.</summary>
    /// <param name="latitude">A latitude's id, such as <c>nan-in-block</c>.</param>
    /// <exception cref="ArgumentException">No such latitude; the message lists them.</exception>
    public string Choice(string latitude) => Known(latitude).Of(this);

    private static Latitude Known(string latitude)
    {
        ArgumentNullException.ThrowIfNull(latitude);
        return Latitude.Find(latitude)
            ?? throw new ArgumentException($"no latitude '{latitude}'; it is one of {string.Join(", ", Latitude.All.Select(l => l.Id))}",
                nameof(latitude));
    }
}

/// <summary>Overflow under a directed rounding that points toward zero.</summary>
internal enum DirectedOverflow
{
    /// <summary>Max normal, as IEEE 754 7.4 has it.</summary>
    MaxNormal,

    /// <summary>Whatever the overflow policy says.</summary>
    AsPolicy,
}

/// <summary>An infinite element under saturation.</summary>
internal enum InfElement
{
    /// <summary>Max normal with the sign (OFP8 Table 3).</summary>
    MaxNormal,

    /// <summary>Kept as infinity; NaN where the format has none.</summary>
    Kept,

    /// <summary>Zero (a search by distance finds every distance infinite and keeps index 0).</summary>
    Zero,
}

/// <summary>Which NaN code is written.</summary>
internal enum NanCode
{
    /// <summary>The quiet NaN (7E for E5M2, 7F for E4M3) with the sign kept.</summary>
    QuietSigned,

    /// <summary>The quiet NaN without sign.</summary>
    Quiet,

    /// <summary>All magnitude bits set (7F), no sign.</summary>
    AllOnes,

    /// <summary>All magnitude bits set, with the sign kept (ONNX Runtime).</summary>
    AllOnesSigned,

    /// <summary>All bits set (FF).</summary>
    NegativeAllOnes,
}

/// <summary>A NaN element in a format without NaN.</summary>
internal enum NanWithoutCode
{
    /// <summary>+max normal (NVIDIA conversions).</summary>
    PositiveMax,

    /// <summary>Max normal with the NaN's sign.</summary>
    SignedMax,

    /// <summary>-0 (ml_dtypes).</summary>
    NegativeZero,

    /// <summary>+0.</summary>
    Zero,
}

/// <summary>A NaN in a block.</summary>
internal enum NanInBlock
{
    /// <summary>The scale is FF.</summary>
    ScaleNan,

    /// <summary>The maximum ignores it; the element is converted on its own.</summary>
    Ignored,

    /// <summary>The scale is 00 and applied as its arithmetic has it (an integer addition wraps the NaN).</summary>
    ScaleZero,
}

/// <summary>An infinity in a block that has no NaN.</summary>
internal enum InfInBlock
{
    /// <summary>The scale is FF.</summary>
    ScaleNan,

    /// <summary>The scale is FE; infinite elements follow <see cref="ConversionPolicy.InfElement"/>.</summary>
    ScaleMax,

    /// <summary>The scale is 00; infinite elements follow <see cref="ConversionPolicy.InfElement"/>.</summary>
    ScaleZero,
}

/// <summary>The scale of a block whose maximum is zero.</summary>
internal enum ZeroBlock
{
    /// <summary>00: 2^-127.</summary>
    Scale00,

    /// <summary>01: 2^-126.</summary>
    Scale01,

    /// <summary>7F: 1.</summary>
    Scale7F,

    /// <summary>127 - emax: as if the maximum were 1.</summary>
    MinusEmax,

    /// <summary>As if the maximum were 2^-126, the least normal binary32.</summary>
    MinNormal,

    /// <summary>UE4M3's 38: 1.</summary>
    Scale38,

    /// <summary>UE4M3's 08: 2^-6, its least normal number.</summary>
    Scale08,

    /// <summary>UE4M3's 20: 2^-3, its machine epsilon.</summary>
    Scale20,
}

/// <summary>
/// A scale below 2^-127 under E8M0; one that rounds to zero under UE4M3, of a block that is not all zeros.
/// </summary>
internal enum ScaleUnderflow
{
    /// <summary>00: 2^-127 under E8M0; zero, and with it every element, under UE4M3.</summary>
    Clamp,

    /// <summary>Scale 00 and every element +-0.</summary>
    FlushBlock,

    /// <summary>The exponent wraps modulo 256.</summary>
    Wrap,

    /// <summary>UE4M3's 01: 2^-9, the least scale above zero.</summary>
    Scale01,

    /// <summary>UE4M3's 08, and for every scale below it: clamped to the least normal number, 2^-6.</summary>
    AtLeast08,

    /// <summary>UE4M3's 20: 2^-3, its machine epsilon, in place of a zero.</summary>
    Scale20,
}

/// <summary>A scale above 2^127 under E8M0; one that rounds beyond 448 under UE4M3.</summary>
internal enum ScaleOverflow
{
    /// <summary>Clamped to FE; UE4M3's 7E.</summary>
    Clamp,

    /// <summary>FF; UE4M3's 7F, as a cast that does not saturate gives.</summary>
    ScaleNan,
}

/// <summary>
/// How exactly the scale rule is evaluated. Each inexact way belongs to one rule of powers of two, and the two of quotients to UE4M3's
/// too; other rules stay exact under it. t is the tensor's scale.
/// </summary>
internal enum ScaleArithmetic
{
    /// <summary>In exact arithmetic.</summary>
    Exact,

    /// <summary><c>even</c> by an integer addition on amax's binary32 bits; a carry into the infinities gives FF.</summary>
    Binary32Bits,

    /// <summary>
    /// <c>round-up</c> as the power of two at or above fl(amax / max normal), 2^-127 included; UE4M3 of fl(fl(amax / max) / t).
    /// </summary>
    Binary32Divide,

    /// <summary>
    /// <c>round-up</c> as the power of two at or above fl(amax * fl(1 / max normal)), 2^-127 included; UE4M3 of
    /// fl(fl(amax * fl(1 / max)) * fl(1 / t)).
    /// </summary>
    Binary32Multiply,

    /// <summary>
    /// The exponent field of a binary32 quotient: <c>round-up</c> of fl(amax / max normal) with a non-zero mantissa carried into
    /// it, <c>floor</c> of fl(amax / 2^emax), which rounds in the subnormal range.
    /// </summary>
    Binary32Field,

    /// <summary><c>floor</c> as the floor of log2 rounded to binary32: the last values below 2^k count as 2^k.</summary>
    Binary32Log2,
}

/// <summary>How V_i / X is computed.</summary>
internal enum ScaleApplication
{
    /// <summary>Exactly.</summary>
    Exact,

    /// <summary>Times the reciprocal of X in binary32, subnormals kept; the reciprocal of scale 00 is taken as 0.</summary>
    ReciprocalZeroAt00,

    /// <summary>Times the reciprocal of X in binary32, a subnormal reciprocal (scale FE) flushed to 0.</summary>
    ReciprocalFlushed,

    /// <summary>Divided in binary32 by X, or by fl(X t) under a tensor scale t: fl(V_i / fl(X t)).</summary>
    Binary32Divide,

    /// <summary>Times the reciprocal in binary32 of X, or of fl(X t): fl(V_i * fl(1 / fl(X t))); of a zero it is taken as 0.</summary>
    Binary32Reciprocal,
}

/// <summary>What the elements of a block under UE4M3 are divided by, times the tensor's scale.</summary>
internal enum ElementDivisor
{
    /// <summary>The scale that is stored.</summary>
    Stored,

    /// <summary>The scale before it was rounded to UE4M3: the codes belong to a scale that the reader never sees.</summary>
    Unrounded,
}

/// <summary>How exactly V_i / X is rounded to an element.</summary>
internal enum ElementArithmetic
{
    /// <summary>In exact arithmetic.</summary>
    Exact,

    /// <summary>
    /// In binary32: the quantum from the rounded log2, the nearest integer as floor(fl(z + 1/2)). Other modes than ties to even and away
    /// stay exact.
    /// </summary>
    Binary32AddHalf,

    /// <summary>By search: the first code with the least binary32 distance |X P - v|, whatever the rounding mode.</summary>
    Binary32Search,
}

/// <summary>Subnormal inputs.</summary>
internal enum SubnormalInputs
{
    /// <summary>Kept.</summary>
    Kept,

    /// <summary>Each flushed to a zero of its sign.</summary>
    FlushElement,

    /// <summary>All elements flushed when the block's maximum is subnormal.</summary>
    FlushBlock,
}

/// <summary>What inputs are narrowed to first, ties to even.</summary>
internal enum InputPrecision
{
    /// <summary>Nothing: the input as it is.</summary>
    AsGiven,

    /// <summary>bfloat16: elements are rounded twice.</summary>
    Bfloat16,

    /// <summary>binary16: elements are rounded twice.</summary>
    Binary16,
}

/// <summary>INT8's code 80 (-2): MX 5.3.4 lets it be left unused.</summary>
internal enum Int8MinusTwo
{
    /// <summary>Used.</summary>
    Used,

    /// <summary>Clamped to 81 (-127/64).</summary>
    Clamped,
}

/// <summary>Which results are -0.</summary>
internal enum NegativeZero
{
    /// <summary>Those of negative zeros and of negative values that round to zero.</summary>
    Kept,

    /// <summary>None.</summary>
    Lost,

    /// <summary>Those of negative values that round to zero, not of negative zeros.</summary>
    MadeOnly,
}

/// <summary>A last block that is not full.</summary>
internal enum PartialBlock
{
    /// <summary>Padded with zeros; the padding's codes are not part of the result.</summary>
    Padded,

    /// <summary>An error.</summary>
    Error,
}

/// <summary>The E8M0 code of +-0.</summary>
internal enum CastOfZero
{
    /// <summary>00: the nearest code.</summary>
    Scale00,

    /// <summary>FF.</summary>
    Nan,
}

/// <summary>The E8M0 code of a negative number.</summary>
internal enum CastOfNegative
{
    /// <summary>That of its magnitude.</summary>
    Magnitude,

    /// <summary>FF.</summary>
    Nan,

    /// <summary>00.</summary>
    Scale00,
}
