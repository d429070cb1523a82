namespace Mxact.Training.Diagnostics;

/// <summary>
/// The reference rule for an instability: a loss above ten times the running minimum of the median of the last 20 losses, at step 100 or
/// later; a loss that is not finite is one too. The median at a step includes the step's own loss.
/// </summary>
public sealed class ReferenceEvent
{
    /// <summary>The rule's name on the command line and in result.json.</summary>
    public const string Rule = "reference";

    /// <summary>How many times the least median a loss must exceed.</summary>
    public const double Factor = 10;

    /// <summary>Losses of the trailing median.</summary>
    public const int Window = 20;

    /// <summary>The first step that can be an event.</summary>
    public const int FirstStep = 100;

    private readonly Queue<double> recent = [];
    private double least = double.PositiveInfinity;

    /// <summary>The step of the first event; null while there is none, so that the run is censored at its last step.</summary>
    public int? At { get; private set; }

    /// <summary>Adds a step's loss, in order.</summary>
    /// <param name="step">The step.</param>
    /// <param name="loss">Its loss; any number, finite or not.</param>
    public void Add(int step, double loss)
    {
        recent.Enqueue(loss);
        if (recent.Count > Window)
        {
            recent.Dequeue();
        }

        if (recent.Count == Window)
        {
            least = Math.Min(least, MedianOf(recent));
        }

        if (At is null && step >= FirstStep && !(loss <= Factor * least))
        {
            At = step;
        }
    }

    /// <summary>The median; losses that are not numbers lie above all others.</summary>
    private static double MedianOf(IEnumerable<double> losses)
    {
        double[] sorted = [.. losses.Select(l => double.IsNaN(l) ? double.PositiveInfinity : l).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
