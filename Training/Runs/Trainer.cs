using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;
using Mxact.Training.Models;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Runs;

/// <summary>One training: from its options, or from a checkpoint of them, to its folder.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly RunOptions options;
    private readonly RunFolder folder;
    private readonly ITrainedModel model;
    private readonly IOptimizer optimizer;
    private readonly ImmutableArray<Stage> stages;
    private readonly QuantizedProducts shadow;
    private readonly AdamSettings adam;
    private readonly Quantizer counting;
    private readonly LossWatch watch = new();
    private readonly HashSet<int> keep;
    private readonly FileStream held;
    private StepLog? log;
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
        keep = [.. options.Keep];
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
            Parameter[] parameters = [.. model.Parameters.Select(p => p.Value)];
            optimizer = options["optimizer"] == "sgd" ? new Sgd(parameters) : new FusedAdam(parameters, adam);
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

    /// <summary>The model at its present weights.</summary>
    public ITrainedModel Model => model;

    /// <summary>Steps that are done.</summary>
    public int StepsDone => stepsDone;

    /// <summary>Whether the backward pass's own error is measured.</summary>
    public bool MeasuresBackwardError => options.MeasuresBackwardError;

    /// <summary>Binary32, which a measured step's gradients are held to.</summary>
    public QuantizedProducts Shadow => shadow;

    /// <summary>Whether there is a step to do: not after the last, nor after a loss that is not finite.</summary>
    public bool GoesOn => stepsDone < options.Steps && IsFinite;

    private bool IsFinite => !double.IsInfinity(watch.FinalLoss);

    /// <summary>Runs to the last step, to a loss that is not finite, or until it is stopped.</summary>
    /// <param name="progress">Told each step's row.</param>
    /// <param name="stop">Stops after the step under way, with a checkpoint.</param>
    /// <returns>The result, or null when it was stopped.</returns>
    public RunResult? Run(Action<StepRow> progress, CancellationToken stop) => Cohort.Run([this], (_, row) => progress(row), stop)[0];

    /// <summary>Opens the logs; before the first step.</summary>
    public void Open() => log = StepLog.Open(folder, stepsDone, options.MeasuresBackwardError);

    /// <summary>What the next step is.</summary>
    public StepUnderWay Begin()
    {
        int step = stepsDone;
        Stage stage = stages.Last(s => s.From <= step);
        bool isMeasured = options.ZetaEvery > 0 && step % options.ZetaEvery == 0;
        return new(
            step,
            Seeds.Derive((ulong)options.Seed, Models.Stream.Rounding, step),
            options.LearningRateAt(step, stage.LearningRate),
            stage.Products,
            stage.ExactBackward,
            isMeasured ? new(stage.Products.Scheme, counting) : null);
    }

    /// <summary>Descends, and writes the step down.</summary>
    /// <param name="step">As <see cref="Begin"/> gave it, with what was shown since.</param>
    /// <param name="own">The loss and its gradients.</param>
    /// <param name="reference">Those of binary32 at a measured step, or null.</param>
    /// <param name="exact">Those of the exact backward pass where its error is measured, or null.</param>
    /// <param name="time">How long the gradients took.</param>
    /// <returns>The step's row.</returns>
    public StepRow Finish(
        StepUnderWay step,
        LossAndGradients own,
        LossAndGradients? reference,
        IReadOnlyList<Tensor>? exact,
        TimeSpan time)
    {
        StepRow row = Descend(step, own, reference, exact, time);
        stepsDone++;
        log!.Add(row);
        watch.Add(row.Step, row.Loss);
        if (keep.Contains(stepsDone))
        {
            log.Flush();
            Checkpoint.Write(folder.Kept(stepsDone), stepsDone, model, optimizer);
        }

        if (stepsDone % options.CheckpointEvery == 0 && stepsDone < options.Steps)
        {
            Save();
        }

        return row;
    }

    /// <summary>Closes the logs with a checkpoint, and writes the result of a run that is over.</summary>
    /// <returns>The result, or null when there is a step left.</returns>
    public RunResult? Close()
    {
        Save();
        string check = log!.Check;
        log.Dispose();
        log = null;
        if (GoesOn)
        {
            return null;
        }

        RunResult result = RunResult.Of(watch, stepsDone, check, options.EventRule);
        folder.Write(result);
        return result;
    }

    public void Dispose()
    {
        log?.Dispose();
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

    private StepRow Descend(
        StepUnderWay step,
        LossAndGradients own,
        LossAndGradients? reference,
        IReadOnlyList<Tensor>? exact,
        TimeSpan time)
    {
        GradientBias? bias = reference is null ? null : Compare(step.Step, own.Gradients, reference.Gradients, exact);
        ErrorParts? backward = exact is null ? null : ErrorParts.Split(own.Gradients.Zip(exact));
        foreach ((string name, TensorKind kind, ElementCounts counts) in step.Statistics?.Tensors ?? [])
        {
            log!.Add(step.Step, name, kind, counts);
        }

        foreach (ProductError error in step.Errors)
        {
            log!.Add(step.Step, error);
        }

        double excess = own.Loss - model.FindIrreducibleLoss(step.Step);
        (double Quantised, double Exact)? decrease = exact is null ? null
            : (Descent.Decrease(model, step.Products, step.Step, step.Seed, own.Loss, own.Gradients, step.Rate),
                Descent.Decrease(model, step.Products, step.Step, step.Seed, own.Loss, exact, step.Rate));
        Stopwatch descending = Stopwatch.StartNew();
        double norm = GradientBias.NormOf(own.Gradients);
        if (adam.GradientLimit is { } limit && norm > limit)
        {
            foreach (Tensor gradient in own.Gradients)
            {
                gradient.mul_(limit / norm);
            }
        }

        optimizer.Step(own.Gradients, step.Rate);
        KeepWeights(step.Step);
        return new()
        {
            Step = step.Step,
            Loss = own.Loss,
            ShadowLoss = reference?.Loss ?? double.NaN,
            ExcessLoss = excess,
            GradNorm = norm,
            Distance = bias?.Distance ?? double.NaN,
            DistanceAlong = bias?.Along ?? double.NaN,
            DistanceAcross = bias?.Across ?? double.NaN,
            Cosine = bias?.Cosine ?? double.NaN,
            LnLastBin = step.Statistics?.LayerNormLastBin ?? double.NaN,
            LastBin = step.Statistics?.LastBin ?? double.NaN,
            Saturated = step.Statistics?.Saturated ?? double.NaN,
            Flushed = step.Statistics?.Flushed ?? double.NaN,
            BackwardError = backward?.Size ?? double.NaN,
            BackwardDrift = backward?.Drift ?? double.NaN,
            BackwardAlong = backward?.Along ?? double.NaN,
            BackwardNoise = backward?.Noise ?? double.NaN,
            DecreaseQuantised = decrease?.Quantised ?? double.NaN,
            DecreaseExact = decrease?.Exact ?? double.NaN,
            LearningRate = step.Rate,
            Seconds = (time + descending.Elapsed).TotalSeconds,
        };
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
    private GradientBias Compare(
        int step,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> reference,
        IReadOnlyList<Tensor>? exact)
    {
        for (int i = 0; i < reference.Count; i++)
        {
            log!.Add(
                step,
                model.Parameters[i].Name,
                GradientBias.Compare([(gradients[i], reference[i])]),
                exact is null ? null : ErrorParts.Split([(gradients[i], exact[i])]));
        }

        return GradientBias.Compare(gradients.Zip(reference));
    }

    private void Save()
    {
        log!.Flush();
        Checkpoint.Write(folder.Latest, stepsDone, model, optimizer);
    }

    /// <summary>What is in force from a step on.</summary>
    /// <param name="From">The step.</param>
    /// <param name="Products">The products.</param>
    /// <param name="ExactBackward">The same forward pass with an exact backward pass.</param>
    /// <param name="LearningRate">The learning rate, before warm-up and schedule.</param>
    private sealed record Stage(int From, QuantizedProducts Products, QuantizedProducts ExactBackward, double LearningRate);
}
