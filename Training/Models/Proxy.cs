using System.Globalization;
using Mxact.Training.Layers;
using Mxact.Training.Optimizers;
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
    private readonly QuantizedProducts? arm;
    private readonly List<ProxyBlock> blocks = [];
    private readonly List<ProxyBlock> teacher = [];

    /// <summary>Draws the weights of student and teacher.</summary>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="arm">The arm's own products: in the as-published setting they quantise the teacher, whoever looks at the data.</param>
    public Proxy(ProxyOptions options, QuantizedProducts? arm = null)
    {
        Options = options;
        this.arm = options.AsPublished && arm is { Scheme.Quantizes: true } ? arm : null;
        int d = options.Width;
        (int first, int second) = options.Activation.Hidden(d);
        using Generator student = Seeds.Create(options.Seed, Stream.Student);
        using Generator frozen = Seeds.Create(options.Seed, Stream.Teacher);
        for (int i = 0; i < options.Depth; i++)
        {
            blocks.Add(new ProxyBlock(
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

        Parameters = [.. blocks.SelectMany((block, i) => block.Named(NameOf(i))).Select(p => (p.Name, (Parameter)p.Value))];
        TeacherScale = tensor(options.Teacher == TeacherKind.Published ? 1f : 1 / OutputDeviation());
    }

    /// <summary>Sizes and settings.</summary>
    internal ProxyOptions Options { get; }

    /// <summary>The student's blocks.</summary>
    internal IReadOnlyList<ProxyBlock> Blocks => blocks;

    /// <summary>The teacher's blocks.</summary>
    internal IReadOnlyList<ProxyBlock> Teacher => teacher;

    /// <summary>What the teacher's answers are multiplied by.</summary>
    internal Tensor TeacherScale { get; }

    /// <summary>Whether the arm's own scheme quantises the teacher.</summary>
    internal bool QuantizesTeacher => arm is not null;

    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    public AdamSettings Published { get; } = new(0.9, 0.999, 1e-8, 0, null);

    /// <summary>
    /// A layer norm takes the mean of each input row away, the skip connection carries it to the output, and the published teacher's
    /// answer hardly depends on it: the mean over rows of (mean of x)^2 is left of every student whose blocks all begin with a norm.
    /// </summary>
    public double FindIrreducibleLoss(int step)
    {
        if (!Options.LayerNorm || Options.Teacher != TeacherKind.Published)
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
        return nn.functional.mse_loss(Student(blocks, x, Options.Activation, new OneSeed(products, tap)), y);
    }

    /// <summary>The student's answer.</summary>
    internal static Tensor Student(IReadOnlyList<ProxyBlock> blocks, Tensor x, Activation activation, ISeedOperations operations)
    {
        for (int i = 0; i < blocks.Count; i++)
        {
            (string name, ProxyBlock block) = (NameOf(i), blocks[i]);
            Tensor inner = block.Gain is null ? x : operations.LayerNorm(name + ".norm", x, block.Gain, block.Bias);
            inner = operations.Linear(name + ".first", inner, block.First, null);
            inner = operations.RoundVector(activation.Apply(inner));
            inner = operations.Linear(name + ".second", inner, block.Second, block.SecondBias);
            x = operations.RoundVector(x + inner);
        }

        return x;
    }

    /// <summary>The teacher's answer.</summary>
    internal static Tensor Teach(
        IReadOnlyList<ProxyBlock> blocks,
        Tensor x,
        Activation activation,
        Func<Tensor, Tensor, Tensor> multiply)
        => blocks.Aggregate(x, (values, block) => multiply(activation.Apply(multiply(values, block.First)), block.Second));

    public void Dispose()
    {
        foreach (Tensor value in (IEnumerable<Tensor>)
        [
            .. Parameters.Select(p => (Tensor)p.Value), .. teacher.SelectMany(b => b.Named("teacher")).Select(p => p.Value), TeacherScale,
        ])
        {
            value.Dispose();
        }
    }

    /// <summary>A step's inputs and labels.</summary>
    internal (Tensor X, Tensor Y) Batch(int step)
    {
        using (no_grad())
        {
            Tensor x = Inputs(step);
            return (x, Label(Teach(x, arm), TeacherScale, Noise(step)));
        }
    }

    /// <summary>A step's inputs.</summary>
    internal Tensor Inputs(int step)
    {
        using Generator inputs = Seeds.Create(Options.Seed, Stream.Inputs, step);
        Tensor x = randn(Options.Batch, Options.Width, generator: inputs);
        return Options.CentresInputs ? x - x.mean([1], keepdim: true) : x;
    }

    /// <summary>What a step's labels are off by.</summary>
    internal Tensor Noise(int step)
    {
        using Generator noise = Seeds.Create(arm is null ? Options.Seed : ~Options.Seed, Stream.Noise, step);
        return randn(Options.Batch, Options.Width, generator: noise) * Options.LabelNoise;
    }

    /// <summary>The labels of a teacher's answers.</summary>
    internal static Tensor Label(Tensor answers, Tensor scale, Tensor noise) => (answers * scale) + noise;

    private Tensor Teach(Tensor x, QuantizedProducts? products)
        => Teach(teacher, x, Options.Activation, (values, weights)
            => products is not null ? products.Forward(values, weights) : values.matmul(weights.t()));

    /// <summary>The teacher's standard deviation over one fixed batch.</summary>
    private float OutputDeviation()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator inputs = Seeds.Create(Options.Seed, Stream.Teacher, 1);
        return Teach(randn(4096, Options.Width, generator: inputs), null).std().item<float>();
    }

    private static string NameOf(int block) => string.Create(CultureInfo.InvariantCulture, $"block{block}");

    private static Parameter Weights(int rows, int columns, Initialisation initialisation, Generator generator, bool requiresGrad = true)
        => initialisation == Initialisation.Uniform
            ? new(Uniform([rows, columns], columns, generator), requiresGrad)
            : new(randn(rows, columns, generator: generator) * (0.5 * Math.Sqrt(2.0 / (rows + columns))), requiresGrad);

    private static Tensor Uniform(long[] shape, int fanIn, Generator generator)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        return (rand(shape, generator: generator) * (2 * bound)) - bound;
    }
}
