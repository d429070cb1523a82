using System.Diagnostics;
using Mxact.Training.Diagnostics;
using Mxact.Training.Quantization;

namespace Mxact.Training.Runs;

/// <summary>A step of one run before its gradients are there.</summary>
/// <param name="Step">Counted from zero.</param>
/// <param name="Seed">Of its random bits.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Products">What its gradients are computed under.</param>
/// <param name="ExactBackward">The same forward pass with an exact backward pass.</param>
/// <param name="Statistics">Collects what is shown of tensors, or null at a step that is not measured.</param>
internal sealed record StepUnderWay(
    int Step,
    ulong Seed,
    double Rate,
    QuantizedProducts Products,
    QuantizedProducts ExactBackward,
    TensorStatistics? Statistics)
{
    private readonly Stopwatch measuring = new();

    /// <summary>Whether instruments look at it.</summary>
    public bool IsMeasured => Statistics is not null;

    /// <summary>What each product came to, in the order of the products.</summary>
    public List<ProductError> Errors { get; } = [];

    /// <summary>How long was measured while gradients were computed.</summary>
    public TimeSpan Measuring => measuring.Elapsed;

    /// <summary>Takes what is shown while the clock of measuring runs.</summary>
    public void Measure(Action look)
    {
        measuring.Start();
        look();
        measuring.Stop();
    }
}
