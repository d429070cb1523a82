using System.Numerics;
using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Optimizers;

/// <summary>
/// Adam (arXiv 1412.6980) with decoupled weight decay (arXiv 1711.05101), each parameter read and written once a step. The operations
/// are those of PyTorch's, in their order, each rounded once to binary32, so that every processor comes to the same bits; libtorch's own
/// root is not always the nearest one, and its Adam leaves these bits in some of ten thousand updates.
/// </summary>
internal sealed class FusedAdam : IOptimizer
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly AdamSettings settings;
    private readonly float[][] first;
    private readonly float[][] second;
    private long stepsDone;

    /// <summary>An optimiser whose moments are zero.</summary>
    /// <param name="parameters">What it trains, in binary32.</param>
    /// <param name="settings">Its constants.</param>
    public FusedAdam(IReadOnlyList<Parameter> parameters, AdamSettings settings)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(settings);
        this.parameters = parameters;
        this.settings = settings;
        first = [.. parameters.Select(p => new float[p.numel()])];
        second = [.. parameters.Select(p => new float[p.numel()])];
    }

    public void Step(IReadOnlyList<Tensor> gradients, double rate)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        stepsDone++;
        double firstLeft = 1 - Math.Pow(settings.Beta1, stepsDone);
        double secondLeft = 1 - Math.Pow(settings.Beta2, stepsDone);
        Constants constants = new(
            Kept: (float)(1 - (rate * settings.WeightDecay)),
            Beta1: (float)settings.Beta1,
            New1: (float)(1 - settings.Beta1),
            Beta2: (float)settings.Beta2,
            New2: (float)(1 - settings.Beta2),
            Root2: (float)Math.Sqrt(secondLeft),
            Epsilon: (float)settings.Epsilon,
            Way: (float)(-rate / firstLeft));
        for (int i = 0; i < parameters.Count; i++)
        {
            using Tensor gradient = gradients[i].contiguous();
            Update(Floats(parameters[i]), Floats(gradient), first[i], second[i], constants);
        }
    }

    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(nameof(FusedAdam));
        writer.Write(stepsDone);
        foreach (float[] moment in first.Concat(second))
        {
            writer.Write(MemoryMarshal.AsBytes(moment.AsSpan()));
        }
    }

    public void Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string name = reader.ReadString();
        if (name != nameof(FusedAdam))
        {
            throw new InvalidDataException($"the optimiser is {Printable.Short(name, 40)}, not {nameof(FusedAdam)}");
        }

        stepsDone = reader.ReadInt64();
        foreach (float[] moment in first.Concat(second))
        {
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(moment.AsSpan()));
        }
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<uint, float>(Quantizer.Words(tensor));

    private static void Update(Span<float> p, ReadOnlySpan<float> g, Span<float> m, Span<float> v, in Constants with)
    {
        int i = 0;
        for (; i <= p.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> gradient = new(g[i..]);
            Vector<float> mean = Vector.FusedMultiplyAdd(gradient, new(with.New1), new Vector<float>(m[i..]) * with.Beta1);
            Vector<float> square = Vector.FusedMultiplyAdd(gradient * with.New2, gradient, new Vector<float>(v[i..]) * with.Beta2);
            Vector<float> size = (Vector.SquareRoot(square) / new Vector<float>(with.Root2)) + new Vector<float>(with.Epsilon);
            Vector<float> updated = (new Vector<float>(p[i..]) * with.Kept) + ((mean * with.Way) / size);
            mean.CopyTo(m[i..]);
            square.CopyTo(v[i..]);
            updated.CopyTo(p[i..]);
        }

        for (; i < p.Length; i++)
        {
            m[i] = MathF.FusedMultiplyAdd(g[i], with.New1, m[i] * with.Beta1);
            v[i] = MathF.FusedMultiplyAdd(g[i] * with.New2, g[i], v[i] * with.Beta2);
            float size = (MathF.Sqrt(v[i]) / with.Root2) + with.Epsilon;
            p[i] = (p[i] * with.Kept) + ((m[i] * with.Way) / size);
        }
    }

    /// <summary>What one step multiplies and adds, each rounded to binary32.</summary>
    private readonly record struct Constants(
        float Kept,
        float Beta1,
        float New1,
        float Beta2,
        float New2,
        float Root2,
        float Epsilon,
        float Way);
}
