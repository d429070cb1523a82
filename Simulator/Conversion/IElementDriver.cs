namespace Mxact.Simulator.Conversion;

/// <summary>What carries out a checked call on single elements.</summary>
internal unsafe interface IElementDriver
{
    /// <summary>Values under the scale 1 to codes.</summary>
    /// <param name="input">What <paramref name="values"/> holds.</param>
    /// <param name="values">The inputs.</param>
    /// <param name="words">The n random bits of each element, or null in a deterministic mode.</param>
    /// <param name="count">How many.</param>
    /// <param name="codes">One byte each.</param>
    void Encode(WideInput input, byte* values, uint* words, nint count, byte* codes);

    /// <summary>Codes to binary32 bits.</summary>
    void Decode(byte* codes, nint count, uint* values);
}
