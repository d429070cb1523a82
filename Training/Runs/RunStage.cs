using Mxact.Training.Quantization;

namespace Mxact.Training.Runs;

/// <summary>What is in force from a step of a run on.</summary>
/// <param name="From">The step.</param>
/// <param name="Scheme">What is quantised and how.</param>
/// <param name="LearningRate">The learning rate, before warm-up and schedule.</param>
internal sealed record RunStage(int From, QuantizationScheme Scheme, double LearningRate)
{
    /// <summary>Whether a run goes on as before where this follows another stage.</summary>
    public bool ActsAs(RunStage other) => LearningRate == other.LearningRate && Scheme.ActsAs(other.Scheme);
}
