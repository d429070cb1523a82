using System.Runtime.InteropServices;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>
/// The exponents of one operand that the vector kernels represent, scale included, in one byte: code 0 is zero, code
/// <see cref="LowestCode"/> is 2^Low. The codes of two factors add to the product's exponent, and a product with a zero stays
/// below every product of two numbers, whatever the numbers: 0 + 111 is less than 64 + 64. Rows with a number outside are
/// answered one at a time.
/// </summary>
/// <param name="Low">Exponent of <see cref="LowestCode"/>.</param>
/// <param name="Top">The largest exponent that occurs; at most Low + 47.</param>
internal readonly record struct ExponentWindow(int Low, int Top)
{
    /// <summary>The code of the lowest exponent.</summary>
    public const int LowestCode = 64;

    /// <summary>The code of the highest exponent.</summary>
    public const int HighestCode = 111;

    /// <summary>The window of an operand: all exponents it can have, or the highest of them.</summary>
    public static ExponentWindow Of(MatrixOperand operand, int k)
    {
        (int low, int top) = operand.Format.ExponentBits <= 5 ? (operand.Format.EMin, operand.Format.EMax) : Occurring(operand);
        if (operand.Scale is not null && k > 0)
        {
            (int lowScale, int topScale) = OccurringScales(operand.Scales);
            low += lowScale;
            top += topScale;
        }

        return new(Math.Max(low, top - (HighestCode - LowestCode)), top);
    }

    private static (int Low, int Top) OccurringScales(ReadOnlySpan<byte> scales)
    {
        int low = int.MaxValue;
        int top = int.MinValue;
        foreach (byte scale in scales)
        {
            if (scale != ScaleFormat.E8M0NaN)
            {
                low = Math.Min(low, scale);
                top = Math.Max(top, scale);
            }
        }

        return top < low ? (0, 0) : (low - ScaleFormat.E8M0Bias, top - ScaleFormat.E8M0Bias);
    }

    /// <summary>The exponents of the normal numbers among the codes: eight exponent bits are too many to allow for all of them.</summary>
    private static (int Low, int Top) Occurring(MatrixOperand operand)
    {
        ElementFormat format = operand.Format;
        int infinity = (1 << format.ExponentBits) - 1;
        int low = infinity;
        int top = 0;
        if (operand.CodeBytes == 2)
        {
            foreach (ushort code in MemoryMarshal.Cast<byte, ushort>(operand.Codes))
            {
                int field = (code >> format.MantissaBits) & infinity;
                low = field == 0 ? low : Math.Min(low, field);
                top = field == infinity ? top : Math.Max(top, field);
            }
        }
        else
        {
            foreach (uint code in MemoryMarshal.Cast<byte, uint>(operand.Codes))
            {
                int field = (int)(code >> format.MantissaBits) & infinity;
                low = field == 0 ? low : Math.Min(low, field);
                top = field == infinity ? top : Math.Max(top, field);
            }
        }

        return top == 0 || low > top ? (0, 0) : (low - format.Bias, top - format.Bias);
    }
}
