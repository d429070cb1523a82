using System.Globalization;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Layouts;

namespace Mxact.Checkpoints.Which;

/// <summary>The second scale of an NVFP4 tensor: the number in the file, and how it follows from the values.</summary>
/// <param name="Stored">As the file has it.</param>
/// <param name="IsDivisor">Whether values are divided by it.</param>
internal sealed record TensorScaleFinding(float Stored, bool IsDivisor)
{
    /// <summary>Reads it; null where there is none.</summary>
    public static TensorScaleFinding? Of(TensorScaleValues? values)
        => values is null ? null : new(values.Stored[0], values.IsDivisor);

    /// <summary>The factor that it stands for; a divisor's reciprocal, rounded.</summary>
    public float Factor => IsDivisor ? 1 / Stored : Stored;

    /// <summary>Whether values can be quantised with it.</summary>
    public bool IsUsable => Factor > 0 && float.IsFinite(Factor) && float.IsFinite(Stored);

    /// <summary>
    /// Other factors that the blocks may have been made with, and what that would be called: a scale that was lost, or stands on the other
    /// side of the fraction.
    /// </summary>
    /// <param name="stored">What the file has; null where it has none.</param>
    /// <param name="largest">The largest magnitude of the values.</param>
    /// <param name="format">NVFP4.</param>
    public static IEnumerable<(float Factor, FaultFound Fault)> Others(TensorScaleFinding? stored, float largest, BlockFormat format)
    {
        if (stored is not null)
        {
            string side = stored.IsDivisor ? "multiplied where it is a divisor" : "divided where it is a factor";
            yield return (1 / stored.Factor, new($"tensor scale {side}",
                "the blocks are those of its reciprocal: it stands on the other side of the fraction", 0));
            yield return (1, new("tensor scale left out", "the blocks are those of no tensor scale at all", 0));
        }

        foreach (TensorScaleRule rule in (TensorScaleRule[])[TensorScaleRule.Fit, TensorScaleRule.PowerOfTwo])
        {
            float factor = rule.Choose([largest], format);
            yield return (factor, new("tensor scale lost", string.Create(CultureInfo.InvariantCulture,
                $"the blocks are those of a tensor scale of {factor} ({rule.Name}), which the file has not"), 0));
        }
    }

    /// <summary>How it follows from the largest value: <c>fit</c>, <c>power-of-two</c> or <c>other</c>.</summary>
    public string PolicyFor(float largest, BlockFormat format)
    {
        float fit = TensorScaleRule.Fit.Choose([largest], format);

        // A divisor may be computed as the reciprocal, or as 2688 / max: both are the same rule, rounded once more or once.
        if (Stored == fit || (IsDivisor && (Stored == 1 / fit || Stored == 2688 / largest)))
        {
            return TensorScaleRule.Fit.Name;
        }

        return Factor == TensorScaleRule.PowerOfTwo.Choose([largest], format) ? TensorScaleRule.PowerOfTwo.Name : "other";
    }

    /// <summary>What is said of it.</summary>
    public string Text(float largest, BlockFormat format)
    {
        float fit = TensorScaleRule.Fit.Choose([largest], format);
        return string.Create(CultureInfo.InvariantCulture,
            $"tensor scale {Stored}{(IsDivisor ? ", a divisor" : "")}: {PolicyFor(largest, format)} (max |V| / 2688 = {fit}"
            + $"{(IsDivisor ? $", 1 over it {1 / fit}" : "")})");
    }
}
