using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests.Product;

/// <summary>What a generated operand looks like.</summary>
internal enum OperandShape
{
    /// <summary>Gaussian values, scaled block by block as a quantiser does: what keeps the fast paths busy.</summary>
    Ordinary,

    /// <summary>Gaussian values among which one in a hundred is 60 times larger.</summary>
    HeavyTails,

    /// <summary>Ordinary values, all positive: sums that grow to the limits of int32.</summary>
    Positive,

    /// <summary>Finite codes with every exponent alike.</summary>
    FiniteCodes,

    /// <summary>Any codes, NaN and infinities among them, and any scales.</summary>
    AnyCodes,

    /// <summary>Three in four are zero, signs included.</summary>
    Sparse,

    /// <summary>Each pair of k cancels, or nearly so, and the largest terms come last.</summary>
    Cancelling,
}

/// <summary>Generates operands from a seed.</summary>
internal static class OperandGenerator
{
    private static readonly Dictionary<string, (double[] Values, uint[] Codes)> Tables = [];

    public static OperandData Make(Random random, OperandShape shape, ElementFormat format, ScaleFormat? scale, int blockSize, int rows,
        int k)
    {
        uint[] codes = new uint[rows * k];
        int blocks = scale is null ? 0 : (k + blockSize - 1) / blockSize;
        byte[] scales = new byte[rows * blocks];
        double[] row = new double[k];
        for (int r = 0; r < rows; r++)
        {
            Span<uint> to = codes.AsSpan(r * k, k);
            if (shape is OperandShape.FiniteCodes or OperandShape.AnyCodes)
            {
                for (int i = 0; i < k; i++)
                {
                    do
                    {
                        to[i] = (uint)random.NextInt64(1L << format.Bits);
                    }
                    while (shape == OperandShape.FiniteCodes && !ElementCodec.Decode(format, to[i]).IsFinite);
                }

                for (int b = 0; b < blocks; b++)
                {
                    scales[(r * blocks) + b] = shape == OperandShape.AnyCodes ? (byte)random.Next(256) : RandomScale(random, scale!);
                }

                continue;
            }

            for (int i = 0; i < k; i++)
            {
                double x = Gaussian(random);
                row[i] = shape switch
                {
                    OperandShape.HeavyTails => random.Next(100) == 0 ? 60 * x : x,
                    OperandShape.Positive => 1 + Math.Abs(x),
                    OperandShape.Sparse => random.Next(4) == 0 ? x : random.Next(2) == 0 ? 0.0 : -0.0,
                    OperandShape.Cancelling
                        => i % 2 == 1 ? -row[i - 1] * (random.Next(4) == 0 ? 1 + Math.ScaleB(1, -random.Next(12)) : 1)
                        : x * Math.ScaleB(1, i % 32 / 4),
                    _ => x,
                };
            }

            Quantize(row, format, scale, blockSize, to, scales.AsSpan(r * blocks, blocks));
        }

        return new(format, codes, scale, blockSize, scale is null ? null : scales);
    }

    /// <summary>Accumulators about as large as a dot product of ordinary data, with some zeros.</summary>
    public static uint[] Accumulators(Random random, int count, double magnitude)
        => [.. Enumerable.Range(0, count).Select(_ => random.Next(8) == 0 ? 0u
            : BitConverter.SingleToUInt32Bits((float)(Gaussian(random) * magnitude)))];

    /// <summary>Values of one or two bits near one, with a large one at the first, the last or any k.</summary>
    public static OperandData Aligned(Random random, ElementFormat format, ScaleFormat? scale, int blockSize, int rows, int k)
    {
        uint[] codes = new uint[rows * k];
        byte[] scales = new byte[scale is null ? 0 : rows * ((k + blockSize - 1) / blockSize)];
        Array.Fill(scales, scale == ScaleFormat.E8M0 ? (byte)127 : (byte)0x38);
        for (int row = 0; row < rows; row++)
        {
            int spread = random.Next(4);
            int large = random.Next(3) switch { 0 => 0, 1 => k - 1, _ => random.Next(k) };
            int height = random.Next(0, Math.Max(2, format.EMax));
            for (int i = 0; i < k; i++)
            {
                double x = random.Next(4) == 0 ? 1.5 : 1;
                x = Math.ScaleB(random.Next(2) == 0 ? x : -x, i == large ? height : -random.Next(spread + 1));
                codes[(row * k) + i] = random.Next(6) == 0 ? 0 : Nearest(format, x);
            }

            for (int i = 0; i < scales.Length; i++)
            {
                scales[i] = random.Next(5) == 0 ? (byte)(scales[i] + random.Next(-8, 9)) : scales[i];
            }
        }

        return new(format, codes, scale, blockSize, scale is null ? null : scales);
    }

