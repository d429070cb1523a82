using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;
using Mxact.Training.Models;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Runs;

/// <summary>One training: from its options, or from a checkpoint of them, to its folder.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly RunOptions options;
    private readonly RunFolder folder;
    private readonly ITrainedModel model;
    private readonly optim.Optimizer optimizer;
    private readonly ImmutableArray<Stage> stages;
    private readonly QuantizedProducts shadow;
    private readonly AdamSettings adam;
    private readonly Quantizer counting;
    private readonly LossWatch watch = new();
    private readonly FileStream held;
    private int stepsDone;

    private Trainer(RunOptions options, RunFolder folder, Execution execution)
    {
        this.options = options;
        this.folder = folder;
        set_num_threads(options.TorchThreads);
        Quantizer quantizer = new(execution);
        stages =
        [
            .. options.BuildStages().Select(s =>
                new Stage(s.From, new(s.Scheme, quantizer), new(s.Scheme.WithExactBackward(), quantizer), s.LearningRate)),
        ];
        shadow = new(QuantizationScheme.Binary32, quantizer);
        counting = new(execution);
        held = folder.Hold();
        try
        {
            model = options["model"] switch
            {
                "decoder" => new Decoder(options.BuildDecoderOptions()),
                "proxy" => new Proxy(options.BuildProxyOptions(), stages[0].Products),
                string own => new OwnModel(own, (ulong)options.Seed),
            };
            adam = options.BuildAdam(model.Published);
            optimizer = options["optimizer"] == "sgd"
                ? optim.SGD(model.Parameters.Select(p => p.Value), options.LearningRate)
                : model.CreateOptimizer(options.LearningRate, adam);
            KeepWeights(null);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>This build: the program and the simulator, whose builds are deterministic.</summary>
    public static string Version { get; } = $"mxact-train {typeof(Trainer).Assembly.GetName().Version!.ToString(3)}, "
        + $"simulator {typeof(Sweep).Assembly.ManifestModule.ModuleVersionId:N}";

    /// <summary>Steps of the whole run.</summary>
    public int Steps => options.Steps;

    /// <summary>A new run in an empty or new folder.</summary>
    /// <param name="options">Every option.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="execution">What computes it.</param>
    /// <param name="branch">The run and the step it goes on from, or null.</param>
    /// <exception cref="UsageException">The folder holds a run.</exception>
    public static Trainer Start(RunOptions options, RunFolder folder, Execution execution, (RunFolder Parent, int Step)? branch = null)
    {
        if (folder.Record is not null)
        {
            throw new UsageException($"{folder.Path}: already contains a run; use --resume to continue it");
        }

        Directory.CreateDirectory(folder.Path);
        Trainer trainer = new(options, folder, execution);
        try
        {
            trainer.Begin(branch);
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a run that was stopped: the same bits as if it had not been, whatever computes them now.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="execution">What computes it from here on.</param>
    /// <exception cref="UsageException">There is no run in the folder.</exception>
    public static Trainer Resume(RunFolder folder, Execution execution)
    {
        RunRecord record = folder.Record ?? throw new UsageException($"{folder.Path}: contains no run to resume");
        if (record.Version != Version)
        {
            Console.Error.WriteLine(
                $"mxact-train: {folder.Path}: was started by a different build; its bits may differ from those of an uninterrupted run");
        }

        Trainer trainer = new(RunOptions.Parse(record.Options), folder, execution);
        try
        {
            trainer.GoOn(record);
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Runs to the last step, to a loss that is not finite, or until it is stopped.</summary>
    /// <param name="progress">Told each step's row.</param>
    /// <param name="stop">Stops after the step under way, with a checkpoint.</param>
    /// <returns>The result, or null when it was stopped.</returns>
    public RunResult? Run(Action<StepRow> progress, CancellationToken stop)
    {
        using StepLog log = StepLog.Open(folder, stepsDone, options.MeasuresBackwardError);
        HashSet<int> keep = [.. options.Keep];
        bool finite = !double.IsInfinity(watch.FinalLoss);
        while (stepsDone < options.Steps && finite && !stop.IsCancellationRequested)
        {
            StepRow row = Step(stepsDone++, log);
            log.Add(row);
            watch.Add(row.Step, row.Loss);
            progress(row);
            finite = double.IsFinite(row.Loss);
            if (keep.Contains(stepsDone))
            {
                log.Flush();
                Checkpoint.Write(folder.Kept(stepsDone), stepsDone, model, optimizer);
            }

            if (stepsDone % options.CheckpointEvery == 0 && stepsDone < options.Steps)
            {
                Save(log);
            }
        }

        Save(log);
        if (stop.IsCancellationRequested && finite && stepsDone < options.Steps)
        {
            return null;
        }

        RunResult result = RunResult.Of(watch, stepsDone, log.Check, options.EventRule);
        folder.Write(result);
        return result;
    }

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
        held.Dispose();
    }

    /// <summary>Takes the state of the run that it leaves, if any, and writes down how it is made.</summary>
    private void Begin((RunFolder Parent, int Step)? branch)
    {
        if (branch is { } from)
        {
            stepsDone = Checkpoint.Read(from.Parent.Kept(from.Step), model, optimizer);
            Recall(from.Parent, from.Step);
        }

        folder.Write(new RunRecord(
            new(options.Words.ToDictionary(), StringComparer.Ordinal),
            Version,
            [DescribeExecution()],
            DateTime.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z",
            branch is { } b ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFullPath(b.Parent.Path)}@{b.Step}") : null));
    }

    /// <summary>Takes the state of the last checkpoint, and the losses that came before it.</summary>
    private void GoOn(RunRecord record)
    {
        (RunFolder Parent, int Step)? branch = record.FindParent();
        if (branch is { } from)
        {
            Recall(from.Parent, from.Step);
        }

        string? checkpoint = File.Exists(folder.Latest) ? folder.Latest : branch is { } b ? b.Parent.Kept(b.Step) : null;
        stepsDone = checkpoint is null ? 0 : Checkpoint.Read(checkpoint, model, optimizer);
        if (stepsDone < (branch?.Step ?? 0) || stepsDone > Steps)
        {
            throw new UsageException($"{checkpoint}: is of step {stepsDone}, which is none of this run");
        }

        if (stepsDone > (branch?.Step ?? 0))
        {
            Recall(folder, stepsDone, branch?.Step ?? 0);
        }

        RanOn now = DescribeExecution();
        if (record.Ran is not [.., var last] || last with { FromStep = now.FromStep } != now)
        {
            folder.Write(record with { Ran = [.. record.Ran ?? [], now] });
        }
    }

    private RanOn DescribeExecution()
    {
        ExecutionUsed[] used = [.. stages.Select(s => s.Products.DescribeExecution())];
        return new(
            stepsDone,
            string.Join(", then ", used.Select(u => u.Conversions).Distinct()),
            string.Join(", then ", used.Select(u => u.Products).Distinct()));
    }

    /// <summary>Watches the losses that came before again, all of them.</summary>
    private void Recall(RunFolder run, int before, int? from = null)
    {
        foreach (StepRow row in StepLog.Read(run.Steps, from ?? run.Record?.FindParent()?.Step ?? 0, before))
        {
            watch.Add(row.Step, row.Loss);
        }
    }

    private StepRow Step(int step, StepLog log)
    {
        using DisposeScope scope = NewDisposeScope();
        bool measures = options.ZetaEvery > 0 && step % options.ZetaEvery == 0;
        ulong seed = Seeds.Derive((ulong)options.Seed, Models.Stream.Rounding, step);
        Stage stage = stages.Last(s => s.From <= step);
        QuantizedProducts products = stage.Products;
        (double Loss, List<Tensor> Gradients)? reference = measures ? ComputeGradients(shadow, step, seed) : null;
        List<Tensor>? exact = measures && options.MeasuresBackwardError
            ? ComputeGradients(stage.ExactBackward, step, seed).Gradients
            : null;
        TensorStatistics? statistics = measures ? new(products.Scheme, counting) : null;
        List<ProductError> errors = [];

        // The clock stands still while something is measured.
        Stopwatch time = Stopwatch.StartNew();
        products.Quantizer.Begin(seed);
        products.Tap = exact is null ? null : (layer, product, result, a, b) =>
        {
            time.Stop();
            errors.Add(ProductError.Measure(layer, product, result, a, b));
            time.Start();
        };
        optimizer.zero_grad();
        Tensor loss = model.ComputeLoss(step, products, statistics is null ? null : (name, values, kind) =>
        {
            time.Stop();
            statistics.Add(name, values, kind);
            time.Start();
        });
        double value = loss.item<float>();
        loss.backward();
        List<Tensor> gradients = [.. model.Parameters.Select(p => p.Value.grad ?? zeros_like(p.Value))];
        time.Stop();
        products.Tap = null;
        GradientBias? bias = reference is null ? null : Compare(step, gradients, reference.Value.Gradients, exact, log);
        ErrorParts? backward = exact is null ? null : ErrorParts.Split(gradients.Zip(exact));
        foreach ((string name, TensorKind kind, ElementCounts counts) in statistics?.Tensors ?? [])
        {
            log.Add(step, name, kind, counts);
        }

        foreach (ProductError error in errors)
        {
            log.Add(step, error);
        }

        double rate = options.LearningRateAt(step, stage.LearningRate);
        double excess = value - model.FindIrreducibleLoss(step);
        (double Quantised, double Exact)? decrease = exact is null ? null
            : (Descent.Decrease(model, products, step, seed, value, gradients, rate),
                Descent.Decrease(model, products, step, seed, value, exact, rate));
        time.Start();
        double norm = GradientBias.NormOf(gradients);
        Descend(gradients, norm, rate);
        KeepWeights(step);
        return new()
        {
            Step = step,
            Loss = value,
            ShadowLoss = reference?.Loss ?? double.NaN,
            ExcessLoss = excess,
            GradNorm = norm,
            Distance = bias?.Distance ?? double.NaN,
            DistanceAlong = bias?.Along ?? double.NaN,
            DistanceAcross = bias?.Across ?? double.NaN,
            Cosine = bias?.Cosine ?? double.NaN,
            LnLastBin = statistics?.LayerNormLastBin ?? double.NaN,
            LastBin = statistics?.LastBin ?? double.NaN,
            Saturated = statistics?.Saturated ?? double.NaN,
            Flushed = statistics?.Flushed ?? double.NaN,
            BackwardError = backward?.Size ?? double.NaN,
            BackwardDrift = backward?.Drift ?? double.NaN,
            BackwardAlong = backward?.Along ?? double.NaN,
            BackwardNoise = backward?.Noise ?? double.NaN,
            DecreaseQuantised = decrease?.Quantised ?? double.NaN,
            DecreaseExact = decrease?.Exact ?? double.NaN,
            LearningRate = rate,
            Seconds = time.Elapsed.TotalSeconds,
        };
    }

    private void Descend(List<Tensor> gradients, double norm, double rate)
    {
        if (adam.GradientLimit is { } limit && norm > limit)
        {
            foreach (Tensor gradient in gradients)
            {
                gradient.mul_(limit / norm);
            }
        }

        foreach (optim.ILearningRateController group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        optimizer.step();
    }

    /// <summary>Rounds the weights to what they are kept in; the first ones, which are no update, to nearest.</summary>
    private void KeepWeights(int? step)
    {
        if (options["master-weights"] != "fp32")
        {
            MasterWeights.Round(
                model.Parameters.Select(p => p.Value),
                options["master-weights"] == "bf16-stochastic" && step is { } s
                    ? Seeds.Derive((ulong)options.Seed, Models.Stream.Master, s)
                    : null);
        }
    }

    /// <summary>
    /// Holds every parameter's gradient, and all together, to those of binary32; and to the exact ones of the same forward pass, if any.
    /// </summary>
    private GradientBias Compare(int step, List<Tensor> gradients, List<Tensor> reference, List<Tensor>? exact, StepLog log)
    {
        for (int i = 0; i < reference.Count; i++)
        {
            log.Add(
                step,
                model.Parameters[i].Name,
                GradientBias.Compare([(gradients[i], reference[i])]),
                exact is null ? null : ErrorParts.Split([(gradients[i], exact[i])]));
        }

        return GradientBias.Compare(gradients.Zip(reference));
    }

    /// <summary>The loss and its gradients at the present weights under other products; the parameters' own are left empty.</summary>
    /// <remarks>A teacher that is quantised draws the bits that the arm's own step draws: both learn the same labels.</remarks>
    private (double Loss, List<Tensor> Gradients) ComputeGradients(QuantizedProducts with, int step, ulong seed)
    {
        with.Quantizer.Begin(seed);
        optimizer.zero_grad();
        Tensor loss = model.ComputeLoss(step, with);
        loss.backward();
        return (loss.item<float>(), [.. model.Parameters.Select(p => p.Value.grad?.clone() ?? zeros_like(p.Value))]);
    }

    private void Save(StepLog log)
    {
        log.Flush();
        Checkpoint.Write(folder.Latest, stepsDone, model, optimizer);
    }

    /// <summary>What is in force from a step on.</summary>
    /// <param name="From">The step.</param>
    /// <param name="Products">The products.</param>
    /// <param name="ExactBackward">The same forward pass with an exact backward pass.</param>
    /// <param name="LearningRate">The learning rate, before warm-up and schedule.</param>
    private sealed record Stage(int From, QuantizedProducts Products, QuantizedProducts ExactBackward, double LearningRate);
}
