using System.Globalization;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Layouts;

namespace Mxact.Cli.Which;

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

    /// <summary>How it follows from the largest value: <c>fit</c>, <c>power-of-two</c> or <c>other</c>.</summary>
    public string PolicyFor(float largest, BlockFormat format)
    {
        float fit = TensorScaleChoice.Fit.Of(largest, format);

        // A divisor may be computed as the reciprocal, or as 2688 / max: both are the same rule, rounded once more or once.
        if (Stored == fit || (IsDivisor && (Stored == 1 / fit || Stored == 2688 / largest)))
        {
            return TensorScaleChoice.Fit.Name;
        }

        return Factor == TensorScaleChoice.PowerOfTwo.Of(largest, format) ? TensorScaleChoice.PowerOfTwo.Name : "other";
    }

    /// <summary>What is said of it.</summary>
    public string Text(float largest, BlockFormat format)
    {
        float fit = TensorScaleChoice.Fit.Of(largest, format);
        return string.Create(CultureInfo.InvariantCulture,
            $"tensor scale {Stored}{(IsDivisor ? ", a divisor" : "")}: {PolicyFor(largest, format)} (max |V| / 2688 = {fit}"
            + $"{(IsDivisor ? $", 1 over it {1 / fit}" : "")})");
    }
}
