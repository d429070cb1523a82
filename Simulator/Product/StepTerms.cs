namespace Mxact.Simulator.Product;

/// <summary>L as a constant of the code, or zero for an L of no instance of its own.</summary>
internal interface IStepTerms
{
    /// <summary>L or 0.</summary>
    static abstract int Value { get; }
}

/// <summary>L = 4.</summary>
internal readonly struct Terms4 : IStepTerms
{
    public static int Value => 4;
}

/// <summary>L = 8.</summary>
internal readonly struct Terms8 : IStepTerms
{
    public static int Value => 8;
}

/// <summary>L = 16.</summary>
internal readonly struct Terms16 : IStepTerms
{
    public static int Value => 16;
}

/// <summary>L = 32.</summary>
internal readonly struct Terms32 : IStepTerms
{
    public static int Value => 32;
}

/// <summary>Any multiple of four up to 32.</summary>
internal readonly struct TermsAny : IStepTerms
{
    public static int Value => 0;
}
