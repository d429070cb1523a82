using System.Runtime.InteropServices;

namespace Mxact.Simulator.Product;

/// <summary>
/// One operand of a product, row-major with k running along a row: A is M x K and B is N x K. A code takes one byte when the
/// format has at most eight bits, two for sixteen, and four above; scales are one byte a block, ceil(K / block) a row.
/// </summary>
internal readonly ref struct MatrixOperand
{
    /// <summary>An operand of a format of at most eight bits, one code a byte, with block scales.</summary>
    public MatrixOperand(ElementFormat format, ReadOnlySpan<byte> codes, ScaleFormat? scale = null, int blockSize = 0,
        ReadOnlySpan<byte> scales = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Bits, 8, nameof(format));
        if (scale is not null)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        }

        Format = format;
        Codes = codes;
        CodeBytes = 1;
        Scale = scale;
        BlockSize = blockSize;
        Scales = scales;
    }

    /// <summary>An operand of a 16-bit format.</summary>
    public MatrixOperand(ElementFormat format, ReadOnlySpan<ushort> codes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(format.Bits, 16, nameof(format));
        Format = format;
        Codes = MemoryMarshal.AsBytes(codes);
        CodeBytes = 2;
    }

    /// <summary>An operand of a format above 16 bits; TF32 codes are its 19 bits, right-aligned.</summary>
    public MatrixOperand(ElementFormat format, ReadOnlySpan<uint> codes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Bits, 17, nameof(format));
        Format = format;
        Codes = MemoryMarshal.AsBytes(codes);
        CodeBytes = 4;
    }

    /// <summary>The elements' format.</summary>
    public ElementFormat Format { get; }

    /// <summary>The codes' bytes, little-endian.</summary>
    public ReadOnlySpan<byte> Codes { get; }

    /// <summary>Bytes a code.</summary>
    public int CodeBytes { get; }

    /// <summary>The scales' format, or null without scales.</summary>
    public ScaleFormat? Scale { get; }

    /// <summary>Elements that share a scale.</summary>
    public int BlockSize { get; }

    /// <summary>The scales' codes.</summary>
    public ReadOnlySpan<byte> Scales { get; }

    /// <summary>Scales of one row.</summary>
    public int BlocksInRow(int k) => Scale is null ? 0 : (int)(((long)k + BlockSize - 1) / BlockSize);
}
