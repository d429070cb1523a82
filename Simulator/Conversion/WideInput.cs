namespace Mxact.Simulator.Conversion;

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
    /// <summary>bfloat16 or binary16.</summary>
    /// <exception cref="ArgumentException">The format is neither.</exception>
    public static WideInput OfHalf(ElementFormat input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input == ElementFormats.BFloat16 ? WideInput.BFloat16
            : input == ElementFormats.Binary16 ? WideInput.Binary16
            : throw new ArgumentException($"{input} is not bf16 or fp16", nameof(input));
    }

    /// <summary>Bytes of one value.</summary>
    public static int Bytes(WideInput input) => input == WideInput.Binary32 ? sizeof(uint) : sizeof(ushort);
}
