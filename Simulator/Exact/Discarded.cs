using System.Numerics;

namespace Mxact.Simulator.Exact;

/// <summary>What rounding cut off, against half a quantum. Nearest and directed roundings need no more than this.</summary>
internal enum LostFraction
{
    /// <summary>Nothing: the value was on the grid.</summary>
    Zero,

    /// <summary>Less than half a quantum.</summary>
    BelowHalf,

    /// <summary>Exactly half a quantum.</summary>
    Half,

    /// <summary>More than half a quantum.</summary>
    AboveHalf,
}

/// <summary>
/// The discarded fraction delta = Numerator / Divisor of one quantum, 0 &lt;= delta &lt; 1, exact because stochastic rounding reads its
/// bits.
/// </summary>
/// <param name="Numerator">A non-negative integer below the divisor.</param>
/// <param name="Divisor">A positive integer.</param>
internal readonly record struct Discarded(BigInteger Numerator, BigInteger Divisor)
{
    /// <summary>Nothing was cut off.</summary>
    public static Discarded Nothing => new(BigInteger.Zero, BigInteger.One);

    /// <summary>The fraction against one half.</summary>
    public LostFraction Lost => Numerator.IsZero ? LostFraction.Zero : (2 * Numerator).CompareTo(Divisor) switch
    {
        < 0 => LostFraction.BelowHalf,
        0 => LostFraction.Half,
        > 0 => LostFraction.AboveHalf,
    };

    /// <summary>delta * 2^<paramref name="bits"/> as an integer and what that cuts off in turn.</summary>
    public (BigInteger Kept, Discarded Below) Take(int bits)
    {
        BigInteger kept = BigInteger.DivRem(Numerator << bits, Divisor, out BigInteger below);
        return (kept, new(below, Divisor));
    }
}
