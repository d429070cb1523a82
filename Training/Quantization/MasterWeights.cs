using Mxact.Simulator.Conversion.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// Weights that are kept in bfloat16 between steps: each update is rounded, to nearest even, or stochastically by sixteen random bits
/// added below the significand (variant A), so that an update smaller than half a unit is not always lost.
/// </summary>
internal static class MasterWeights
{
    private const uint Infinity = 0x7F800000;

    /// <summary>Rounds parameters in place; what is bfloat16 already stays.</summary>
    /// <param name="parameters">In binary32.</param>
    /// <param name="seed">Of the random bits, another one each step; null rounds to nearest even.</param>
    public static void Round(IEnumerable<Parameter> parameters, ulong? seed)
    {
        ulong element = 0;
        foreach (Parameter parameter in parameters)
        {
            Span<uint> words = Quantizer.Words(parameter);
            for (int i = 0; i < words.Length; i++, element++)
            {
                uint added = seed is { } s ? Philox.Word(element, (uint)s, (uint)(s >> 32)) >> 16 : 0x7FFF + ((words[i] >> 16) & 1);
                words[i] = (words[i] & Infinity) == Infinity ? words[i] & 0xFFFF0000 : (words[i] + added) & 0xFFFF0000;
            }
        }
    }
}
