namespace Mxact.Tensors.Files;

/// <summary>Binary32 to bfloat16, ties to even; a NaN stays one.</summary>
internal static class Narrowing
{
    private const uint QuietBit = 1u << 22;

    public static void ToBFloat16(ReadOnlySpan<uint> values, Span<ushort> narrow)
    {
        for (int i = 0; i < values.Length; i++)
        {
            uint bits = values[i];
            bool isNaN = (bits & 0x7FFFFFFF) > 0x7F800000;
            uint rounded = bits + 0x7FFF + ((bits >> 16) & 1);
            narrow[i] = (ushort)((isNaN ? bits | QuietBit : rounded) >> 16);
        }
    }
}
