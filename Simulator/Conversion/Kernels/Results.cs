namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>How a kernel ends: what it does with magnitudes beyond the largest and with -0.</summary>
internal interface IResults
{
    /// <summary>True for a sign-magnitude format that saturates on both sides and keeps -0: nothing but a minimum is left to do.</summary>
    static abstract bool Plain { get; }
}

/// <summary>Saturating, -0 kept.</summary>
internal readonly struct PlainResults : IResults
{
    public static bool Plain => true;
}

/// <summary>Any code for an overflow of either sign, two's complement, -0 where the parameters allow it.</summary>
internal readonly struct CheckedResults : IResults
{
    public static bool Plain => false;
}
