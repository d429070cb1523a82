using System.Numerics;

namespace Mxact.Simulator.Exact;

/// <summary>
/// An exact quotient Numerator / Divisor with an integer divisor: what V_i / X is when X is no power of two (NVFP4).
/// A <see cref="Dyadic"/> converts to it with divisor one.
/// </summary>
/// <param name="Numerator">The dividend with the sign of the whole.</param>
/// <param name="Divisor">A positive integer.</param>
internal readonly record struct Quotient(Dyadic Numerator, BigInteger Divisor)
{
    /// <summary>The sign.</summary>
    public bool Negative => Numerator.Negative;

    /// <summary>True for either zero.</summary>
    public bool IsZero => Numerator.IsZero;

    /// <summary>floor(log2 |value|); the value must not be zero.</summary>
    public int FloorLog2
    {
        get
        {
            // The bit lengths settle the exponent to within one; comparing at that power settles the rest.
            int estimate = Numerator.FloorLog2 - ((int)Divisor.GetBitLength() - 1);
            return Divisor.IsOne || Dyadic.CompareMagnitude(Numerator, new(false, Divisor, estimate)) >= 0 ? estimate : estimate - 1;
        }
    }

    /// <summary>Divides by a dyadic number that is not zero; the signs multiply.</summary>
    public static Quotient operator /(Quotient value, Dyadic divisor)
        => new(new(value.Negative ^ divisor.Negative, value.Numerator.Significand, value.Numerator.Exponent - divisor.Exponent),
            value.Divisor * divisor.Significand);

    /// <summary>A dyadic number is a quotient by one.</summary>
    public static implicit operator Quotient(Dyadic value) => new(value, BigInteger.One);

    /// <summary>The same conversion by name.</summary>
    public static Quotient FromDyadic(Dyadic value) => value;

    /// <inheritdoc/>
    public override string ToString() => Divisor.IsOne ? Numerator.ToString() : $"({Numerator}) / {Divisor}";
}
