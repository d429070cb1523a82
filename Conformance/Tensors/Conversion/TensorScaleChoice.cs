using System.Globalization;
using Mxact.Shell;

namespace Mxact.Tensors.Conversion;

/// <summary>How the scale of a whole NVFP4 tensor is chosen.</summary>
/// <param name="Name">As <c>--tensor-scale</c> takes it.</param>
/// <param name="Value">The number itself, where one is given.</param>
internal sealed record TensorScaleChoice(string Name, float? Value)
{
    /// <summary>max |V| / (448 x 6), rounded once to binary32.</summary>
    public static TensorScaleChoice Fit { get; } = new("fit", null);

    /// <summary>That, up to a power of two, whose reciprocal is a binary32 number as well.</summary>
    public static TensorScaleChoice PowerOfTwo { get; } = new("power-of-two", null);

    /// <summary>The choice of that name, or a number.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static TensorScaleChoice Parse(string text) => text == Fit.Name ? Fit : text == PowerOfTwo.Name ? PowerOfTwo
        : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value > 0 && float.IsFinite(value)
            ? new(text, value)
            : throw new UsageException($"--tensor-scale is fit, power-of-two or a positive number, not '{Printable.Short(text, 40)}'");

    /// <summary>The scale, a factor.</summary>
    /// <param name="largest">The largest magnitude of the tensor.</param>
    /// <param name="format">NVFP4.</param>
    public float Of(float largest, BlockFormat format)
    {
        if (Value is { } given)
        {
            return given;
        }

        float fit = MxTensor.FitTensorScale([largest], format);
        return this == Fit ? fit : UpToPowerOfTwo(fit);
    }

    /// <summary>By the exponent field, one more where a fraction follows; 2^-126 to 2^126, whose reciprocals are normal too.</summary>
    private static float UpToPowerOfTwo(float value)
    {
        const uint fraction = 0x007FFFFF;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint exponent = (bits >> 23) + ((bits & fraction) == 0 ? 0u : 1);
        return BitConverter.UInt32BitsToSingle(Math.Clamp(exponent, 1, 253) << 23);
    }
}
