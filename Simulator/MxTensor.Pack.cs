using Mxact.Simulator.Conversion;
using Mxact.Simulator.Packing;

namespace Mxact;

/// <content>Codes and scales as kernels and files hold them.</content>
public sealed partial class MxTensor
{
    /// <summary>The codes in a layout, then the scales in theirs.</summary>
    /// <param name="codeLayout">How the codes lie, row by row.</param>
    /// <param name="scaleLayout">How the scales lie; tiles are padded with zeros.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layout, or more bytes than one array holds.</exception>
    public byte[] Pack(CodeLayout codeLayout, ScaleLayout scaleLayout = ScaleLayout.RowMajor)
    {
        (long ofCodes, int ofScales) = Shape.PackedBytes(codeLayout, scaleLayout);
        byte[] packed = new byte[RequireOneArray(ofCodes + ofScales, codeLayout)];
        PackInto(packed, codeLayout, scaleLayout);
        return packed;
    }

    /// <summary><see cref="Pack"/> into memory of the caller's.</summary>
    /// <param name="packed">As many bytes as <see cref="Pack"/> gives.</param>
    /// <param name="codeLayout">How the codes lie.</param>
    /// <param name="scaleLayout">How the scales lie.</param>
    /// <exception cref="ArgumentException">Another length; nothing is written.</exception>
    public void PackInto(Span<byte> packed, CodeLayout codeLayout, ScaleLayout scaleLayout = ScaleLayout.RowMajor)
    {
        (long ofCodes, int ofScales) = Shape.PackedBytes(codeLayout, scaleLayout);
        RequirePacked(packed.Length, ofCodes + ofScales);
        Span<byte> row = packed[..(int)ofCodes];
        if (codeLayout == CodeLayout.Bytes)
        {
            codes.CopyTo(row);
        }
        else
        {
            int bytes = Shape.PackedRowBytes;
            for (int i = 0; i < Rows; i++)
            {
                CodePacker.Pack(codes.AsSpan(i * Columns, Columns), row.Slice(i * bytes, bytes), Format.Element.Bits);
            }
        }

        Span<byte> scalesTo = packed[(int)ofCodes..];
        if (ScaleTiles.Of(scaleLayout) is { } tiles)
        {
            tiles.Tile(scales, Shape.ScaleRows, Shape.ScaleColumns, scalesTo);
        }
        else
        {
            scales.CopyTo(scalesTo);
        }
    }

    /// <summary>Takes what <see cref="Pack"/> gives.</summary>
    /// <param name="format">The block format.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="packed">The codes in their layout, then the scales in theirs.</param>
    /// <param name="codeLayout">How the codes lie.</param>
    /// <param name="scaleLayout">How the scales lie.</param>
    /// <param name="axis">The axis that the blocks run along.</param>
    /// <param name="tensorScale">NVFP4's second level; 1 in every other format.</param>
    /// <param name="policy">The choices that made them, where known.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public static MxTensor Unpack(
        BlockFormat format,
        int rows,
        int columns,
        ReadOnlySpan<byte> packed,
        CodeLayout codeLayout,
        ScaleLayout scaleLayout = ScaleLayout.RowMajor,
        BlockAxis axis = BlockAxis.AlongRows,
        float tensorScale = 1,
        ConversionPolicy? policy = null)
    {
        MxShape shape = new(format, rows, columns, axis);
        (long ofCodes, int ofScales) = shape.PackedBytes(codeLayout, scaleLayout);
        RequirePacked(packed.Length, ofCodes + ofScales);
        shape.RequireTensorScale(tensorScale);
        if (codeLayout == CodeLayout.Bytes && packed[..(int)ofCodes].ContainsAnyExceptInRange((byte)0, (byte)format.Element.CodeMask))
        {
            throw new ArgumentException($"a code has more than the {format.Element.Bits} bits of {format.Element}", nameof(packed));
        }

        byte[] codes = new byte[shape.Elements];
        byte[] scales = new byte[shape.Scales];
        if (codeLayout == CodeLayout.Bytes)
        {
            packed[..codes.Length].CopyTo(codes);
        }
        else
        {
            int bytes = shape.PackedRowBytes;
            for (int i = 0; i < rows; i++)
            {
                CodePacker.Unpack(packed.Slice(i * bytes, bytes), codes.AsSpan(i * columns, columns), format.Element.Bits);
            }
        }

        ReadOnlySpan<byte> scalesFrom = packed[(int)ofCodes..];
        if (ScaleTiles.Of(scaleLayout) is { } tiles)
        {
            tiles.Untile(scalesFrom, shape.ScaleRows, shape.ScaleColumns, scales);
        }
        else
        {
            scalesFrom.CopyTo(scales);
        }

        return FromCodes(format, rows, columns, codes, scales, axis, tensorScale, policy);
    }

    private static void RequirePacked(int packed, long needed)
    {
        if (packed != needed)
        {
            throw new ArgumentException($"packed, it has {needed} bytes, {packed} are given", nameof(packed));
        }
    }

    private static int RequireOneArray(long bytes, CodeLayout codeLayout)
        => bytes <= Array.MaxLength ? (int)bytes
            : throw new ArgumentOutOfRangeException(nameof(codeLayout), codeLayout,
                $"{bytes} bytes are more than the {Array.MaxLength} that one array holds");
}
