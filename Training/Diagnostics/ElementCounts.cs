using Mxact.Simulator.Errors;

namespace Mxact.Training.Diagnostics;

/// <summary>What quantising a tensor does to its elements.</summary>
/// <param name="Elements">How many it has.</param>
/// <param name="LastBin">Finite ones above the largest number of their sign, |V| / X > max normal, clamped or not.</param>
/// <param name="Saturated">Those of them that are clamped to it.</param>
/// <param name="Flushed">Those that are not zero and become zero.</param>
internal readonly record struct ElementCounts(long Elements, long LastBin, long Saturated, long Flushed)
{
    /// <summary>Counts elements.</summary>
    /// <param name="values">Binary32 bits of the elements V.</param>
    /// <param name="codes">Their codes, one a byte.</param>
    /// <param name="results">Binary32 bits of what codes and scales stand for.</param>
    /// <param name="largest">The format's codes of largest magnitude under the policy.</param>
    public static ElementCounts Count(ReadOnlySpan<uint> values, ReadOnlySpan<byte> codes, ReadOnlySpan<uint> results, LargestCodes largest)
    {
        long lastBin = 0;
        long saturated = 0;
        long flushed = 0;
        for (int i = 0; i < codes.Length; i++)
        {
            float value = BitConverter.UInt32BitsToSingle(values[i]);
            float result = BitConverter.UInt32BitsToSingle(results[i]);
            if ((codes[i] == largest.Positive || codes[i] == largest.Negative) && float.IsFinite(value))
            {
                lastBin += LargestCodes.IsBeyond(value, result) ? 1 : 0;
                saturated += largest.IsClamped(value, result) ? 1 : 0;
            }

            flushed += value != 0 && result == 0 ? 1 : 0;
        }

        return new(codes.Length, lastBin, saturated, flushed);
    }
}
