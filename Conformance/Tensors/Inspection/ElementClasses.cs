namespace Mxact.Tensors.Inspection;

/// <summary>
/// Where the classes that elements are counted in begin, as magnitude codes: a code without its sign, or under two's complement its size,
/// -2 counted as the 127 / 64 beside it.
/// </summary>
internal sealed class ElementClasses
{
    private readonly ElementFormat element;

    /// <summary>Those of a block format.</summary>
    public ElementClasses(BlockFormat format)
    {
        element = format.Element;
        IsTwosComplement = element.Encoding == ElementEncoding.TwosComplement;
        Mask = (byte)(IsTwosComplement ? 0xFF : element.SignMask - 1);
        Max = (byte)element.MaxMagnitude;
        FirstNormal = (byte)(IsTwosComplement ? 1 : 1 << element.MantissaBits);
        int octave = Max - CodeOf(element.EMax);
        int half = Math.Max(octave / 2, 1);
        Upper = (byte)(Max - half);
        Lower = (byte)(Upper - half);

        // Every rule of powers of two leaves a block's largest element above 2^(emax - 1), and what is rounded to 2^(emax - 1) at least; a
        // quotient leaves it near max normal, or under four-over-six near 4.
        LeastFill = (byte)CodeOf(format.Scale.Element is null ? element.EMax - 1 : element.EMax);
    }

    /// <summary>The bits of the magnitude.</summary>
    public byte Mask { get; }

    /// <summary>Whether a code is two's complement.</summary>
    public bool IsTwosComplement { get; }

    /// <summary>The first that is not subnormal; zero and what lies between are below it.</summary>
    public byte FirstNormal { get; }

    /// <summary>The first of a few below <see cref="Upper"/>, as many as lie from there to the maximum.</summary>
    public byte Lower { get; }

    /// <summary>The first of those next to the maximum: half of its octave, one at least.</summary>
    public byte Upper { get; }

    /// <summary>Max normal; what lies above it is infinite or NaN.</summary>
    public byte Max { get; }

    /// <summary>The least that the largest element of a block is under any scale rule, the scale not at the end of its range.</summary>
    public byte LeastFill { get; }

    /// <summary>Whether a code above <see cref="Max"/> is an infinity.</summary>
    public bool IsInfinity(byte magnitude) => element.HasInfinity && magnitude == Max + 1;

    /// <summary>The magnitude code of a code.</summary>
    public byte MagnitudeOf(byte code) => IsTwosComplement ? (byte)Math.Min(Math.Abs((int)(sbyte)code), Max) : (byte)(code & Mask);

    /// <summary>The number of a finite magnitude code.</summary>
    public double ValueOf(int magnitude)
    {
        int mantissa = element.MantissaBits;
        int exponent = IsTwosComplement ? 0 : magnitude >> mantissa;
        int significand = exponent == 0 ? magnitude : (magnitude & ((1 << mantissa) - 1)) | (1 << mantissa);
        return Math.ScaleB(significand, Math.Max(exponent, 1) - (IsTwosComplement ? 1 : element.Bias) - mantissa);
    }

    /// <summary>The magnitude code of a power of two that is normal.</summary>
    private int CodeOf(int exponent) => IsTwosComplement ? 1 << (exponent + element.MantissaBits)
        : (exponent + element.Bias) << element.MantissaBits;
}
