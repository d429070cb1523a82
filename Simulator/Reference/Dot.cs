using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>
/// Dot products as the standard writes them (MX 6.1, 6.2). The standard leaves internal precision and order open; this is the
/// choice that needs no order: the exact sum, rounded once, ties to even. NaN, 0 * Inf and Inf - Inf give the quiet NaN
/// (7FC00000). An exact zero is +0 unless every product and c are -0 (IEEE 754 6.3).
/// </summary>
internal static class Dot
{
    /// <summary>Dot(A, B) = X(A) X(B) sum P_i(A) P_i(B) of two blocks, as binary32 bits (MX 6.1).</summary>
    /// <param name="a">Format of the first block.</param>
    /// <param name="xA">Its scale code, X(A).</param>
    /// <param name="pA">Its element codes, P_i(A): one block.</param>
    /// <param name="b">Format of the second block.</param>
    /// <param name="xB">Its scale code.</param>
    /// <param name="pB">Its element codes, as many.</param>
    /// <exception cref="ArgumentException">The codes are not one block, or the block sizes differ.</exception>
    public static uint Product(BlockFormat a, byte xA, ReadOnlySpan<uint> pA, BlockFormat b, byte xB, ReadOnlySpan<uint> pB)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        RequireOneBlock(a, pA.Length, nameof(pA));
        RequireOneBlock(b, pB.Length, nameof(pB));
        return General(a, [xA], pA, b, [xB], pB);
    }

    /// <summary>DotGeneral(A, B) = sum of Dot(A_j, B_j) over the blocks, plus c, as binary32 bits (MX 6.2).</summary>
    /// <param name="a">Format of the first vector.</param>
    /// <param name="xA">Its scale codes, one a block.</param>
    /// <param name="pA">Its element codes, whole blocks.</param>
    /// <param name="b">Format of the second vector.</param>
    /// <param name="xB">Its scale codes.</param>
    /// <param name="pB">Its element codes.</param>
    /// <param name="c">Binary32 bits of a number to add; +0 when there is none.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole blocks.</exception>
    public static uint General(BlockFormat a, ReadOnlySpan<byte> xA, ReadOnlySpan<uint> pA, BlockFormat b, ReadOnlySpan<byte> xB,
        ReadOnlySpan<uint> pB, uint c = 0)
        => Binary32.Encode(Sum(a, xA, pA, b, xB, pB, Binary32.Decode(c)));

    /// <summary>sum a_i b_i + c without scales, as binary32 bits: one rounding.</summary>
    /// <param name="a">Format of the first vector.</param>
    /// <param name="aCodes">Its codes.</param>
    /// <param name="b">Format of the second vector.</param>
    /// <param name="bCodes">Its codes, as many.</param>
    /// <param name="c">Binary32 bits of a number to add; +0 when there is none.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static uint Product(ElementFormat a, ReadOnlySpan<uint> aCodes, ElementFormat b, ReadOnlySpan<uint> bCodes, uint c = 0)
        => Binary32.Encode(Sum(a, aCodes, b, bCodes, Binary32.Decode(c)));

    /// <summary>The sum over blocks before rounding.</summary>
    internal static Number Sum(BlockFormat a, ReadOnlySpan<byte> xA, ReadOnlySpan<uint> pA, BlockFormat b, ReadOnlySpan<byte> xB,
        ReadOnlySpan<uint> pB, Number c)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.BlockSize != b.BlockSize)
        {
            throw new ArgumentException($"blocks of {a.BlockSize} ({a}) and of {b.BlockSize} ({b}) have no dot product", nameof(b));
        }

        RequireEqualLengths(pA.Length, pB.Length, nameof(pB));
        RequireWholeBlocks(pA.Length, a.BlockSize, nameof(pA));
        RequireScales(xA.Length, pA.Length / a.BlockSize, nameof(xA));
        RequireScales(xB.Length, pB.Length / b.BlockSize, nameof(xB));
        Number sum = c;
        for (int i = 0; i < pA.Length; i++)
        {
            // X(A) X(B) P_i(A) P_i(B): a NaN scale makes every product of its block NaN (MX 5.1, 5.4.1).
            int j = i / a.BlockSize;
            Number va = NumberArithmetic.Multiply(ScaleCodec.Decode(a.Scale, xA[j]), ElementCodec.Decode(a.Element, pA[i]));
            Number vb = NumberArithmetic.Multiply(ScaleCodec.Decode(b.Scale, xB[j]), ElementCodec.Decode(b.Element, pB[i]));
            sum = NumberArithmetic.Add(sum, NumberArithmetic.Multiply(va, vb));
        }

        return sum;
    }

    /// <summary>The sum without scales before rounding.</summary>
    internal static Number Sum(ElementFormat a, ReadOnlySpan<uint> aCodes, ElementFormat b, ReadOnlySpan<uint> bCodes, Number c)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        RequireEqualLengths(aCodes.Length, bCodes.Length, nameof(bCodes));
        Number sum = c;
        for (int i = 0; i < aCodes.Length; i++)
        {
            sum = NumberArithmetic.Add(sum,
                NumberArithmetic.Multiply(ElementCodec.Decode(a, aCodes[i]), ElementCodec.Decode(b, bCodes[i])));
        }

        return sum;
    }

    private static void RequireOneBlock(BlockFormat format, int elements, string name)
    {
        if (elements != format.BlockSize)
        {
            throw new ArgumentException($"one block of {format} has {format.BlockSize} elements, not {elements}", name);
        }
    }

    private static void RequireEqualLengths(int a, int b, string name)
    {
        if (a != b)
        {
            throw new ArgumentException($"{a} elements of A and {b} of B: a dot product needs as many of each", name);
        }
    }

    private static void RequireWholeBlocks(int elements, int blockSize, string name)
    {
        if (elements % blockSize != 0)
        {
            throw new ArgumentException($"{elements} elements are not whole blocks of {blockSize}", name);
        }
    }

    private static void RequireScales(int scales, int blocks, string name)
    {
        if (scales != blocks)
        {
            throw new ArgumentException($"{blocks} blocks need as many scales, {scales} given", name);
        }
    }
}
