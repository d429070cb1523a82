using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Product;
using Mxact.Training.Models;
using Mxact.Training.Runs;

namespace Mxact.Training.Sweeps;

/// <summary>
/// What a plan will cost, from the sizes of its products: 0.3 to 1.2 times what the plans of the instability study took on a busy machine.
/// </summary>
internal static class CostEstimate
{
    /// <summary>Hours of one core from which a plan must be confirmed.</summary>
    public const double MostHours = 24;

    // Multiply-adds a second on one core, as libtorch's product, a vector kernel and the exact path take them, and what a step costs
    // besides (tests/Benchmarks/results).
    private const double LibTorchRate = 3e10, KernelRate = 3e9, ExactRate = 1e7, StepSeconds = 0.004;

    /// <summary>Hours of one core; somebody's own model counts as nothing but its steps.</summary>
    public static double HoursOf(IEnumerable<PlannedRun> runs) => runs.Sum(run => SecondsOf(run.Options)) / 3600;

    /// <summary>Seconds of a run.</summary>
    public static double SecondsOf(RunOptions options)
    {
        double forward = options.HasOwnModel ? 0 : options["model"] == "decoder" ? OfDecoder(options.BuildDecoderOptions())
            : OfProxy(options.BuildProxyOptions());
        double rate = options.BuildScheme().Accumulation is not { } name ? LibTorchRate
            : ModelProduct.IsAccelerated(MatrixUnits.Named(name)) ? KernelRate : ExactRate;
        double measured = options.ZetaEvery == 0 ? 0 : (options.MeasuresBackwardError ? 2.0 : 1.0) / options.ZetaEvery;
        return options.Steps * (1 + measured) * (StepSeconds + (3 * forward / rate));
    }

    /// <summary>Multiply-adds of the student's forward products.</summary>
    private static double OfProxy(ProxyOptions proxy)
    {
        (int first, int second) = proxy.Activation.Hidden(proxy.Width);
        return (double)proxy.Batch * proxy.Depth * proxy.Width * (first + second);
    }

    /// <summary>Queries, keys and values, their projection, both layers of width 4 d, and attention.</summary>
    private static double OfDecoder(DecoderOptions decoder)
        => (double)decoder.Batch * decoder.Context * decoder.Depth * decoder.Width * ((12.0 * decoder.Width) + (2.0 * decoder.Context));
}
