using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mxact.Simulator.Product;

/// <summary>
/// The exponents of one operand that the vector kernels represent, scale included, in one byte: code 0 is zero, code
/// <see cref="LowestCode"/> is 2^Low. The codes of two factors add to the product's exponent, and a product with a zero stays
/// below every product of two numbers, whatever the numbers: 0 + 111 is less than 64 + 64. Rows with a number outside are
/// answered one at a time.
/// </summary>
/// <param name="Low">Exponent of <see cref="LowestCode"/>.</param>
/// <param name="Top">The largest exponent that occurs; at most Low + 47.</param>
/// <param name="CoversAll">True when no code, whatever it is, leaves the window.</param>
internal readonly record struct ExponentWindow(int Low, int Top, bool CoversAll)
{
    /// <summary>The code of the lowest exponent.</summary>
    public const int LowestCode = 64;

    /// <summary>The code of the highest exponent.</summary>
    public const int HighestCode = 111;

    /// <summary>The window of an operand: all exponents it can have, or the highest of them.</summary>
    public static ExponentWindow Of(MatrixOperand operand, int k)
    {
        bool small = operand.Format.ExponentBits <= 5;
        (int low, int top) = small ? (operand.Format.EMin, operand.Format.EMax) : Occurring(operand);
        bool coversAll = small && operand.Format.Specials != SpecialValues.NanAtNegativeZero;
        if (operand.Scale is not null && k > 0)
        {
            (int lowScale, int topScale, bool anyNaN) = OccurringScales(operand.Scales);
            low += lowScale;
            top += topScale;
            coversAll &= !anyNaN;
        }

        int lowest = top - (HighestCode - LowestCode);
        return new(Math.Max(low, lowest), top, coversAll && low >= lowest);
    }

    /// <summary>The window without its lowest exponents.</summary>
    public ExponentWindow Above(int cut) => new(Low + cut, Top, CoversAll && cut <= 0);

    private static (int Low, int Top, bool AnyNaN) OccurringScales(ReadOnlySpan<byte> scales)
    {
        // E8M0's codes are in the order of their exponents, with NaN the last.
        byte low = byte.MaxValue;
        byte top = 0;
        bool anyNaN = false;
        foreach (byte scale in scales)
        {
            bool nan = scale == ScaleFormat.E8M0NaN;
            anyNaN |= nan;
            low = Math.Min(low, scale);
            top = nan ? top : Math.Max(top, scale);
        }

        return top < low ? (0, 0, anyNaN) : (low - ScaleFormat.E8M0Bias, top - ScaleFormat.E8M0Bias, anyNaN);
    }

    /// <summary>The exponents of the normal numbers among the codes: eight exponent bits are too many to allow for all of them.</summary>
    private static (int Low, int Top) Occurring(MatrixOperand operand)
    {
        ElementFormat format = operand.Format;
        (uint low, uint top) = operand.CodeBytes == 2
            ? Extremes(MemoryMarshal.Cast<byte, ushort>(operand.Codes), (ushort)format.SignMask, (ushort)(1u << format.MantissaBits),
                (ushort)format.MaxMagnitude)
            : Extremes(MemoryMarshal.Cast<byte, uint>(operand.Codes), format.SignMask, 1u << format.MantissaBits, format.MaxMagnitude);
        return low > top ? (0, 0) : ((int)(low >> format.MantissaBits) - format.Bias, (int)(top >> format.MantissaBits) - format.Bias);
    }

    /// <summary>The smallest and the largest magnitude among the codes of normal numbers.</summary>
    private static (uint Low, uint Top) Extremes<T>(ReadOnlySpan<T> codes, T signMask, T minNormal, T maxFinite)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>, IMinMaxValue<T>
    {
        T magnitudeMask = signMask - T.One;
        T low = T.MaxValue;
        T top = T.Zero;
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<T> lows = Vector256.Create(T.MaxValue);
            Vector256<T> tops = Vector256<T>.Zero;
            for (; i + Vector256<T>.Count <= codes.Length; i += Vector256<T>.Count)
            {
                Vector256<T> magnitude = Vector256.Create(codes.Slice(i, Vector256<T>.Count)) & Vector256.Create(magnitudeMask);
                Vector256<T> abnormal = Vector256.LessThan(magnitude, Vector256.Create(minNormal)) | Vector256.GreaterThan(magnitude,
                    Vector256.Create(maxFinite));
                lows = Vector256.Min(lows, magnitude | abnormal);
                tops = Vector256.Max(tops, Vector256.AndNot(magnitude, abnormal));
            }

            for (int lane = 0; lane < Vector256<T>.Count; lane++)
            {
                low = T.Min(low, lows[lane]);
                top = T.Max(top, tops[lane]);
            }
        }

        for (; i < codes.Length; i++)
        {
            T magnitude = codes[i] & magnitudeMask;
            if (magnitude >= minNormal && magnitude <= maxFinite)
            {
                low = T.Min(low, magnitude);
                top = T.Max(top, magnitude);
            }
        }

        return (uint.CreateTruncating(low), uint.CreateTruncating(top));
    }
}
