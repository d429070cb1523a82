using Mxact.Simulator.Exact;
using Mxact.Spec;

namespace Mxact.Simulator.Reference;

/// <summary>The dot product of two vectors of MX blocks with exact sums and one rounding (MX 6.1, 6.2).</summary>
public static class Dot
{
    /// <summary>The NaN this operation writes: quiet, positive, empty payload.</summary>
    public const uint NaN = 0x7FC0_0000;

    /// <summary>
    /// DotGeneral(A, B) + c = sum over blocks of X(A) X(B) sum_i P_i(A) P_i(B), + c, in exact arithmetic, then rounded once
    /// to binary32, ties to even. NaN when any scale or element is, for 0 * Inf and for infinities of both signs. An exact
    /// zero sum is +0 unless every term is -0 (IEEE 754 6.3).
    /// </summary>
    /// <param name="a">The first vector.</param>
    /// <param name="b">The second, of the same length.</param>
    /// <param name="c">Binary32 bits of the addend.</param>
    /// <returns>Binary32 bits.</returns>
    /// <exception cref="ArgumentException">The lengths differ or do not fill whole blocks.</exception>
    public static uint General(BlockVector a, BlockVector b, uint c = 0)
    {
        if (a.Codes.Length != b.Codes.Length)
        {
            throw new ArgumentException($"A has {a.Codes.Length} elements, B has {b.Codes.Length}");
        }

        Number sum = Binary32.Decode(c);
        for (int k = 0; k < a.Codes.Length; k++)
        {
            sum = Add(sum, Multiply(a.Element(k), b.Element(k)));
        }

        return sum.IsNaN ? NaN : Binary32.Encode(sum);
    }

    private static Number Multiply(Number a, Number b)
    {
        bool negative = a.Negative ^ b.Negative;
        return a.IsNaN || b.IsNaN ? Number.NaN
            : a.IsFinite && b.IsFinite ? a.Finite * b.Finite
            : (a.IsFinite && a.Finite.IsZero) || (b.IsFinite && b.Finite.IsZero) ? Number.NaN
            : Number.Infinity(negative);
    }

    private static Number Add(Number a, Number b)
        => a.IsNaN || b.IsNaN ? Number.NaN
            : a.IsInfinity ? (b.IsInfinity && a.Negative != b.Negative ? Number.NaN : a)
            : b.IsInfinity ? b
            : a.Finite + b.Finite;
}

/// <summary>A vector of elements under shared scales, as a dot product reads it.</summary>
public readonly ref struct BlockVector
{
    private readonly ElementFormat format;
    private readonly ScaleFormat scaleFormat;
    private readonly ReadOnlySpan<byte> scales;
    private readonly int blockSize;

    /// <summary>Element codes without scales, or with one scale for each <c>codes.Length / scales.Length</c> elements.</summary>
    /// <exception cref="ArgumentException">The scales do not divide the elements into equal blocks.</exception>
    public BlockVector(ElementFormat format, ReadOnlySpan<uint> codes, ScaleFormat? scaleFormat = null, ReadOnlySpan<byte> scales = default)
    {
        if (!scales.IsEmpty && codes.Length % scales.Length != 0)
        {
            throw new ArgumentException($"{codes.Length} elements do not divide among {scales.Length} scales");
        }

        this.format = format;
        Codes = codes;
        this.scaleFormat = scaleFormat ?? ScaleFormat.E8M0;
        this.scales = scales;
        blockSize = scales.IsEmpty ? 0 : codes.Length / scales.Length;
    }

    /// <summary>The element codes.</summary>
    public ReadOnlySpan<uint> Codes { get; }

    /// <summary>v_k = X P_k with the special values of MX 5.1.</summary>
    public Number Element(int k)
    {
        Number p = ElementCodec.Decode(format, Codes[k]);
        return scales.IsEmpty ? p : BlockConversion.Value(ScaleCodec.Decode(scaleFormat, scales[k / blockSize]), p);
    }
}
