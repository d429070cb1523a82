namespace Mxact.Simulator.Accelerated;

/// <summary>What a conversion reads.</summary>
internal enum WideInput
{
    /// <summary>Binary32.</summary>
    Binary32,

    /// <summary>bfloat16.</summary>
    BFloat16,

    /// <summary>binary16.</summary>
    Binary16,
}

/// <summary>Widths of the inputs.</summary>
internal static class WideInputs
{
    /// <summary>Bytes of one value.</summary>
    public static int Bytes(WideInput input) => input == WideInput.Binary32 ? sizeof(uint) : sizeof(ushort);
}
