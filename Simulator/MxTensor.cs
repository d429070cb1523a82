using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Errors;

namespace Mxact;

/// <summary>
/// A matrix in a block format: element codes, block scales, and for NVFP4 the tensor's own scale (MX 5.1). Immutable; elements have at most
/// 8 bits. Everything runs on the fast kernels, or on whatever an <see cref="Execution"/> says, with the reference's bits.
/// </summary>
public sealed partial class MxTensor : IEquatable<MxTensor>
{
    private readonly byte[] codes;
    private readonly byte[] scales;

    private MxTensor(MxShape shape, ConversionPolicy policy, float tensorScale, byte[] codes, byte[] scales)
    {
        Shape = shape;
        Policy = policy;
        TensorScale = tensorScale;
        this.codes = codes;
        this.scales = scales;
    }

    /// <summary>The block format.</summary>
    public BlockFormat Format => Shape.Format;

    /// <summary>Rows of the matrix.</summary>
    public int Rows => Shape.Rows;

    /// <summary>Columns of the matrix.</summary>
    public int Columns => Shape.Columns;

    /// <summary>The axis that the blocks run along: the one a product reduces.</summary>
    public BlockAxis Axis => Shape.Axis;

    /// <summary>The choices that made it, or that its reader is told of: <see cref="ConversionPolicy.Ocp"/> unless said.</summary>
    public ConversionPolicy Policy { get; }

    /// <summary>NVFP4's second level: values are X P times this. 1 in every other format.</summary>
    public float TensorScale { get; }

    /// <summary>Element codes, one a byte, row-major: [<see cref="Rows"/>, <see cref="Columns"/>] whichever way the blocks run.</summary>
    public ReadOnlySpan<byte> Codes => codes;

    /// <summary>
    /// Scale codes, row-major: [<see cref="Rows"/>, ceil(<see cref="Columns"/> / k)] where blocks run along rows,
    /// [ceil(<see cref="Rows"/> / k), <see cref="Columns"/>] where they run along columns, k being the format's block size.
    /// </summary>
    public ReadOnlySpan<byte> Scales => scales;

    private MxShape Shape { get; }

    /// <summary>Takes codes and scales from elsewhere, and copies them.</summary>
    /// <param name="format">The block format.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="codes">rows * columns codes, as <see cref="Codes"/> has them.</param>
    /// <param name="scales">Scale codes, as <see cref="Scales"/> has them.</param>
    /// <param name="axis">The axis that the blocks run along.</param>
    /// <param name="tensorScale">NVFP4's second level; 1 in every other format.</param>
    /// <param name="policy">The choices that made them, where known: <see cref="ErrorAgainst"/> asks them what saturates.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a code has bits beyond its format's.</exception>
    public static MxTensor FromCodes(
        BlockFormat format,
        int rows,
        int columns,
        ReadOnlySpan<byte> codes,
        ReadOnlySpan<byte> scales,
        BlockAxis axis = BlockAxis.AlongRows,
        float tensorScale = 1,
        ConversionPolicy? policy = null)
    {
        MxShape shape = new(format, rows, columns, axis);
        shape.RequireElements(codes.Length, nameof(codes));
        shape.RequireScales(scales.Length, nameof(scales));
        shape.RequireTensorScale(tensorScale);
        if (codes.ContainsAnyExceptInRange((byte)0, (byte)format.Element.CodeMask))
        {
            int at = codes.IndexOfAnyExceptInRange((byte)0, (byte)format.Element.CodeMask);
            throw new ArgumentException($"code {codes[at]:x2} at {at} has more than the {format.Element.Bits} bits of {format.Element}",
                nameof(codes));
        }

        return new(shape, policy ?? ConversionPolicy.Ocp, tensorScale, codes.ToArray(), scales.ToArray());
    }

    /// <summary>The values X P, times the tensor scale, in binary32, row-major (MX 5.1).</summary>
    /// <param name="on">What computes; <see cref="Execution.Default"/> unless said.</param>
    public float[] Dequantize(Execution? on = null)
    {
        Backends.Require((on ?? Execution.Default).Backend);
        float[] values = GC.AllocateUninitializedArray<float>(codes.Length);
        DequantizeInto(values, on);
        return values;
    }

    /// <summary><see cref="Dequantize"/> into memory of the caller's.</summary>
    /// <param name="values">rows * columns values.</param>
    /// <param name="on">What computes; <see cref="Execution.Default"/> unless said.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public void DequantizeInto(Span<float> values, Execution? on = null)
    {
        Shape.RequireElements(values.Length, nameof(values));
        Converters.Get(Shape, ConversionPolicy.Ocp, TensorScale, on).Dequantize(scales, codes, Rows, Columns, MemoryMarshal.Cast<float,
            uint>(values));
    }

    /// <summary>What quantising lost of the values it was made from.</summary>
    /// <param name="values">rows * columns values, row-major.</param>
    /// <param name="on">What computes; <see cref="Execution.Default"/> unless said.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public QuantizationError ErrorAgainst(ReadOnlySpan<float> values, Execution? on = null)
    {
        Shape.RequireElements(values.Length, nameof(values));
        return ErrorSums.Add(values, Dequantize(on), codes, new LargestCodes(Format.Element, Policy));
    }

    /// <summary>The transposed matrix: codes and scales move and the axis flips, and nothing is quantised again.</summary>
    public MxTensor Transpose()
    {
        MxShape shape = Shape.Transpose();
        byte[] movedCodes = new byte[codes.Length];
        byte[] movedScales = new byte[scales.Length];
        Transposition.Move(codes, Rows, Columns, movedCodes);
        Transposition.Move(scales, Shape.ScaleRows, Shape.ScaleColumns, movedScales);
        return new(shape, Policy, TensorScale, movedCodes, movedScales);
    }

    /// <summary>The same format, shape, axis, tensor scale, codes and scales; the policy that made them is not compared.</summary>
    public bool Equals(MxTensor? other)
        => other is not null && Shape == other.Shape && TensorScale == other.TensorScale && codes.AsSpan().SequenceEqual(other.codes)
            && scales.AsSpan().SequenceEqual(other.scales);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MxTensor);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Shape);
        hash.AddBytes(scales);
        return hash.ToHashCode();
    }

    /// <summary>Whether both hold the same codes and scales in the same shape.</summary>
    public static bool operator ==(MxTensor? left, MxTensor? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(MxTensor? left, MxTensor? right) => !(left == right);

    /// <inheritdoc/>
    public override string ToString() => Shape.ToString();
}
