using Mxact.Training.Models;
using Mxact.Training.Quantization;
using Mxact.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>Seeds that are trained at once are bit for bit what they are alone: logs, checkpoints, results.</summary>
public sealed class CohortTests
{
    private static readonly string[] Files
        = ["steps.csv", "layers.csv", "tensors.csv", "products.csv", "checkpoint.bin", "checkpoint-4.bin"];

    [Theory]
    [InlineData("forward=fp32")]
    [InlineData("forward=mxfp8-e4m3;rounding=toward-negative;quantize-ln-affine=on")]
    [InlineData("forward=mxfp4;rounding=stochastic:16;quantize-ln-affine=on;backward-error=on")]
    [InlineData("forward=nvfp4;rounding=stochastic:4;batch=40")]
    [InlineData("forward=mxfp6-e2m3;activation=swiglu;vectors=bf16;teacher=rescaled")]
    [InlineData("forward=mxfp8-e4m3;activation=relu;layer-norm=off;init=xavier-normal;weights=bf16")]
    [InlineData("forward=mxfp4;rotate-y=random;rotate-dx=fixed;rotate-dw=random;inputs=centred")]
    [InlineData("forward=mxfp4;rounding=stochastic:8;setting=as-published")]
    [InlineData("forward=mxfp8-e4m3;scaling=tensor")]
    [InlineData("forward=mxfp8-e4m3;accumulation=blackwell-mxf8f6f4;depth=1")]
    [InlineData("forward=mxfp4;rounding=stochastic:8;random-bits=reversed-bytes:8;forward-only=on")]
    [InlineData("forward=e4m3/e8m0/16;rounding=stochastic:8")]
    [InlineData("forward=nvfp4-16x16;backward=e2m1/ue5m3/16;rounding=stochastic:8;depth=1;quantize-ln-affine=on")]
    [InlineData("forward=mxfp8-e5m2;optimizer=sgd;master-weights=bf16-stochastic;label-noise=0.1")]
    [InlineData("forward=mxfp8-e4m3;clip=0.5;weight-decay=0.1;warmup=3;schedule=cosine")]
    [InlineData("forward=fp32;width=33;batch=17;depth=1")]
    [InlineData("forward=fp32;width=96;batch=80;depth=1")]
    public void Seeds_at_once_are_the_seeds_alone(string choices)
    {
        using TemporaryFolder folder = new();
        RunOptions[] options = [.. new[] { 100, 101, 105 }.Select(seed => Options($"seed={seed};{choices}"))];
        string[] together = [.. options.Select((o, i) => folder.In($"together-{i}"))];
        Train(options, together, CancellationToken.None);
        for (int i = 0; i < options.Length; i++)
        {
            string alone = folder.In($"alone-{i}");
            Train([options[i]], [alone], CancellationToken.None);
            AreSame(alone, together[i]);
        }
    }

    /// <summary>Sizes of the theory above among them: without a batch it would hold one way of training to itself.</summary>
    [Theory]
    [InlineData(32, 32)]
    [InlineData(64, 64)]
    [InlineData(96, 80)]
    public void A_batch_has_the_losses_and_gradients_of_each_seed(int width, int batch)
    {
        using DisposeScope scope = NewDisposeScope();
        ITrainedModel[] models = [.. new ulong[] { 1, 2 }.Select(seed => new Proxy(new(2, width, batch, seed)))];
        QuantizedProducts[] products = [.. models.Select(_ => new QuantizedProducts(new() { Forward = MxFormats.Mxfp4 }, new()))];
        using ProxyCohort? cohort = ProxyCohort.TryCreate(models);
        IReadOnlyList<LossAndGradients> together = cohort!.Compute(3, products, new TensorTap?[2]);
        for (int i = 0; i < models.Length; i++)
        {
            LossAndGradients alone = LossAndGradients.Of(models[i], 3, products[i], null);
            Assert.Equal(alone.Loss, together[i].Loss);
            Assert.All(alone.Gradients, (gradient, p) => Assert.Equal(
                Quantizer.Words(gradient.contiguous()).ToArray(), Quantizer.Words(together[i].Gradients[p].contiguous()).ToArray()));
        }

        Array.ForEach(models, m => m.Dispose());
    }

