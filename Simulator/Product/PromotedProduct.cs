namespace Mxact.Simulator.Product;

/// <summary>
/// A matrix unit's product promoted to binary32 every N of k: the unit starts from zero for each interval, and its sums are added to C
/// outside it, each addition rounded once to nearest even; equals <see cref="Accumulation.PeriodicPromotion"/>.
/// </summary>
internal static class PromotedProduct
{
    /// <summary>Computes C = A B^T + C in place.</summary>
    /// <param name="unit">The matrix unit, with binary32 output.</param>
    /// <param name="interval">N: products between two promotions, a multiple of a scaled operand's block.</param>
    /// <param name="nan">The NaN that a promotion gives.</param>
    /// <param name="a">M x K.</param>
    /// <param name="b">N x K.</param>
    /// <param name="c">M x N binary32 codes.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="n">Rows of B.</param>
    /// <param name="k">Elements of a row.</param>
    /// <param name="options">How to run.</param>
    public static void Multiply(StepUnit unit, int interval, uint nan, MatrixOperand a, MatrixOperand b, Span<uint> c, int m, int n, int k,
        ProductOptions? options)
    {
        uint[] partial = new uint[c.Length];
        int length;
        for (int start = 0; start < k; start += length)
        {
            length = Math.Min(interval, k - start);
            Array.Clear(partial);
            MatrixProduct.Multiply(unit, Columns(a, m, k, start, length), Columns(b, n, k, start, length), partial, m, n, length, options);
            for (int i = 0; i < c.Length; i++)
            {
                float sum = BitConverter.UInt32BitsToSingle(c[i]) + BitConverter.UInt32BitsToSingle(partial[i]);
                c[i] = float.IsNaN(sum) ? nan : BitConverter.SingleToUInt32Bits(sum);
            }
        }
    }

    /// <summary>Some columns of an operand, side by side.</summary>
    private static MatrixOperand Columns(MatrixOperand operand, int rows, int k, int start, int length)
    {
        byte[] codes = Columns(operand.Codes, rows, k * operand.CodeBytes, start * operand.CodeBytes, length * operand.CodeBytes);
        return operand.CodeBytes switch
        {
            1 when operand.Scale is not null
                => new(operand.Format, codes, operand.Scale, operand.BlockSize,
                Columns(operand.Scales, rows, operand.BlocksInRow(k), start / operand.BlockSize, operand.BlocksInRow(length))),
            1 => new(operand.Format, codes),
            2 => new(operand.Format, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(codes)),
            _ => new(operand.Format, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(codes)),
        };
    }

    private static byte[] Columns(ReadOnlySpan<byte> bytes, int rows, int stride, int start, int length)
    {
        byte[] columns = new byte[rows * length];
        for (int row = 0; row < rows; row++)
        {
            bytes.Slice((row * stride) + start, length).CopyTo(columns.AsSpan(row * length));
        }

        return columns;
    }
}
