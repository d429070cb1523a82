using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Product;

/// <summary>What a row's scales and codes allow of a sum over it.</summary>
/// <param name="IsFinite">False when a code or a scale is no number.</param>
/// <param name="Lowest">The lowest exponent of a scale over a block that is not all zeros; 0 where there is none.</param>
/// <param name="Highest">The highest.</param>
internal readonly record struct RowFacts(bool IsFinite, int Lowest, int Highest);

/// <summary>An operand of an exact product: codes as integers of one unit, scales as significands and exponents.</summary>
internal sealed unsafe class ExactOperand
{
    private readonly ElementFormat format;
    private readonly ScaleFormat? scale;
    private readonly byte* codes;
    private readonly byte* scales;
    private readonly int k;
    private readonly long blocks;
    private readonly float[] integers = new float[256];
    private readonly (int Significand, int Exponent)[] scaleParts = new (int, int)[256];

    public ExactOperand(MatrixOperand operand, byte* codes, byte* scales, int k)
    {
        format = operand.Format;
        scale = operand.Scale;
        this.codes = codes;
        this.scales = scales;
        this.k = k;
        BlockSize = scale is null ? MxFormats.BlockSize : operand.BlockSize;
        blocks = operand.BlocksInRow(k);
        Unit = format.EMin - format.MantissaBits;
        for (int code = 0; code < 256; code++)
        {
            Number value = ElementCodec.Decode(format, (uint)code);
            integers[code] = value.IsFinite ? (float)value.Finite.SignedAt(Unit) : float.NaN;
            Number x = scale is null ? Dyadic.PowerOfTwo(0) : ScaleCodec.Decode(scale, (byte)code);
            scaleParts[code] = x.IsFinite ? ((int)x.Finite.Significand, x.Finite.Exponent) : (-1, 0);
        }
    }

    /// <summary>The exponent of the integers' unit: that of the format's smallest number.</summary>
    public int Unit { get; }

    /// <summary>Elements of a block; 32 where there are no scales.</summary>
    public int BlockSize { get; }

    /// <summary>Integers of a decoded row: whole blocks, the last one padded with zeros.</summary>
    public long Stride => (k + BlockSize - 1) / BlockSize * (long)BlockSize;

    /// <summary>Bits of a scale's significand.</summary>
    public int BitsOfScale => scale?.Element is { } element ? element.MantissaBits + 1 : 1;

    /// <summary>Bits of the largest integer.</summary>
    public static int BitsOf(ElementFormat format)
        => format.Encoding == ElementEncoding.TwosComplement ? format.Bits : format.EMax - format.EMin + format.MantissaBits + 1;

    /// <summary>Writes a row's integers.</summary>
    public RowFacts Decode(int row, float* to)
    {
        byte* from = codes + ((long)row * k);
        bool isFinite = true;
        int lowest = int.MaxValue;
        int highest = int.MinValue;
        for (int first = 0; first < k; first += BlockSize)
        {
            float any = 0;
            int end = Math.Min(first + BlockSize, k);
            for (int i = first; i < end; i++)
            {
                to[i] = integers[from[i]];
                any += Math.Abs(to[i]);
            }

            (int significand, int exponent) = Scale(row, first);
            isFinite &= significand >= 0 && !float.IsNaN(any);
            if (any != 0)
            {
                lowest = Math.Min(lowest, exponent);
                highest = Math.Max(highest, exponent);
            }
        }

        new Span<float>(to + k, (int)(Stride - k)).Clear();
        return lowest > highest ? new(isFinite, 0, 0) : new(isFinite, lowest, highest);
    }

    /// <summary>The scale over an element, as an integer and the exponent of its unit; an integer below zero for NaN.</summary>
    public (int Significand, int Exponent) Scale(int row, int i)
        => scale is null ? (1, 0) : scaleParts[scales[(row * blocks) + (i / BlockSize)]];

    /// <summary>X P of an element, exactly.</summary>
    public Number Value(int row, int i)
    {
        Number element = ElementCodec.Decode(format, codes[((long)row * k) + i]);
        return scale is null ? element
            : NumberArithmetic.Multiply(ScaleCodec.Decode(scale, scales[(row * blocks) + (i / BlockSize)]), element);
    }
}