    [Fact]
    public void One_seed_or_tensors_beyond_a_span_are_no_batch_and_large_models_come_fewer_at_a_time()
    {
        using Proxy one = new(new(1, 32, 32, 1));
        Assert.Null(ProxyCohort.TryCreate([one]));

        // Two of these have activations of 2 GiB together; nothing of that size is made before a step.
        using Proxy large = new(new(1, 32, 2_200_000, 1));
        Assert.Null(ProxyCohort.TryCreate([large, large]));
        Assert.Equal([16, 16, 4, 1], new[] { (64, 64), (128, 256), (512, 2048), (2048, 8192) }.Select(size
            => ProxyCohort.FindDefaultCount(new(4, size.Item1, size.Item2, 0))));
    }

    [Fact]
    public void Who_stopped_goes_on_with_those_that_did_not_begin()
    {
        using TemporaryFolder folder = new();
        RunOptions[] options = [.. new[] { 7, 8 }.Select(seed => Options($"seed={seed};forward=mxfp4;rounding=stochastic:8"))];
        string[] together = [folder.In("together-0"), folder.In("together-1")];
        using (CancellationTokenSource stop = new())
        {
            using Trainer first = Trainer.Start(options[0], new(together[0]), new(Backend.Scalar));
            Assert.Null(first.Run(row => Stop(row, stop), stop.Token));
        }

        Train(options, together, CancellationToken.None);
        for (int i = 0; i < options.Length; i++)
        {
            string alone = folder.In($"alone-{i}");
            Train([options[i]], [alone], CancellationToken.None);
            AreSame(alone, together[i]);
        }

        static void Stop(StepRow row, CancellationTokenSource stop)
        {
            if (row.Step == 2)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Who_diverges_leaves_the_others()
    {
        // At this rate the loss leaves binary32 within some steps, each seed at its own.
        using TemporaryFolder folder = new();
        const string Steep = "forward=fp32;lr=10;optimizer=sgd;layer-norm=off;activation=relu;teacher=rescaled;steps=60";
        RunOptions[] options = [.. Enumerable.Range(0, 6).Select(seed => Options($"seed={seed};{Steep}"))];
        string[] together = [.. options.Select((_, i) => folder.In($"together-{i}"))];
        IReadOnlyList<RunResult?> results = Train(options, together, CancellationToken.None);
        Assert.Contains(results, r => r!.Diverged is not null);
        for (int i = 0; i < options.Length; i++)
        {
            string alone = folder.In($"alone-{i}");
            Assert.Equal(Train([options[i]], [alone], CancellationToken.None)[0]!.Steps, results[i]!.Steps);
            AreSame(alone, together[i]);
        }
    }

    private static IReadOnlyList<RunResult?> Train(RunOptions[] options, string[] folders, CancellationToken stop)
    {
        Trainer[] runs =
        [
            .. options.Zip(folders, (o, f) => new RunFolder(f).Record is null
                ? Trainer.Start(o, new(f), new(Backend.Scalar))
                : Trainer.Resume(new(f), new(Backend.Scalar))),
        ];
        try
        {
            return Cohort.Run(runs, (_, _) => { }, stop);
        }
        finally
        {
            Array.ForEach(runs, r => r.Dispose());
        }
    }

    private static void AreSame(string alone, string together)
    {
        foreach (string file in Files.Where(f => File.Exists(Path.Combine(alone, f))))
        {
            byte[] expected = Read(alone, file);
            Assert.True(expected.AsSpan().SequenceEqual(Read(together, file)), $"{file} of {together} is not that of the run alone");
        }

        Assert.Equal(new RunFolder(alone).Result is null, new RunFolder(together).Result is null);
    }

    /// <summary>A file but for what says how long things took, and the check that covers it.</summary>
    private static byte[] Read(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return file != "steps.csv" ? File.ReadAllBytes(path)
            : System.Text.Encoding.UTF8.GetBytes(string.Join('\n', StepLog.Read(path).Rows.Select(r => r with { Seconds = 0 })));
    }

    private static RunOptions Options(string choices)
        => RunOptions.Parse(
            new[] { "depth=2", "width=32", "batch=32", "steps=5", "zeta-every=3", "keep=4", "lr=1e-2" }
                .Concat(choices.Split(';', StringSplitOptions.RemoveEmptyEntries))
                .Select(c => c.Split('=', 2)).GroupBy(c => c[0]).ToDictionary(c => c.Key, c => c.Last()[1]));
}
