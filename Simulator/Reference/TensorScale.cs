using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>
/// NVFP4's second level, t: what every value of the tensor is a multiple of. Checkpoints store it as a factor or as a divisor, and as no
/// standard names one both are here.
/// </summary>
/// <param name="Stored">The number as it is stored.</param>
/// <param name="IsDivisor">Whether t is one over it.</param>
internal readonly record struct TensorScale(Dyadic Stored, bool IsDivisor)
{
    private static readonly Dyadic Unit = Dyadic.PowerOfTwo(0);

    /// <summary>That of a tensor without one.</summary>
    public static TensorScale One { get; } = Unit;

    /// <summary>What codes times scales are multiplied by.</summary>
    public Dyadic Factor => IsDivisor ? Unit : Stored;

    /// <summary>What they are divided by.</summary>
    public Dyadic Divisor => IsDivisor ? Stored : Unit;

    /// <summary>A number alone is a factor.</summary>
    public static implicit operator TensorScale(Dyadic factor) => FromDyadic(factor);

    /// <summary>The same by name.</summary>
    public static TensorScale FromDyadic(Dyadic factor) => new(factor, IsDivisor: false);

    /// <summary>fl(value / t) in binary32, as kernels take it: they divide by a factor and multiply by a divisor.</summary>
    public Number DivideInBinary32(Dyadic value) => IsDivisor ? Binary32.Multiply(value, Stored) : Binary32.Divide(value, Stored);
}
