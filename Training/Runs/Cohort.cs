using System.Diagnostics;
using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;
using Mxact.Training.Models;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Runs;

/// <summary>
/// Runs that differ by their seed alone, trained at once: those that are at the same step compute their gradients as one batch. No bit
/// of a run depends on the others.
/// </summary>
internal static class Cohort
{
    /// <summary>Runs each to its last step, to a loss that is not finite, or all until they are stopped.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="progress">Told each step's row.</param>
    /// <param name="stop">Stops after the step under way, with checkpoints.</param>
    /// <returns>Each run's result, or null when it was stopped.</returns>
    public static IReadOnlyList<RunResult?> Run(IReadOnlyList<Trainer> runs, Action<Trainer, StepRow> progress, CancellationToken stop)
    {
        Dictionary<Trainer, RunResult?> results = [];
        foreach (Trainer run in runs)
        {
            run.Open();
        }

        List<Trainer> going = [.. runs];
        List<Trainer> batched = [];
        ProxyCohort? cohort = null;
        try
        {
            while (true)
            {
                foreach (Trainer over in going.Where(r => !r.GoesOn || stop.IsCancellationRequested).ToList())
                {
                    results[over] = over.Close();
                    going.Remove(over);
                }

                if (going.Count == 0)
                {
                    break;
                }

                // Those that are behind go on until they meet the others.
                int step = going.Min(r => r.StepsDone);
                List<Trainer> next = [.. going.Where(r => r.StepsDone == step)];
                if (!next.SequenceEqual(batched))
                {
                    cohort?.Dispose();
                    cohort = ProxyCohort.TryCreate([.. next.Select(r => r.Model)]);
                    batched = next;
                }

                Step(next, cohort, progress);
            }
        }
        finally
        {
            cohort?.Dispose();
        }

        return [.. runs.Select(r => results[r])];
    }

    private static void Step(List<Trainer> runs, ProxyCohort? cohort, Action<Trainer, StepRow> progress)
    {
        using DisposeScope scope = NewDisposeScope();
        StepUnderWay[] steps = [.. runs.Select(r => r.Begin())];
        bool isMeasured = steps.Any(s => s.IsMeasured);
        bool measuresError = isMeasured && runs[0].MeasuresBackwardError;

        // A teacher that is quantised draws the bits that the arm's own step draws: all of these learn the same labels.
        IReadOnlyList<LossAndGradients>? reference = isMeasured ? Compute(s => runs[s].Shadow, _ => null) : null;
        IReadOnlyList<LossAndGradients>? exact = measuresError ? Compute(s => steps[s].ExactBackward, _ => null) : null;
        Stopwatch time = Stopwatch.StartNew();
        IReadOnlyList<LossAndGradients> own;
        try
        {
            foreach (StepUnderWay step in measuresError ? steps : [])
            {
                step.Products.Tap = (layer, product, result, a, b)
                    => step.Measure(() => step.Errors.Add(ProductError.Measure(layer, product, result, a, b)));
            }

            own = Compute(s => steps[s].Products, s => Watch(steps[s]));
        }
        finally
        {
            Array.ForEach(steps, s => s.Products.Tap = null);
        }

        // The clock stands still while something is measured, and each run has its share.
        TimeSpan share = (time.Elapsed - steps.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Measuring)) / runs.Count;
        for (int i = 0; i < runs.Count; i++)
        {
            progress(runs[i], runs[i].Finish(steps[i], own[i], reference?[i], exact?[i].Gradients, share));
        }

        IReadOnlyList<LossAndGradients> Compute(Func<int, QuantizedProducts> under, Func<int, TensorTap?> tap)
        {
            QuantizedProducts[] products = [.. runs.Select((_, i) => under(i))];
            TensorTap?[] taps = [.. runs.Select((_, i) => tap(i))];
            if (cohort is null)
            {
                return [.. runs.Select((r, i) => One(r, i))];
            }

            for (int i = 0; i < products.Length; i++)
            {
                products[i].Quantizer.Begin(steps[i].Seed);
            }

            return cohort.Compute(steps[0].Step, products, taps);

            LossAndGradients One(Trainer run, int i)
            {
                products[i].Quantizer.Begin(steps[i].Seed);
                return LossAndGradients.Of(run.Model, steps[i].Step, products[i], taps[i]);
            }
        }
    }

    private static TensorTap? Watch(StepUnderWay step)
        => step.Statistics is not { } statistics ? null
            : (name, values, kind) => step.Measure(() => statistics.Add(name, values, kind));
}
