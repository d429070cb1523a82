using System.Numerics.Tensors;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Inspection;

/// <summary>Counts a tensor whose scales are those of square tiles, a strip of them at a time.</summary>
internal sealed class SquareTally : ITally
{
    /// <summary>Columns of a strip at most: 128 rows of them are a mebibyte.</summary>
    private const int MostColumns = 1 << 13;

    private readonly StoredTensor tensor;
    private readonly ElementClasses elements;
    private readonly MatrixBytes codes;
    private readonly int side;
    private readonly long down;
    private readonly long across;
    private readonly long pieces;

    /// <summary>Makes one.</summary>
    /// <param name="tensor">A tensor of such tiles, a byte a code.</param>
    /// <param name="scales">Its scales.</param>
    public SquareTally(StoredTensor tensor, ReadOnlySpan<float> scales)
    {
        this.tensor = tensor;
        Scales = scales.ToArray();
        elements = new(tensor.Format);
        side = tensor.Layout.Tile;
        codes = new(tensor.Codes.Offset, tensor.Values.Columns, tensor.Format.Element.Bits);
        across = tensor.Scales!.Columns;
        down = tensor.Scales.Shape[^2];
        pieces = (tensor.Values.Columns + MostColumns - 1) / MostColumns;
        long matrices = tensor.MatrixRows == 0 ? 0 : tensor.Values.Rows / tensor.MatrixRows;
        Tiles = matrices * down * pieces;
    }

    /// <inheritdoc/>
    public long Tiles { get; }

    /// <summary>The scales as numbers.</summary>
    public float[] Scales { get; }

    /// <inheritdoc/>
    public void Add(Checkpoint from, long index, TallyBuffers buffers, BlockTally tally)
    {
        long strip = index / pieces;
        long column = index % pieces * MostColumns;
        int columns = (int)Math.Min(MostColumns, tensor.Values.Columns - column);
        long within = strip % down * side;
        int rows = (int)Math.Min(side, tensor.MatrixRows - within);
        Span<byte> bytes = buffers.Codes(rows * columns);
        codes.Read(from.FileOf(tensor.Codes), new((strip / down * tensor.MatrixRows) + within, rows, column, columns), bytes);
        tally.Elements += CodeCounter.Count(bytes, 8, elements, buffers.Folded(bytes.Length));
        CodeCounter.ToMagnitudes(bytes, elements);

        Span<byte> columnMaxima = bytes[..columns];
        for (int row = 1; row < rows; row++)
        {
            TensorPrimitives.Max(columnMaxima, bytes.Slice(row * columns, columns), columnMaxima);
        }

        int tiles = (columns + side - 1) / side;
        Span<byte> largest = buffers.Folded(tiles);
        Span<byte> scaleCodes = buffers.Scales(tiles);
        for (int i = 0; i < tiles; i++)
        {
            largest[i] = TensorPrimitives.Max(columnMaxima[(i * side)..Math.Min((i + 1) * side, columns)]);
            scaleCodes[i] = CodeOf(Scales[(strip * across) + (column / side) + i]);
        }

        tally.AddBlocks(scaleCodes, largest, ScaleClasses.E8M0);
    }

    /// <summary>The E8M0 code of a scale; of one that is no power of two, that of the power below it.</summary>
    private static byte CodeOf(float scale)
    {
        uint bits = BitConverter.SingleToUInt32Bits(scale);
        return !float.IsFinite(scale) || scale < 0 ? (byte)ScaleFormat.E8M0NaN : (byte)(bits >> 23);
    }
}
