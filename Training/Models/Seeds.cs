using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>
/// What a random stream is for. Each has numbers of its own at each step, so that a run goes on from any step without the state of a
/// generator.
/// </summary>
internal enum Stream
{
    /// <summary>The student's first weights.</summary>
    Student,

    /// <summary>The teacher's weights.</summary>
    Teacher,

    /// <summary>Inputs.</summary>
    Inputs,

    /// <summary>Label noise.</summary>
    Noise,

    /// <summary>Stochastic rounding.</summary>
    Rounding,

    /// <summary>Signs of rotations, one for each product instead of each step.</summary>
    Rotation,

    /// <summary>Updates of weights that are kept in bfloat16.</summary>
    Master,
}

/// <summary>Seeds of streams (SplitMix64 over seed, stream and step).</summary>
internal static class Seeds
{
    /// <summary>A generator of a stream's numbers at a step.</summary>
    public static Generator Create(ulong seed, Stream stream, int step = 0) => new(Derive(seed, stream, step) >> 1);

    /// <summary>The seed of a stream at a step.</summary>
    public static ulong Derive(ulong seed, Stream stream, int step = 0) => Mix(Mix(Mix(seed) + (ulong)stream) + (ulong)step);

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
