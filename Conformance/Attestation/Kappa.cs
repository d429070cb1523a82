using System.Globalization;

namespace Mxact.Conformance.Attestation;

/// <summary>
/// How far answers lie from the exact ones, as P3109 has it: in steps, the finite values of the result format between the two, the answer
/// counted and the exact one not. NaN, where only one of the two is NaN, is more than Inf, where only one of them is an infinity or they
/// differ in sign, and that more than any number.
/// </summary>
/// <param name="Kind">0 steps, 1 Inf, 2 NaN.</param>
/// <param name="Steps">The steps where they count.</param>
internal readonly record struct Kappa(int Kind, long Steps) : IComparable<Kappa>
{
    /// <summary>Only one is NaN.</summary>
    public static Kappa NaN => new(2, 0);

    /// <summary>Only one is an infinity, or they are two infinities.</summary>
    public static Kappa Infinity => new(1, 0);

    /// <summary>Of one result.</summary>
    /// <param name="format">The result's format.</param>
    /// <param name="exact">The code of the exact result.</param>
    /// <param name="answer">The code that was answered.</param>
    public static Kappa Of(P3109Format format, uint exact, uint answer)
    {
        (bool exactIsNaN, bool answerIsNaN) = (IsNaN(format, exact), IsNaN(format, answer));
        if (exactIsNaN || answerIsNaN)
        {
            return exactIsNaN == answerIsNaN ? default : NaN;
        }

        (long from, long to) = (Place(format, exact), Place(format, answer));
        long last = format.MaxFinite;
        return Math.Abs(from) > last || Math.Abs(to) > last ? from == to ? default : Infinity : new(0, Math.Abs(to - from));
    }

    /// <inheritdoc/>
    public int CompareTo(Kappa other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : Steps.CompareTo(other.Steps);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        0 => Steps.ToString(CultureInfo.InvariantCulture),
        1 => "Inf",
        _ => "NaN",
    };

    /// <summary>The code's place on the line of values, 0 being at 0; a -0 of an external format is there too.</summary>
    private static long Place(P3109Format format, uint code)
        => (code & format.SignMask) == 0 ? code : -(long)(code & ~format.SignMask);

    private static bool IsNaN(P3109Format format, uint code)
        => format.IsExternal ? (code & ~format.SignMask) > format.PositiveInfinity : code == format.NaN;
}
