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

/// <summary>What there is to know of the inputs.</summary>
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

    /// <summary>The format of what is read.</summary>
    public static ElementFormat FormatOf(WideInput input) => input switch
    {
        WideInput.Binary32 => ElementFormats.Binary32,
        WideInput.BFloat16 => ElementFormats.BFloat16,
        WideInput.Binary16 => ElementFormats.Binary16,
        _ => throw new InvalidOperationException($"no such input: {input}"),
    };

    /// <summary>The bits of a value.</summary>
    public static unsafe uint Read(WideInput input, byte* values, long index) => input == WideInput.Binary32 ? ((uint*)values)[index]
        : ((ushort*)values)[index];

    /// <summary>Bytes of one value.</summary>
    public static int Bytes(WideInput input) => input == WideInput.Binary32 ? sizeof(uint) : sizeof(ushort);
}
