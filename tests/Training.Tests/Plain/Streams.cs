using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests.Plain;

/// <summary>
/// libtorch's random numbers, which are the only thing that the plain computation takes from it; their seeds are SplitMix64's, written once
/// more.
/// </summary>
internal static class Streams
{
    public const int Student = 0;
    public const int Teacher = 1;
    public const int Inputs = 2;
    public const int Noise = 3;
    public const int Rounding = 4;

    public static ulong Seed(ulong seed, int stream, int step = 0) => Next(Next(Next(seed) + (ulong)stream) + (ulong)step);

    public static Generator Open(ulong seed, int stream, int step = 0) => new(Seed(seed, stream, step) >> 1);

    public static Matrix Normal(Generator generator, int rows, int columns)
    {
        using Tensor drawn = randn(rows, columns, generator: generator);
        return new(rows, columns, [.. drawn.data<float>().ToArray().Select(v => (double)v)]);
    }

    /// <summary>U(+-1/sqrt(fan in)).</summary>
    public static Matrix Uniform(Generator generator, int rows, int columns, int fanIn)
    {
        using Tensor drawn = rand([rows, columns], generator: generator);
        return new(rows, columns, [.. drawn.data<float>().ToArray().Select(v => ((2 * v) - 1) / Math.Sqrt(fanIn))]);
    }

    private static ulong Next(ulong state)
    {
        unchecked
        {
            ulong z = state + 11400714819323198485UL;
            z = (z ^ (z >> 30)) * 13787848793156543929UL;
            z = (z ^ (z >> 27)) * 10723151780598845931UL;
            return z ^ (z >> 31);
        }
    }
}
