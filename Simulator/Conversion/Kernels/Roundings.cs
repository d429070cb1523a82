namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>What is done with a rounding mode once it is a type.</summary>
/// <typeparam name="TResult">What it gives.</typeparam>
internal interface IRoundingVisitor<out TResult>
{
    /// <summary>Called with the mode's type.</summary>
    TResult Visit<TRounding>()
        where TRounding : struct, IRounding;
}

/// <summary>
/// The one place where a run-time rounding mode becomes a type, for the processor's kernels and the GPU's. The switches have no default
/// arm, and a named value that none of them has is an error of the compiler (CS8509): a forgotten mode does not compile.
/// </summary>
internal static class Roundings
{
#pragma warning disable CS8524 // A value without a name cannot be made: RoundingMode is parsed or built from the names.
    /// <summary>Hands the mode's type to a visitor.</summary>
    public static TResult Dispatch<TVisitor, TResult>(RoundingMode mode, TVisitor visitor)
        where TVisitor : struct, IRoundingVisitor<TResult>
        => mode.Direction switch
        {
            RoundingDirection.TiesToEven => visitor.Visit<TiesToEven>(),
            RoundingDirection.TiesToAway => visitor.Visit<TiesToAway>(),
            RoundingDirection.TiesToZero => visitor.Visit<TiesToZero>(),
            RoundingDirection.TowardZero => visitor.Visit<TowardZero>(),
            RoundingDirection.TowardPositive => visitor.Visit<TowardPositive>(),
            RoundingDirection.TowardNegative => visitor.Visit<TowardNegative>(),
            RoundingDirection.ToOdd => visitor.Visit<ToOdd>(),
            RoundingDirection.Stochastic => mode.Variant switch
            {
                StochasticVariant.A => visitor.Visit<StochasticA>(),
                StochasticVariant.B => visitor.Visit<StochasticB>(),
                StochasticVariant.C => visitor.Visit<StochasticC>(),
                StochasticVariant.Odd => visitor.Visit<StochasticOdd>(),
            },
        };

    /// <summary>
    /// Whether the kernels tuned for AVX-512 round so: the processor's own rounding of sums gives the first, and variant A a sum
    /// more.
    /// </summary>
    public static bool HasTuned512(RoundingMode mode) => mode.Direction switch
    {
        RoundingDirection.TiesToEven or RoundingDirection.TiesToAway or RoundingDirection.TiesToZero => true,
        RoundingDirection.TowardZero or RoundingDirection.TowardPositive or RoundingDirection.TowardNegative or RoundingDirection.ToOdd
            => true,
        RoundingDirection.Stochastic => mode.Variant switch
        {
            StochasticVariant.A => true,
            StochasticVariant.B or StochasticVariant.C or StochasticVariant.Odd => false,
        },
    };
#pragma warning restore CS8524
}
