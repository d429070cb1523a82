using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>The fused optimiser, bit for bit its plain formula in binary32, and libtorch's but for libtorch's root.</summary>
public sealed class OptimizerTests
{
    private static readonly AdamSettings Settings = new(0.9, 0.999, 1e-8, 0.1, null);

    [Fact]
    public void Adam_is_its_formula_in_binary32_at_every_length()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int length = 1; length < 70; length++)
        {
            using Generator generator = new((ulong)length);
            Parameter value = new(randn(length, generator: generator));
            float[] p = Numbers(value);
            (float[] m, float[] v) = (new float[length], new float[length]);
            FusedAdam adam = new([value], Settings);
            for (int step = 1; step <= 5; step++)
            {
                double rate = 1e-2 / step;
                Tensor gradient = randn(length, generator: generator) * Math.Pow(10, -step);
                float[] g = Numbers(gradient);
                adam.Step([gradient], rate);
                float root = (float)Math.Sqrt(1 - Math.Pow(0.999, step));
                float way = (float)(-rate / (1 - Math.Pow(0.9, step)));
                for (int i = 0; i < length; i++)
                {
                    m[i] = MathF.FusedMultiplyAdd(g[i], (float)(1 - 0.9), m[i] * 0.9f);
                    v[i] = MathF.FusedMultiplyAdd((float)(1 - 0.999) * g[i], g[i], v[i] * 0.999f);
                    float size = MathF.Sqrt(v[i]) / root;
                    size += 1e-8f;
                    float change = way * m[i];
                    change /= size;
                    p[i] *= (float)(1 - (rate * 0.1));
                    p[i] += change;
                }

                Assert.Equal(p.Select(BitConverter.SingleToUInt32Bits), Numbers(value).Select(BitConverter.SingleToUInt32Bits));
            }
        }
    }

    [Fact]
    public void Adam_is_that_of_libtorch_but_for_the_last_bit_of_some_updates()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Length = 4096;
        using Generator generator = new(1);
        Tensor first = randn(Length, generator: generator);
        (Parameter own, Parameter other) = (new(first.clone()), new(first.clone()));
        FusedAdam adam = new([own], Settings);
        using optim.Optimizer theirs = optim.AdamW([other], 1e-3, 0.9, 0.999, 1e-8, 0.1);
        for (int step = 0; step < 10; step++)
        {
            Tensor gradient = randn(Length, generator: generator);
            adam.Step([gradient], 1e-3);
            other.grad = gradient.clone();
            theirs.step();
        }

        (float[] a, float[] b) = (Numbers(own), Numbers(other));
        Assert.InRange(a.Where((x, i) => x != b[i]).Count(), 0, Length / 50);
        Assert.All(a, (x, i) => Assert.InRange(Math.Abs(x - b[i]), 0, 1e-8 + (MathF.Abs(x) * 2.5e-7f)));
    }

    [Fact]
    public void State_goes_on_and_is_refused_where_it_is_another()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] gradients = [.. Enumerable.Range(1, 4).Select(i => full(40, 0.1f * i))];
        (Parameter whole, Parameter halves) = (new(ones(40)), new(ones(40)));
        FusedAdam adam = new([whole], Settings);
        Array.ForEach(gradients, g => adam.Step([g], 1e-2));
        FusedAdam before = new([halves], Settings);
        before.Step([gradients[0]], 1e-2);
        before.Step([gradients[1]], 1e-2);
        using MemoryStream state = new();
        using BinaryWriter writer = new(state);
        before.Write(writer);
        FusedAdam after = new([halves], Settings);
        state.Position = 0;
        using BinaryReader reader = new(state);
        after.Read(reader);
        after.Step([gradients[2]], 1e-2);
        after.Step([gradients[3]], 1e-2);
        Assert.Equal(Numbers(whole), Numbers(halves));

        state.Position = 0;
        Assert.Throws<InvalidDataException>(() => new Sgd([halves]).Read(reader));
        using MemoryStream shortened = new(state.ToArray()[..^1]);
        using BinaryReader cut = new(shortened);
        Assert.Throws<EndOfStreamException>(() => new FusedAdam([halves], Settings).Read(cut));
    }

    [Fact]
    public void Descent_goes_along_the_gradient()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter value = new(ones(3));
        new Sgd([value]).Step([tensor(new[] { 1f, -2f, 0f })], 0.25);
        Assert.Equal([0.75f, 1.5f, 1f], Numbers(value));
    }

    private static float[] Numbers(Tensor values)
        => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<uint, float>(Quantizer.Words(values))];
}
