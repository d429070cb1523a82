using Mxact.Training.Models;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using Mxact.Training.Runs;
using Mxact.Training.Tests.Plain;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>
/// Training steps against a plain computation: loops in binary64 that share nothing with the program but libtorch's random numbers. What is
/// wrong the same way on every backend and before and after a kill is found here.
/// </summary>
public sealed class StepTests
{
    private const double Close = 2e-5;

    [Theory]
    [InlineData("seed=1")]
    [InlineData("activation=relu;depth=1")]
    [InlineData("activation=swiglu;seed=2")]
    [InlineData("activation=identity;layer-norm=off")]
    [InlineData("init=xavier-normal;teacher=rescaled;seed=3")]
    [InlineData("setting=as-published;forward=fp32;depth=1")]
    public void The_proxys_weights_loss_and_gradients_are_the_plain_ones(string choices)
    {
        RunOptions options = Options(choices);
        using Proxy proxy = new(options.BuildProxyOptions());
        PlainProxy plain = new(options.BuildProxyOptions());
        Assert.Equal(plain.Parameters.Count, proxy.Parameters.Count);
        foreach ((double[] expected, (string name, Parameter got)) in plain.Parameters.Zip(proxy.Parameters))
        {
            AreClose(name, expected, Numbers(got), 1e-7);
        }

        foreach (int step in (int[])[0, 3])
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor loss = proxy.ComputeLoss(step, new(QuantizationScheme.Binary32, new()));
            Assert.Equal(1, loss.item<float>() / plain.Loss(step), 5);
            foreach ((_, Parameter value) in proxy.Parameters)
            {
                value.grad?.zero_();
            }

            loss.backward();
            foreach ((double[] expected, (string name, Parameter got)) in plain.Gradients(step).Zip(proxy.Parameters))
            {
                AreClose(name, expected, Numbers(got.grad!), Close);
            }
        }
    }

    [Theory]
    [InlineData("forward=mxfp4")]
    [InlineData("forward=mxfp4;activations=bf16")]
    [InlineData("forward=mxfp4;weights=bf16")]
    [InlineData("forward=mxfp6-e2m3;quantize-ln-affine=on;setting=as-published")]
    public void A_quantised_loss_is_the_plain_loss_of_quantised_operands(string choices)
    {
        RunOptions options = Options(choices + ";depth=1;width=64;batch=16");
        QuantizationScheme scheme = options.BuildScheme();
        QuantizedProducts products = new(scheme, new());
        using Proxy proxy = new(options.BuildProxyOptions(), products);
        PlainProxy plain = new(options.BuildProxyOptions())
        {
            Quantizes = true,
            Product = (x, w) => Matrix.Product(
                Operands.Round(x, scheme.Activations, scheme.Forward!), Operands.Round(w, scheme.Weights, scheme.Forward!)),
            Affine = v => scheme.QuantizeLayerNorm ? Operands.Round(new(1, v.Length, v), OperandPrecision.Mx, scheme.Forward!).Values : v,
        };
        // Gains and biases away from 1 and 0, which every format has.
        using (no_grad())
        {
            for (int i = 0; i < 2; i++)
            {
                for (int j = 0; j < plain.Parameters[i].Length; j++)
                {
                    plain.Parameters[i][j] = (float)(plain.Parameters[i][j] + (0.01 * j) + 0.003);
                }

                proxy.Parameters[i].Value.copy_(tensor(plain.Parameters[i].Select(v => (float)v).ToArray()));
            }
        }

        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(1, proxy.ComputeLoss(2, products).item<float>() / plain.Loss(2), 4);
        Assert.NotEqual(1, proxy.ComputeLoss(2, new(QuantizationScheme.Binary32, new())).item<float>() / plain.Loss(2), 4);
    }

    [Fact]
    public void The_decoders_loss_and_gradients_are_the_plain_ones()
    {
        using TemporaryFolder folder = new();
        byte[] text = [.. Enumerable.Range(0, 500).Select(i => (byte)(32 + (i * i % 91)))];
        File.WriteAllBytes(folder.In("t.txt"), text);
        const int Width = 128;
        const int Depth = 1;
        const int Batch = 2;
        const int Context = 7;
        using Decoder decoder = new(new(Depth, Width, Batch, Context, 5, folder.In("t.txt")));
        Dictionary<string, double[]> parameters = decoder.Parameters.ToDictionary(p => p.Name, p => Numbers(p.Value));

        // First weights: 0.02, and those that end in the residual stream by the root of 2 layers less; every gain 1.
        foreach ((string name, double[] values) in parameters)
        {
            double deviation = Math.Sqrt(values.Sum(v => v * v) / values.Length);
            bool isResidual = name.EndsWith("out.w", StringComparison.Ordinal) || name.EndsWith("second.w", StringComparison.Ordinal);
            double expected = name.EndsWith("gain", StringComparison.Ordinal) ? 1 : isResidual ? 0.02 / Math.Sqrt(2 * Depth) : 0.02;
            Assert.InRange(deviation / expected, 0.97, 1.03);
        }

        // Everything twenty times larger, and gains apart: at first nothing would be attended to more than the rest.
        using (no_grad())
        {
            foreach ((string name, Parameter value) in decoder.Parameters)
            {
                bool isGain = name.EndsWith("gain", StringComparison.Ordinal);
                for (int i = 0; i < parameters[name].Length; i++)
                {
                    parameters[name][i] = (float)(isGain ? 1 + (0.3 * Math.Sin(i)) : 10 * parameters[name][i]);
                }

                value.copy_(tensor(parameters[name].Select(v => (float)v).ToArray()).reshape(value.shape));
            }
        }

        PlainDecoder plain = new(parameters, text, Width, Depth, Batch, Context, 5);
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = decoder.ComputeLoss(4, new(QuantizationScheme.Binary32, new()));
        Assert.Equal(1, loss.item<float>() / plain.Loss(4), 5);
        loss.backward();
        foreach ((string name, Parameter value) in decoder.Parameters)
        {
            double[] got = Numbers(value.grad!);
            double most = got.Max(Math.Abs);
            int largest = Array.FindIndex(got, v => Math.Abs(v) == most);
            foreach (int i in (int[])[largest, got.Length / 3, got.Length - 1])
            {
                const double H = 1e-5;
                double kept = parameters[name][i];
                parameters[name][i] = kept + H;
                double above = plain.Loss(4);
                parameters[name][i] = kept - H;
                double below = plain.Loss(4);
                parameters[name][i] = kept;
                Assert.True(
                    Math.Abs(((above - below) / (2 * H)) - got[i]) <= (1e-4 * most) + 1e-8,
                    $"{name}[{i}] is {got[i]}, not {(above - below) / (2 * H)}");
            }
        }
    }

    [Theory]
    [InlineData("proxy", 0.9, 0.999, 1e-8)]
    [InlineData("decoder", 0.9, 0.95, 1e-15)]
    public void The_optimiser_is_Adam_with_the_published_constants(string model, double beta1, double beta2, double eps)
    {
        using TemporaryFolder folder = new();
        using DisposeScope scope = NewDisposeScope();
        using ITrainedModel trained = model == "proxy"
            ? new Proxy(Options("depth=1").BuildProxyOptions())
            : new Decoder(new(1, 64, 1, 4, 0, folder.Write("t.txt", new string('x', 50))));
        FusedAdam optimizer = new([trained.Parameters[0].Value], trained.Published);
        Parameter value = trained.Parameters[0].Value;
        using (no_grad())
        {
            value.fill_(0.25);
        }

        // From far above eps to far below it, and from step to step in other sizes and signs.
        int count = (int)value.numel();
        double[] sizes = [1, 1e-3, -1e-6, 1e-8, 1e-10, -1e-14, 1e-15, 0];
        double[] gradient = [.. Enumerable.Range(0, count).Select(i => sizes[i % sizes.Length])];
        PlainAdam plain = new(beta1, beta2, eps, count);
        double[] expected = [.. Enumerable.Repeat(0.25, count)];
        foreach (double factor in (double[])[1, 0.1, 7, -0.5, 0.01, 30])
        {
            double[] now = [.. gradient.Select(g => (double)(float)(g * factor))];
            optimizer.Step([tensor(now.Select(g => (float)g).ToArray()).reshape(value.shape)], 0.5);
            double[] step = plain.Step(now, 0.5);
            for (int i = 0; i < count; i++)
            {
                expected[i] += step[i];
            }

            double[] got = Numbers(value);
            for (int i = 0; i < count; i++)
            {
                Assert.True(Math.Abs(expected[i] - got[i]) < 3e-6, $"gradient {now[i]}: {got[i]}, not {expected[i]}");
            }
        }
    }

    [Theory]
    [InlineData("warmup=3")]
    [InlineData("schedule=cosine;steps=5;schedule-steps=4;lr=3e-2")]
    [InlineData("activation=relu;width=6;init=xavier-normal;layer-norm=off")]
    public void A_run_is_the_plain_run(string choices)
    {
        RunOptions options = Options("steps=3;forward=fp32;zeta-every=2;lr=1e-2;" + choices);
        (List<StepRow> rows, List<double[]> parameters) = Run(options, run => new Proxy(run.BuildProxyOptions()));
        PlainProxy plain = new(options.BuildProxyOptions());
        List<double[]> first = [.. plain.Parameters.Select(p => (double[])p.Clone())];
        PlainAdam[] adam = [.. plain.Parameters.Select(p => new PlainAdam(0.9, 0.999, 1e-8, p.Length))];
        double rate = options.LearningRate;
        for (int step = 0; step < options.Steps; step++)
        {
            List<double[]> gradients = plain.Gradients(step);
            double expected = choices.StartsWith("warmup", StringComparison.Ordinal) ? rate * (step + 1) / 3
                : choices.StartsWith("schedule", StringComparison.Ordinal)
                    ? rate * (0.1 + (0.45 * (1 + Math.Cos(Math.PI * Math.Min(step, 4) / 4.0))))
                : rate;
            Assert.Equal(expected, rows[step].LearningRate, 12);
            Assert.Equal(1, rows[step].Loss / plain.Loss(step), 4);
            Assert.Equal(1, rows[step].GradNorm / Math.Sqrt(gradients.Sum(g => g.Sum(v => v * v))), 4);
            Assert.Equal(step % 2 == 0 ? 0 : double.NaN, rows[step].Distance);
            for (int p = 0; p < adam.Length; p++)
            {
                double[] change = adam[p].Step(gradients[p], expected);
                for (int i = 0; i < change.Length; i++)
                {
                    plain.Parameters[p][i] += change[i];
                }
            }
        }

        IsSameWay(first, plain.Parameters, parameters, 2e-4);
    }

    [Fact]
    public void A_decoders_gradients_are_cut_down_to_a_norm_of_one()
    {
        using TemporaryFolder folder = new();
        string text = folder.In("t.txt");
        File.WriteAllBytes(text, [.. Enumerable.Range(0, 400).Select(i => (byte)(65 + (i * i % 5)))]);
        RunOptions options = Options($"model=decoder;text={text};depth=1;width=64;batch=2;context=6;steps=14;forward=fp32;lr=1e-2");
        (List<StepRow> rows, List<double[]> parameters) = Run(options, run => new Decoder(run.BuildDecoderOptions()));

        // Both, for Adam takes no notice of a factor that all steps share.
        Assert.Contains(rows, r => r.GradNorm > 1.5);
        Assert.Contains(rows, r => r.GradNorm < 0.9);

        // The gradients are the model's, held to the plain ones above; what is done with them is plain.
        using Decoder twin = new(options.BuildDecoderOptions());
        List<double[]> at = [.. twin.Parameters.Select(p => Numbers(p.Value))];
        List<double[]> first = [.. at.Select(p => (double[])p.Clone())];
        PlainAdam[] adam = [.. at.Select(p => new PlainAdam(0.9, 0.95, 1e-15, p.Length))];
        for (int step = 0; step < options.Steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach ((_, Parameter value) in twin.Parameters)
            {
                value.grad?.zero_();
            }

            twin.ComputeLoss(step, new(QuantizationScheme.Binary32, new())).backward();
            double[][] gradients = [.. twin.Parameters.Select(p => Numbers(p.Value.grad!))];
            double norm = Math.Sqrt(gradients.Sum(g => g.Sum(v => v * v)));
            Assert.Equal(1, rows[step].GradNorm / norm, 3);
            using (no_grad())
            {
                for (int p = 0; p < adam.Length; p++)
                {
                    double[] change = adam[p].Step([.. gradients[p].Select(g => norm > 1 ? g / norm : g)], options.LearningRate);
                    at[p] = [.. at[p].Zip(change, (a, b) => a + b)];
                    Parameter value = twin.Parameters[p].Value;
                    value.copy_(tensor(at[p].Select(v => (float)v).ToArray()).reshape(value.shape));
                }
            }
        }

        IsSameWay(first, at, parameters, 1e-3);
    }

    [Fact]
    public void Every_step_rounds_with_random_bits_of_its_own()
    {
        // The weights stand still, so that each step's loss follows from its data and its bits alone.
        RunOptions options = Options("steps=4;depth=1;width=64;batch=8;forward=mxfp4;rounding=stochastic:8;lr=1e-30;seed=9;zeta-every=1");
        (List<StepRow> rows, _) = Run(options, run => new Proxy(run.BuildProxyOptions()));
        Quantizer quantizer = new();
        QuantizedProducts products = new(options.BuildScheme(), quantizer);
        using Proxy twin = new(options.BuildProxyOptions(), products);
        for (int step = 0; step < options.Steps; step++)
        {
            float[] losses =
            [
                .. Enumerable.Range(0, options.Steps).Select(of =>
                {
                    using DisposeScope scope = NewDisposeScope();
                    quantizer.Begin(Streams.Seed(9, Streams.Rounding, of));
                    return twin.ComputeLoss(step, products).item<float>();
                })
            ];
            Assert.Equal(losses[step], (float)rows[step].Loss);
            Assert.Equal(losses.Length, losses.Distinct().Count());
        }
    }

    [Fact]
    public void Conversions_of_a_step_round_with_bits_of_their_own()
    {
        using DisposeScope scope = NewDisposeScope();
        ConversionPolicy policy = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(16) };
        Quantizer quantizer = new();
        using Generator generator = new(3);
        Tensor values = randn(8, 64, generator: generator);
        uint[] Draw() => Quantizer.Words(quantizer.QuantizeDequantize(values, MxFormats.Mxfp4, policy)).ToArray();
        quantizer.Begin(70);
        uint[][] drawn = [Draw(), Draw(), Draw()];
        quantizer.Begin(71);
        Assert.NotEqual(drawn[0], drawn[1]);
        Assert.NotEqual(drawn[1], drawn[2]);
        Assert.NotEqual(drawn[0], drawn[2]);
        Assert.Equal(drawn[1], Draw());
        quantizer.Begin(70);
        Assert.Equal(drawn[0], Draw());
    }

    [Theory]
    [InlineData("")]
    [InlineData(";setting=as-published;rounding=stochastic:8")] // the teacher is quantised too, with the step's own bits
    public void Zeta_is_the_distance_of_the_arms_gradient_from_binary32s(string choices)
    {
        RunOptions options = Options("steps=1;depth=1;width=32;batch=16;forward=mxfp4;zeta-every=1" + choices);
        (List<StepRow> rows, _) = Run(options, run => new Proxy(run.BuildProxyOptions()));
        Quantizer quantizer = new();
        QuantizedProducts arm = new(options.BuildScheme(), quantizer);
        double[] quantized = Gradient(arm);
        double[] reference = Gradient(new(QuantizationScheme.Binary32, quantizer));
        double norm = reference.Sum(v => v * v);
        double[] error = [.. quantized.Zip(reference, (a, b) => a - b)];
        double along = error.Zip(reference, (a, b) => a * b).Sum() / norm;
        double zeta = Math.Sqrt(error.Sum(v => v * v) / norm);
        Assert.Equal(1, rows[0].Distance / zeta, 5);
        Assert.Equal(1, rows[0].DistanceAlong / along, 5);
        Assert.Equal(1, rows[0].DistanceAcross / Math.Sqrt((zeta * zeta) - (along * along)), 5);
        Assert.Equal(1, rows[0].GradNorm / Math.Sqrt(quantized.Sum(v => v * v)), 5);
        Assert.InRange(zeta, 0.05, 1);

        double[] Gradient(QuantizedProducts products)
        {
            using DisposeScope scope = NewDisposeScope();
            using Proxy proxy = new(options.BuildProxyOptions(), arm);
            quantizer.Begin(Streams.Seed((ulong)options.Seed, Streams.Rounding));
            proxy.ComputeLoss(0, products).backward();
            return [.. proxy.Parameters.SelectMany(p => Numbers(p.Value.grad!))];
        }
    }

    private static RunOptions Options(string choices)
        => RunOptions.Parse(
            new[] { "depth=2", "width=8", "batch=5" }.Concat(choices.Split(';', StringSplitOptions.RemoveEmptyEntries))
                .Select(c => c.Split('=', 2)).GroupBy(c => c[0]).ToDictionary(c => c.Key, c => c.Last()[1]));

    private static (List<StepRow> Rows, List<double[]> Parameters) Run(RunOptions options, Func<RunOptions, ITrainedModel> make)
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.In("run"));
        List<StepRow> rows = [];
        using (Trainer trainer = Trainer.Start(options, run, new(Backend.Scalar)))
        {
            Assert.Equal(options.Steps, trainer.Run(rows.Add, CancellationToken.None)?.Steps);
        }

        using ITrainedModel model = make(options);
        FusedAdam optimizer = new([.. model.Parameters.Select(p => p.Value)], model.Published);
        Assert.Equal(options.Steps, Checkpoint.Read(run.Latest, model, optimizer));
        return (rows, [.. model.Parameters.Select(p => Numbers(p.Value))]);
    }

    private static double[] Numbers(Tensor values)
    {
        using Tensor flat = values.detach().contiguous();
        return [.. flat.data<float>().ToArray().Select(v => (double)v)];
    }

    private static void AreClose(string name, double[] expected, double[] got, double tolerance)
    {
        Assert.Equal(expected.Length, got.Length);
        double most = expected.Max(Math.Abs);
        for (int i = 0; i < got.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - got[i]) <= (tolerance * most) + 1e-9, $"{name}[{i}] is {got[i]}, not {expected[i]}");
        }
    }

    /// <summary>From the same beginning, the same way: the distance of the ends over the length of the way.</summary>
    private static void IsSameWay(List<double[]> first, List<double[]> expected, List<double[]> got, double tolerance)
    {
        double[] from = [.. first.SelectMany(v => v)];
        double[] to = [.. expected.SelectMany(v => v)];
        double[] came = [.. got.SelectMany(v => v)];
        Assert.Equal(to.Length, came.Length);
        double way = Math.Sqrt(to.Zip(from, (a, b) => (a - b) * (a - b)).Sum());
        double apart = Math.Sqrt(to.Zip(came, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(apart < tolerance * way, $"the ends are {apart / way} of the way apart");
    }
}
