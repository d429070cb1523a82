namespace Mxact.Vectors.Generators;

/// <summary>Codes of a format by magnitude: the power of two 2^e, or any number of the binade e.</summary>
internal sealed class FormatCodes(ElementFormat format)
{
    private readonly bool isInteger = format.Encoding == ElementEncoding.TwosComplement;

    /// <summary>floor(log2) of the least positive number.</summary>
    public int Least => format.EMin - format.MantissaBits;

    /// <summary>floor(log2) of the greatest.</summary>
    public int Greatest => format.EMax;

    /// <summary>floor(log2) of the least normal number: from here up, the field exponent is the binade.</summary>
    public int LeastNormal => isInteger ? Greatest : format.EMin;

    /// <summary>The code of +-2^<paramref name="exponent"/>.</summary>
    public uint Power(int exponent, bool negative) => Signed(Magnitude(exponent), negative);

    /// <summary>A code of the binade of 2^<paramref name="exponent"/> with a random significand.</summary>
    public uint InBinade(int exponent, bool negative, SplitMix random)
    {
        uint least = Magnitude(exponent);
        uint next = exponent == Greatest ? format.MaxMagnitude + 1 : Magnitude(exponent + 1);
        return Signed(least + (uint)(random.Next() % Math.Max(1, next - least)), negative);
    }

    private uint Magnitude(int exponent)
        => isInteger || exponent < format.EMin
            ? 1u << (exponent - Least)
            : (uint)(exponent + format.Bias) << format.MantissaBits;

    private uint Signed(uint magnitude, bool negative)
        => !negative ? magnitude : isInteger ? (uint)-(int)magnitude & format.CodeMask : magnitude | format.SignMask;
}
