using Mxact.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests.Plain;

/// <summary>The student-teacher proxy in binary64 loops: its weights, its data and its loss.</summary>
internal sealed class PlainProxy
{
    private const double LabelNoise = 0.005;
    private readonly ProxyOptions options;
    private readonly int first;
    private readonly int second;
    private readonly List<(Matrix First, Matrix Second)> teacher = [];
    private readonly double scale = 1;

    public PlainProxy(ProxyOptions options)
    {
        this.options = options;
        int d = options.Width;
        bool isGated = options.Activation == Activation.Swiglu;
        second = isGated ? (int)Math.Round(8 * d / 3.0) : 4 * d;
        first = isGated ? 2 * second : second;
        using Generator student = Streams.Open(options.Seed, Streams.Student);
        using Generator frozen = Streams.Open(options.Seed, Streams.Teacher);
        bool isUniform = options.Initialisation == Initialisation.Uniform;
        for (int i = 0; i < options.Depth; i++)
        {
            if (options.LayerNorm)
            {
                Parameters.Add([.. Enumerable.Repeat(1.0, d)]);
                Parameters.Add(new double[d]);
            }

            Parameters.Add(Weights(first, d));
            Parameters.Add(Weights(d, second));
            Parameters.Add(isUniform ? Streams.Uniform(student, 1, d, second).Values : new double[d]);
            teacher.Add((Streams.Uniform(frozen, isGated ? 2 * d : d, d, d), Streams.Uniform(frozen, d, d, d)));
        }

        if (options.Teacher == TeacherKind.Rescaled)
        {
            using Generator inputs = Streams.Open(options.Seed, Streams.Teacher, 1);
            double[] taught = Teach(Streams.Normal(inputs, 4096, d), Matrix.Product).Values;
            double mean = taught.Average();
            scale = 1 / Math.Sqrt(taught.Sum(v => (v - mean) * (v - mean)) / (taught.Length - 1));
        }

        double[] Weights(int rows, int columns)
            => isUniform
                ? Streams.Uniform(student, rows, columns, columns).Values
                : Streams.Normal(student, rows, columns).Map(v => v * 0.5 * Math.Sqrt(2.0 / (rows + columns))).Values;
    }

    /// <summary>The student's, in the order of the blocks: gain, bias, first weights, second weights, second bias.</summary>
    public List<double[]> Parameters { get; } = [];

    /// <summary>How the student's and, as published, the teacher's products are computed.</summary>
    public Func<Matrix, Matrix, Matrix> Product { get; init; } = Matrix.Product;

    /// <summary>What becomes of gains and biases of norms before they are used.</summary>
    public Func<double[], double[]> Affine { get; init; } = v => v;

    /// <summary>Whether the arm quantises, and so has noise of its own and a quantised teacher in the published setting.</summary>
    public bool Quantizes { get; init; }

    public double Loss(int step)
    {
        int d = options.Width;
        bool isApart = options.AsPublished && Quantizes;
        using Generator inputs = Streams.Open(options.Seed, Streams.Inputs, step);
        using Generator noise = Streams.Open(isApart ? ~options.Seed : options.Seed, Streams.Noise, step);
        Matrix x = Streams.Normal(inputs, options.Batch, d);
        Matrix y = Teach(x, isApart ? Product : Matrix.Product).Map(v => v * scale)
            .Plus(Streams.Normal(noise, options.Batch, d).Map(v => v * LabelNoise));
        int at = 0;
        for (int i = 0; i < options.Depth; i++)
        {
            Matrix inner = options.LayerNorm ? x.Normalised(Affine(Parameters[at++]), Affine(Parameters[at++])) : x;
            inner = Act(Product(inner, new(first, d, Parameters[at++])));
            x = x.Plus(Product(inner, new(d, second, Parameters[at++])).PlusRow(Parameters[at++]));
        }

        return x.Values.Zip(y.Values, (a, b) => (a - b) * (a - b)).Sum() / x.Values.Length;
    }

    /// <summary>Central differences of the loss, a parameter at a time.</summary>
    public List<double[]> Gradients(int step)
    {
        const double H = 1e-5;
        return [.. Parameters.Select(p => p.Select((value, i) =>
        {
            p[i] = value + H;
            double above = Loss(step);
            p[i] = value - H;
            double below = Loss(step);
            p[i] = value;
            return (above - below) / (2 * H);
        }).ToArray())];
    }

    private Matrix Teach(Matrix x, Func<Matrix, Matrix, Matrix> product)
    {
        foreach ((Matrix one, Matrix two) in teacher)
        {
            x = product(Act(product(x, one)), two);
        }

        return x;
    }

    private Matrix Act(Matrix x) => options.Activation switch
    {
        Activation.Gelu => x.Map(Matrix.Gelu),
        Activation.Relu => x.Map(v => Math.Max(v, 0)),
        Activation.Swiglu => Matrix.Make(
            x.Rows, x.Columns / 2, (r, c) => x[r, c] * Matrix.Silu(x[r, c + (x.Columns / 2)])),
        _ => x,
    };
}
