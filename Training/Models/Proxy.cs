using System.Globalization;
using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>
/// The residual student x + W2 phi(W1 LN(x)) + b2, learning a frozen teacher of [Linear, phi, Linear] blocks on normally distributed
/// inputs with label noise (arXiv 2506.20752). Every arm of a study sees the same teacher, inputs and noise.
/// </summary>
internal sealed class Proxy : ITrainedModel
{
    private readonly ProxyOptions options;
    private readonly QuantizedProducts? arm;
    private readonly List<Block> blocks = [];
    private readonly List<Block> teacher = [];
    private readonly Tensor teacherScale;

    /// <summary>Draws the weights of student and teacher.</summary>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="arm">The arm's own products: in the as-published setting they quantise the teacher, whoever looks at the data.</param>
    public Proxy(ProxyOptions options, QuantizedProducts? arm = null)
    {
        this.options = options;
        this.arm = options.AsPublished && arm is { Scheme.Quantizes: true } ? arm : null;
        int d = options.Width;
        (int first, int second) = options.Activation.Hidden(d);
        using Generator student = Seeds.Create(options.Seed, Stream.Student);
        using Generator frozen = Seeds.Create(options.Seed, Stream.Teacher);
        for (int i = 0; i < options.Depth; i++)
        {
            blocks.Add(new(
                options.LayerNorm ? new Parameter(full(d, (float)options.Gain)) : null,
                options.LayerNorm ? new Parameter(zeros(d)) : null,
                Weights(first, d, options.Initialisation, student),
                Weights(d, second, options.Initialisation, student),
                new Parameter(options.Initialisation == Initialisation.Uniform ? Uniform([d], second, student) : zeros(d))));
            int w = options.Activation == Activation.Swiglu ? 2 * d : d;
            teacher.Add(
                new(
                    null,
                    null,
                    Weights(w, d, Initialisation.Uniform, frozen, requiresGrad: false),
                    Weights(d, d, Initialisation.Uniform, frozen, requiresGrad: false),
                    null));
        }

        Parameters = [.. blocks.SelectMany((block, i) => block.Named(string.Create(CultureInfo.InvariantCulture, $"block{i}")))];
        teacherScale = tensor(options.Teacher == TeacherKind.Published ? 1f : 1 / OutputDeviation());
    }

    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    public AdamSettings Published { get; } = new(0.9, 0.999, 1e-8, 0, null);

    public optim.Optimizer CreateOptimizer(double rate, AdamSettings? settings = null)
        => (settings ?? Published).Create(Parameters.Select(p => p.Value), rate, decoupled: false);

    /// <summary>
    /// A layer norm takes the mean of each input row away, the skip connection carries it to the output, and the published teacher's
    /// answer hardly depends on it: the mean over rows of (mean of x)^2 is left of every student whose blocks all begin with a norm.
    /// </summary>
    public double FindIrreducibleLoss(int step)
    {
        if (!options.LayerNorm || options.Teacher != TeacherKind.Published)
        {
            return double.NaN;
        }

        using (no_grad())
        {
            using DisposeScope scope = NewDisposeScope();
            return Inputs(step).mean([1]).square().mean().item<float>();
        }
    }

    public Tensor ComputeLoss(int step, QuantizedProducts products, TensorTap? tap = null)
    {
        (Tensor x, Tensor y) = Batch(step);
        for (int i = 0; i < blocks.Count; i++)
        {
            x = Student(string.Create(CultureInfo.InvariantCulture, $"block{i}"), blocks[i], x, products, tap);
        }

        return nn.functional.mse_loss(x, y);
    }

    public void Dispose()
    {
        foreach (Tensor value in (IEnumerable<Tensor>)
        [
            .. Parameters.Select(p => (Tensor)p.Value), .. teacher.SelectMany(b => b.Named("teacher")).Select(p => (Tensor)p.Value),
            teacherScale,
        ])
        {
            value.Dispose();
        }
    }

    private Tensor Student(string name, Block block, Tensor x, QuantizedProducts products, TensorTap? tap)
    {
        Tensor inner = block.Gain is null ? x : QuantizedOperations.LayerNorm(name + ".norm", x, block.Gain, block.Bias, products, tap);
        inner = QuantizedOperations.Linear(name + ".first", inner, block.First, null, products, tap);
        inner = QuantizedOperations.RoundVector(options.Activation.Apply(inner), products);
        inner = QuantizedOperations.Linear(name + ".second", inner, block.Second, block.SecondBias, products, tap);
        return QuantizedOperations.RoundVector(x + inner, products);
    }

    private (Tensor X, Tensor Y) Batch(int step)
    {
        using (no_grad())
        {
            using Generator noise = Seeds.Create(arm is null ? options.Seed : ~options.Seed, Stream.Noise, step);
            Tensor x = Inputs(step);
            Tensor y = Teach(x, arm);
            return (x, (y * teacherScale) + (randn(options.Batch, options.Width, generator: noise) * options.LabelNoise));
        }
    }

    private Tensor Inputs(int step)
    {
        using Generator inputs = Seeds.Create(options.Seed, Stream.Inputs, step);
        Tensor x = randn(options.Batch, options.Width, generator: inputs);
        return options.CentresInputs ? x - x.mean([1], keepdim: true) : x;
    }

    private Tensor Teach(Tensor x, QuantizedProducts? products)
    {
        foreach (Block block in teacher)
        {
            x = Product(options.Activation.Apply(Product(x, block.First)), block.Second);
        }

        return x;

        Tensor Product(Tensor values, Tensor weights)
            => products is not null ? products.Forward(values, weights) : values.matmul(weights.t());
    }

    /// <summary>The teacher's standard deviation over one fixed batch.</summary>
    private float OutputDeviation()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator inputs = Seeds.Create(options.Seed, Stream.Teacher, 1);
        return Teach(randn(4096, options.Width, generator: inputs), null).std().item<float>();
    }

    private static Parameter Weights(int rows, int columns, Initialisation initialisation, Generator generator, bool requiresGrad = true)
        => initialisation == Initialisation.Uniform
            ? new(Uniform([rows, columns], columns, generator), requiresGrad)
            : new(randn(rows, columns, generator: generator) * (0.5 * Math.Sqrt(2.0 / (rows + columns))), requiresGrad);

    private static Tensor Uniform(long[] shape, int fanIn, Generator generator)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        return (rand(shape, generator: generator) * (2 * bound)) - bound;
    }

    private sealed record Block(Parameter? Gain, Parameter? Bias, Parameter First, Parameter Second, Parameter? SecondBias)
    {
        public IEnumerable<(string Name, Parameter Value)> Named(string name)
            => new (string, Parameter?)[]
            {
                ($"{name}.norm.gain", Gain), ($"{name}.norm.bias", Bias), ($"{name}.first.w", First), ($"{name}.second.w", Second),
                ($"{name}.second.b", SecondBias),
            }
                .Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!));
    }
}