    /// <summary>An accumulator with few bits, or one or two last bits beside a power of two.</summary>
    public static uint AlignedAccumulator(Random random)
    {
        uint fraction = random.Next(5) switch
        {
            0 => 0,
            1 => (uint)random.Next(4),
            2 => 0x7FFFFF - (uint)random.Next(4),
            3
            => (uint)random.Next(16) << 19,
            _ => (uint)random.Next(1 << 23)
        };
        return random.Next(12) == 0 ? 0 : ((uint)random.Next(2) << 31) | ((uint)(127 + random.Next(-12, 44)) << 23) | fraction;
    }

    private static double Gaussian(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static byte RandomScale(Random random, ScaleFormat scale)
        => scale == ScaleFormat.E8M0 ? (byte)random.Next(107, 148) : (byte)random.Next(0x18, 0x60);

    private static void Quantize(double[] row, ElementFormat format, ScaleFormat? scale, int blockSize, Span<uint> codes, Span<byte> scales)
    {
        for (int i = 0; i < row.Length; i++)
        {
            double factor = 1;
            if (scale is not null)
            {
                int block = i / blockSize;
                if (i % blockSize == 0)
                {
                    double max = row.Skip(i).Take(blockSize).Max(Math.Abs);
                    double largest = Math.ScaleB(format.MaxSignificand, format.EMax - format.MantissaBits);
                    scales[block] = scale == ScaleFormat.E8M0
                        ? (byte)(max == 0 ? 127 : 127 + Math.ILogB(max) - format.EMax)
                        : (byte)Nearest(scale.Element!, max / largest);
                }

                factor = scale == ScaleFormat.E8M0 ? Math.ScaleB(1, scales[block] - 127) : Value(scale.Element!, scales[block]);
            }

            codes[i] = factor == 0 ? 0 : Nearest(format, row[i] / factor);
        }
    }

    private static uint Nearest(ElementFormat format, double x)
    {
        if (format == ElementFormats.Binary16)
        {
            return BitConverter.HalfToUInt16Bits((Half)x);
        }

        if (format.Bits > 8)
        {
            return BitConverter.SingleToUInt32Bits((float)x) >> (32 - format.Bits);
        }

        (double[] values, uint[] codes) = Table(format);
        int at = Array.BinarySearch(values, Math.Abs(x));
        at = at >= 0 ? at : Math.Clamp(~at, 1, values.Length - 1);
        at -= at > 0 && values[at] - Math.Abs(x) > Math.Abs(x) - values[at - 1] ? 1 : 0;
        uint sign = double.IsNegative(x) && format.IsSigned && !(at == 0 && !format.HasNegativeZero) ? format.SignMask : 0;
        return codes[at] | sign;
    }

    private static double Value(ElementFormat format, uint code)
    {
        Dyadic value = ElementCodec.Decode(format, code).Finite;
        return Math.ScaleB((double)value.Significand, value.Exponent) * (value.Negative ? -1 : 1);
    }

    private static (double[] Values, uint[] Codes) Table(ElementFormat format)
    {
        lock (Tables)
        {
            if (!Tables.TryGetValue(format.Name, out (double[] Values, uint[] Codes) table))
            {
                uint[] codes = [.. Enumerable.Range(0, (int)format.MaxMagnitude + 1).Select(c => (uint)c)];
                table = ([.. codes.Select(c => Value(format, c))], codes);
                Tables.Add(format.Name, table);
            }

            return table;
        }
    }
}
