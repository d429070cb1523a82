namespace Mxact.Training.Diagnostics;

/// <summary>
/// A spike: from the step at which the loss rose above a multiple of its running median to the one at which it was back under it.
/// </summary>
/// <param name="Step">Where it began.</param>
/// <param name="Recovery">Steps until the loss was back, or null when it was not.</param>
public sealed record Spike(int Step, int? Recovery);

/// <summary>
/// Finds spikes and divergence in a run's losses. A spike is a loss above twice the median of the last 50 losses before it; the median
/// stands still while the spike lasts, so a loss that never comes back is one spike without recovery. A run has diverged when its loss is
/// not finite, was above its first for 200 steps, or ended above it.
/// </summary>
public sealed class LossWatch
{
    /// <summary>How often the running median a spike exceeds.</summary>
    public const double SpikeFactor = 2;

    /// <summary>Losses of the running median.</summary>
    public const int Window = 50;

    /// <summary>Steps above the first loss that are divergence.</summary>
    public const int Patience = 200;

    /// <summary>Losses whose median is the final loss.</summary>
    public const int FinalLosses = 20;

    private readonly Queue<double> recent = [];
    private readonly Queue<double> last = [];
    private readonly List<Spike> spikes = [];
    private readonly ReferenceEvent reference = new();
    private double? first;
    private int above;

    /// <summary>The spikes so far.</summary>
    public IReadOnlyList<Spike> Spikes => spikes;

    /// <summary>Where the run diverged, or null.</summary>
    public int? Diverged { get; private set; }

    /// <summary>The first event by the rule of <see cref="Diagnostics.ReferenceEvent"/>, or null.</summary>
    public int? ReferenceEvent => reference.At;

    /// <summary>The median of the last 20 losses; infinite where the last is not finite, NaN before the first.</summary>
    public double FinalLoss => last.Count == 0 ? double.NaN : double.IsFinite(last.Last()) ? Median(last) : double.PositiveInfinity;

    /// <summary>Where the run had diverged if it were over now, or null.</summary>
    /// <param name="steps">Steps done.</param>
    public int? DivergedAtEnd(int steps) => Diverged ?? (FinalLoss > first ? steps : null);

    /// <summary>Adds a step's loss.</summary>
    /// <param name="step">The step, in ascending order.</param>
    /// <param name="loss">Its loss; any number, finite or not.</param>
    public void Add(int step, double loss)
    {
        first ??= loss;
        reference.Add(step, loss);
        last.Enqueue(loss);
        if (last.Count > FinalLosses)
        {
            last.Dequeue();
        }

        above = loss > first ? above + 1 : 0;
        if (Diverged is null && (!double.IsFinite(loss) || above >= Patience))
        {
            Diverged = step;
        }

        bool spikes = recent.Count == Window && !(loss <= SpikeFactor * Median(recent));
        bool inSpike = this.spikes.Count > 0 && this.spikes[^1].Recovery is null;
        if (spikes && !inSpike)
        {
            this.spikes.Add(new(step, null));
        }
        else if (!spikes && inSpike)
        {
            this.spikes[^1] = this.spikes[^1] with { Recovery = step - this.spikes[^1].Step };
        }

        if (!spikes)
        {
            recent.Enqueue(loss);
            if (recent.Count > Window)
            {
                recent.Dequeue();
            }
        }
    }

    private static double Median(IEnumerable<double> losses)
    {
        double[] sorted = [.. losses.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
