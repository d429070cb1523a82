using Mxact.Shell;
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using Mxact.Simulator.Conversion;
using Mxact.Training.Diagnostics;
using Mxact.Training.Models;
using Mxact.Training.Quantization;
using static TorchSharp.torch;

namespace Mxact.Training.Runs;

/// <summary>One training: from its options, or from a checkpoint of them, to its folder.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly RunOptions options;
    private readonly RunFolder folder;
    private readonly ITrainedModel model;
    private readonly optim.Optimizer optimizer;
    private readonly QuantizedProducts products;
    private readonly QuantizedProducts shadow;
    private readonly Quantizer counting;
    private readonly LossWatch watch = new();
    private readonly FileStream held;
    private int stepsDone;

    private Trainer(RunOptions options, RunFolder folder)
    {
        this.options = options;
        this.folder = folder;
        held = folder.Hold();
        set_num_threads(options.TorchThreads);
        Quantizer quantizer = new(options.Execution);
        products = new(options.Scheme(), quantizer);
        shadow = new(QuantizationScheme.Binary32, quantizer);
        counting = new(options.Execution);
        model = options["model"] == "decoder" ? new Decoder(options.Decoder()) : new Proxy(options.Proxy(), products);
        optimizer = model.Optimizer(options.LearningRate);
    }

    /// <summary>This build: the program and the simulator, whose builds are deterministic.</summary>
    public static string Version { get; } = $"mxact-train {typeof(Trainer).Assembly.GetName().Version!.ToString(3)}, simulator {typeof(Sweep).Assembly.ManifestModule.ModuleVersionId:N}";

    /// <summary>Steps of the whole run.</summary>
    public int Steps => options.Steps;

    /// <summary>What runs the conversions.</summary>
    public static string BackendOf(RunOptions options) => Backends.NameOf(options.Execution.Backend);

    /// <summary>A new run in an empty or new folder.</summary>
    /// <exception cref="UsageException">The folder holds a run.</exception>
    /// <param name="options">Every option.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="branch">The run and the step it goes on from, or null.</param>
    public static Trainer Start(RunOptions options, RunFolder folder, (RunFolder Parent, int Step)? branch = null)
    {
        if (folder.Record is not null)
        {
            throw new UsageException($"{folder.Path}: holds a run already; --resume goes on with it");
        }

        Directory.CreateDirectory(folder.Path);
        Trainer trainer = new(options, folder);
        if (branch is { } from)
        {
            trainer.stepsDone = Checkpoint.Read(from.Parent.Kept(from.Step), trainer.model, trainer.optimizer);
            trainer.Recall(from.Parent, from.Step);
        }

        folder.Write(new RunRecord(
            new(options.Words.ToDictionary(), StringComparer.Ordinal),
            Version,
            BackendOf(options),
            DateTime.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z",
            branch is { } b ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFullPath(b.Parent.Path)}@{b.Step}") : null));
        return trainer;
    }

    /// <summary>Goes on with a run that was stopped: the same bits as if it had not been.</summary>
    /// <exception cref="UsageException">There is no run in the folder.</exception>
    public static Trainer Resume(RunFolder folder)
    {
        RunRecord record = folder.Record ?? throw new UsageException($"{folder.Path}: holds no run to resume");
        if (record.Version != Version)
        {
            Console.Error.WriteLine($"mxact-train: {folder.Path}: was begun by another build; its bits may not be those of one run");
        }

        Trainer trainer = new(RunOptions.Of(record.Options), folder);
        (RunFolder Parent, int Step)? branch = ParentOf(record);
        if (branch is { } from)
        {
            trainer.Recall(from.Parent, from.Step);
        }

        string? checkpoint = File.Exists(folder.Latest) ? folder.Latest : branch is { } b ? b.Parent.Kept(b.Step) : null;
        trainer.stepsDone = checkpoint is null ? 0 : Checkpoint.Read(checkpoint, trainer.model, trainer.optimizer);
        trainer.Recall(folder);
        return trainer;
    }

    /// <summary>Runs to the last step, to a loss that is not finite, or until it is stopped.</summary>
    /// <param name="progress">Told each step's row.</param>
    /// <param name="stop">Stops after the step under way, with a checkpoint.</param>
    /// <returns>The result, or null when it was stopped.</returns>
    public RunResult? Run(Action<StepRow> progress, CancellationToken stop)
    {
        using StepLog log = StepLog.Open(folder, stepsDone);
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

        int? diverged = watch.DivergedAtEnd(stepsDone);
        RunResult result = new(diverged is null ? "done" : "diverged", stepsDone, double.IsFinite(watch.FinalLoss) ? watch.FinalLoss : null, diverged, watch.Spikes);
        folder.Write(result);
        return result;
    }

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
        held.Dispose();
    }

    private static (RunFolder Parent, int Step)? ParentOf(RunRecord record)
        => record.Parent is { } parent && parent.LastIndexOf('@') is int at && at > 0 ? (new(parent[..at]), int.Parse(parent[(at + 1)..], CultureInfo.InvariantCulture)) : null;

    /// <summary>Watches the losses that came before again.</summary>
    private void Recall(RunFolder of, int? before = null)
    {
        if (File.Exists(of.Steps))
        {
            foreach (StepRow row in StepLog.Read(of.Steps).Where(r => r.Step < (before ?? stepsDone)))
            {
                watch.Add(row.Step, row.Loss);
            }
        }
    }

    private StepRow Step(int step, StepLog log)
    {
        using DisposeScope scope = NewDisposeScope();
        bool measures = options.ZetaEvery > 0 && step % options.ZetaEvery == 0;
        List<Tensor>? reference = measures ? Gradients(shadow, step) : null;
        TensorStatistics? statistics = measures ? new(products.Scheme, counting) : null;

        // The clock stands still while something is measured.
        Stopwatch time = Stopwatch.StartNew();
        products.Quantizer.Begin(Seeds.Of((ulong)options.Seed, Models.Stream.Rounding, step));
        optimizer.zero_grad();
        Tensor loss = model.Loss(step, products, statistics is null ? null : (name, values, kind) =>
        {
            time.Stop();
            statistics.Add(name, values, kind);
            time.Start();
        });
        double value = loss.item<float>();
        loss.backward();
        List<Tensor> gradients = [.. model.Parameters.Select(p => p.Value.grad ?? zeros_like(p.Value))];
        time.Stop();
        GradientBias? bias = reference is null ? null : Compare(step, gradients, reference, log);
        foreach ((string name, TensorKind kind, ElementCounts counts) in statistics?.Tensors ?? [])
        {
            log.Add(step, name, kind, counts);
        }

        time.Start();
        double norm = GradientBias.NormOf(gradients);
        double rate = options.LearningRateAt(step);
        Descend(gradients, norm, rate);
        return new()
        {
            Step = step,
            Loss = value,
            GradNorm = norm,
            Zeta = bias?.Zeta ?? double.NaN,
            ZetaBias = bias?.Along ?? double.NaN,
            ZetaAcross = bias?.Across ?? double.NaN,
            Cosine = bias?.Cosine ?? double.NaN,
            LnLastBin = statistics?.LayerNormLastBin ?? double.NaN,
            LastBin = statistics?.LastBin ?? double.NaN,
            Saturated = statistics?.Saturated ?? double.NaN,
            Flushed = statistics?.Flushed ?? double.NaN,
            LearningRate = rate,
            Seconds = time.Elapsed.TotalSeconds,
        };
    }

    private void Descend(List<Tensor> gradients, double norm, double rate)
    {
        if (model.GradientLimit is { } limit && norm > limit)
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

    /// <summary>Holds every parameter's gradient, and all together, to those of binary32.</summary>
    private GradientBias Compare(int step, List<Tensor> gradients, List<Tensor> reference, StepLog log)
    {
        for (int i = 0; i < reference.Count; i++)
        {
            log.Add(step, model.Parameters[i].Name, GradientBias.Of([(gradients[i], reference[i])]));
        }

        return GradientBias.Of(gradients.Zip(reference));
    }

    /// <summary>The gradients at the present weights under other products; the parameters' own are left empty.</summary>
    private List<Tensor> Gradients(QuantizedProducts with, int step)
    {
        optimizer.zero_grad();
        model.Loss(step, with).backward();
        return [.. model.Parameters.Select(p => p.Value.grad?.clone() ?? zeros_like(p.Value))];
    }

    private void Save(StepLog log)
    {
        log.Flush();
        Checkpoint.Write(folder.Latest, stepsDone, model, optimizer);
    }
}
