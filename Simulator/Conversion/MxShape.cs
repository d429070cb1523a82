using System.Globalization;
using Mxact.Simulator.Packing;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// The shape of a matrix in blocks, and the sizes that follow from it. Sizes are checked before anything is allocated or written.
/// </summary>
internal readonly record struct MxShape
{
    /// <summary>A shape.</summary>
    /// <exception cref="ArgumentException">A size is negative, the elements are too wide, or the matrix is larger than an array can
    /// be.</exception>
    public MxShape(BlockFormat format, int rows, int columns, BlockAxis axis)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (!Enum.IsDefined(axis))
        {
            throw new ArgumentOutOfRangeException(nameof(axis), axis, "no such axis");
        }

        if (format.Element.Bits > 8)
        {
            throw new ArgumentException($"{format.Element} has {format.Element.Bits} bits; a tensor holds elements of at most 8",
                nameof(format));
        }

        if (format == MxFormats.Nvfp4Tile)
        {
            throw new ArgumentException($"{format} is a tile of rows, which no run along an axis is; a block of it is converted by itself",
                nameof(format));
        }

        if ((long)rows * columns > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(columns), columns,
                string.Create(CultureInfo.InvariantCulture,
                $"{rows} x {columns} elements are more than the {Array.MaxLength} that one array holds"));
        }

        Format = format;
        Rows = rows;
        Columns = columns;
        Axis = axis;
    }

    /// <summary>The block format.</summary>
    public BlockFormat Format { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>The axis that the blocks run along.</summary>
    public BlockAxis Axis { get; }

    /// <summary>Elements of the matrix.</summary>
    public int Elements => Rows * Columns;

    /// <summary>Rows of the matrix of scales.</summary>
    public int ScaleRows => Axis == BlockAxis.AlongRows ? Rows : Blocks(Rows);

    /// <summary>Columns of the matrix of scales.</summary>
    public int ScaleColumns => Axis == BlockAxis.AlongRows ? Blocks(Columns) : Columns;

    /// <summary>Scales of the matrix.</summary>
    public int Scales => ScaleRows * ScaleColumns;

    /// <summary>Bytes of a row's codes without gaps.</summary>
    public int PackedRowBytes => (int)CodePacker.PackedBytes(Columns, Format.Element.Bits);

    /// <summary>Bytes of the codes and of the scales in their layouts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such layout, or tiles of more bytes than an array holds.</exception>
    public (long Codes, int Scales) PackedBytes(CodeLayout codeLayout, ScaleLayout scaleLayout)
    {
        Arguments.Known(codeLayout);
        Arguments.Known(scaleLayout);
        long scales = ScaleTiles.Of(scaleLayout)?.PaddedBytes(ScaleRows, ScaleColumns) ?? Scales;
        return scales <= Array.MaxLength ? (codeLayout == CodeLayout.Packed ? (long)Rows * PackedRowBytes : Elements, (int)scales)
            : throw new ArgumentOutOfRangeException(nameof(scaleLayout), scaleLayout,
                $"{ScaleRows} x {ScaleColumns} scales fill {scales} bytes in tiles, more than the {Array.MaxLength} of one array");
    }

    /// <summary>Refuses a last block that is not full where the policy does.</summary>
    /// <exception cref="ArgumentException">One is not full.</exception>
    public void RequireWholeBlocks(ConversionPolicy policy) => RequireWholeBlocks(Format, policy, Axis, Rows, Columns);

    /// <summary>The same of sizes alone.</summary>
    public static void RequireWholeBlocks(BlockFormat format, ConversionPolicy policy, BlockAxis axis, int rows, int columns)
    {
        bool alongRows = axis == BlockAxis.AlongRows;
        int length = alongRows ? columns : rows;
        if (policy.PartialBlock == PartialBlock.Error && length % format.BlockSize != 0)
        {
            string said = $"{length} elements do not fill blocks of {format.BlockSize} (partial-block=error)";
            throw new ArgumentException(said, alongRows ? nameof(columns) : nameof(rows));
        }
    }

    /// <summary>The shape with rows for columns.</summary>
    public MxShape Transpose() => new(Format, Columns, Rows, Axis == BlockAxis.AlongRows ? BlockAxis.AlongColumns : BlockAxis.AlongRows);

    /// <summary>Refuses another number of elements.</summary>
    public void RequireElements(int given, string name)
    {
        if (given != Elements)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"a {Rows} x {Columns} matrix has {Elements} elements, {given} are given"), name);
        }
    }

    /// <summary>Refuses another number of scales.</summary>
    public void RequireScales(int given, string name)
    {
        if (given != Scales)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{this} has {ScaleRows} x {ScaleColumns} = {Scales} scales, {given} are given"), name);
        }
    }

    /// <summary>Refuses a tensor scale where there is none, and one that is not positive and finite.</summary>
    public void RequireTensorScale(float tensorScale)
    {
        if (!(tensorScale > 0) || !float.IsFinite(tensorScale))
        {
            throw new ArgumentOutOfRangeException(nameof(tensorScale), tensorScale, "a tensor scale is positive and finite");
        }

        if (tensorScale != 1 && Format.Scale.Element is null)
        {
            throw new ArgumentException($"{Format} has no tensor scale; it is NVFP4's alone", nameof(tensorScale));
        }
    }

    /// <inheritdoc/>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture,
            $"{Format} {Rows} x {Columns}, blocks of {Format.BlockSize} along {(Axis == BlockAxis.AlongRows ? "rows" : "columns")}");

    private int Blocks(int length) => (int)(((long)length + Format.BlockSize - 1) / Format.BlockSize);
}
