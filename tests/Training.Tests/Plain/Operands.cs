using Mxact.Simulator.Reference;
using Mxact.Training.Quantization;

namespace Mxact.Training.Tests.Plain;

/// <summary>Operands of products rounded as a scheme says, by the reference or by hand.</summary>
internal static class Operands
{
    /// <summary>In blocks along the rows, or each number by itself to bfloat16.</summary>
    public static Matrix Round(Matrix values, OperandPrecision precision, BlockFormat format)
        => precision == OperandPrecision.BFloat16
            ? values.Map(v => ToBFloat16((float)v))
            : new(values.Rows, values.Columns, [.. values.Values.Chunk(values.Columns).SelectMany(row => row.Chunk(format.BlockSize)
                .SelectMany(block => Quantize(block, format)))]);

    /// <summary>The nearest number of eight significant bits, ties to even.</summary>
    public static float ToBFloat16(float value)
    {
        if (value == 0)
        {
            return value;
        }

        double unit = Math.ScaleB(1, Math.ILogB(value) - 7);
        return (float)(Math.Round(value / unit, MidpointRounding.ToEven) * unit);
    }

    private static IEnumerable<double> Quantize(double[] block, BlockFormat format)
    {
        uint[] codes = new uint[block.Length];
        uint[] values = new uint[block.Length];
        byte scale = BlockConversion.Quantize(
            format, ElementFormats.Binary32, block.Select(v => BitConverter.SingleToUInt32Bits((float)v)).ToArray(), ConversionPolicy.Ocp,
                codes);
        BlockConversion.Dequantize(format, scale, codes, values);
        return values.Select(v => (double)BitConverter.UInt32BitsToSingle(v));
    }
}
