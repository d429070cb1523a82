using System.Runtime.InteropServices;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Product;
using Mxact.Simulator.Reference;

namespace Mxact;

/// <content>Matrix products (MX 6.1, 6.2).</content>
public sealed partial class MxTensor
{
    /// <summary>
    /// A B^T + C, A being this tensor with blocks along its rows and B the other one the same way: exactly, with one rounding, or bit for
    /// bit as a matrix unit computes it. Where a row is not whole blocks or steps the rest counts as zeros, as a kernel pads a tile.
    /// </summary>
    /// <param name="other">B, of as many columns; its rows become the columns of the result.</param>
    /// <param name="unit">How to accumulate; the exact sum with one rounding, ties to even, unless said.</param>
    /// <param name="addend">C, rows x other.Rows, row-major; zeros when empty. Its values have to be numbers of the output's
    /// format.</param>
    /// <param name="output">Format of C and the result: binary32 unless said, or another that the unit has.</param>
    /// <param name="on">What computes; <see cref="Execution.Default"/> unless said.</param>
    /// <param name="cancel">Stops the work between parts of it.</param>
    /// <returns>rows x other.Rows values, row-major, as binary32 numbers.</returns>
    /// <remarks>
    /// Tensor scales: the exact sum takes them in before its one rounding. A unit does not know them; its results are multiplied once, in
    /// binary32, by the rounded product of both, as kernels do after it, and an addend beside tensor scales is refused.
    /// </remarks>
    /// <exception cref="ArgumentException">Shapes, axes, formats or scales do not fit each other or the unit; one line says
    /// which.</exception>
    /// <exception cref="NotSupportedException">This machine lacks the backend.</exception>
    public float[] MultiplyTransposed(
        MxTensor other,
        MatrixUnit? unit = null,
        ReadOnlySpan<float> addend = default,
        ElementFormat? output = null,
        Execution? on = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireFit(other);
        if (!addend.IsEmpty)
        {
            RequireResult(other, addend.Length, nameof(addend));
        }

        RequireUnit(other, unit, output, on);
        RequireAddend(other, addend, unit, output, nameof(addend));
        float[] result = new float[ResultLength(other)];
        addend.CopyTo(result);

        MultiplyInto(other, result, unit, output, on, cancel);
        return result;
    }

    /// <summary>
    /// <see cref="MultiplyTransposed"/> in place: C goes in, A B^T + C comes out. Allocates no memory of the operands' size.
    /// </summary>
    /// <param name="other">B.</param>
    /// <param name="result">C and then the result, rows x other.Rows values, row-major.</param>
    /// <param name="unit">How to accumulate.</param>
    /// <param name="output">Format of C and the result.</param>
    /// <param name="on">What computes.</param>
    /// <param name="cancel">Stops the work between parts of it; what was written by then stays.</param>
    /// <exception cref="ArgumentException">As of <see cref="MultiplyTransposed"/>; nothing is written then.</exception>
    public void MultiplyInto(
        MxTensor other,
        Span<float> result,
        MatrixUnit? unit = null,
        ElementFormat? output = null,
        Execution? on = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireFit(other);
        RequireResult(other, result.Length, nameof(result));
        MatrixUnit model = unit ?? ExactUnit(Format);
        ElementFormat format = output ?? ElementFormats.Binary32;
        bool scaled = TensorScale != 1 || other.TensorScale != 1;
        RequireUnit(other, unit, output, on);
        RequireAddend(other, result, unit, output, nameof(result));
        Span<uint> c = MemoryMarshal.Cast<float, uint>(result);
        ResultCodes.Narrow(c, format);
        ProductOptions options = new() { Execution = on ?? Execution.Default, Cancel = cancel };
        try
        {
            ModelProduct.Multiply(model, Operand(), other.Operand(), c, Rows, other.Rows, Columns, format, options, unit is null
                ? ExactScale(other) : Dyadic.PowerOfTwo(0));
        }
        finally
        {
            ResultCodes.Widen(c, format);
        }

        if (scaled && unit is not null)
        {
            ResultCodes.Scale(c, TensorScale, other.TensorScale);
        }
    }

    private static MatrixUnit ExactUnit(BlockFormat format) => format.Scale == ScaleFormat.E8M0 && format.BlockSize == MxFormats.BlockSize
        ? MatrixUnits.Parse("exact")
        : MatrixUnits.Parse($"exact:{format.Scale}/{format.BlockSize}");

    private MatrixOperand Operand() => new(Format.Element, codes, Format.Scale, Format.BlockSize, scales);

    private Dyadic ExactScale(MxTensor other) => Decode(TensorScale) * Decode(other.TensorScale);

    private static Dyadic Decode(float scale) => Binary32.Decode(BitConverter.SingleToUInt32Bits(scale)).Finite;

    private int ResultLength(MxTensor other)
    {
        long length = (long)Rows * other.Rows;
        return length <= Array.MaxLength ? (int)length
            : throw new ArgumentException($"{Rows} x {other.Rows} results are more than the {Array.MaxLength} that one array holds",
            nameof(other));
    }

    /// <summary>That the unit takes both operands with their scales, and has the output.</summary>
    private void RequireUnit(MxTensor other, MatrixUnit? unit, ElementFormat? output, Execution? on)
    {
        MatrixUnit model = unit ?? ExactUnit(Format);
        DotValidation.RequireWhole(model, nameof(unit));
        DotValidation.RequireFormats(model, Format.Element, other.Format.Element, nameof(unit), nameof(other));
        DotValidation.RequireOutput(model, output ?? ElementFormats.Binary32, output is null ? nameof(unit) : nameof(output));
        ModelProduct.RequireScale(model, "A", Operand(), nameof(unit));
        ModelProduct.RequireScale(model, "B", other.Operand(), nameof(other));
        Backends.Require((on ?? Execution.Default).Backend);
    }

    private void RequireAddend(MxTensor other, ReadOnlySpan<float> addend, MatrixUnit? unit, ElementFormat? output, string name)
    {
        if (unit is not null && (TensorScale != 1 || other.TensorScale != 1) && addend.ContainsAnyExcept(0f))
        {
            throw new ArgumentException("a unit's addend joins before the tensor scales apply; add it to the result instead", name);
        }

        ResultCodes.Require(MemoryMarshal.Cast<float, uint>(addend), output ?? ElementFormats.Binary32, name);
    }

    private void RequireFit(MxTensor other)
    {
        if (Axis != BlockAxis.AlongRows || other.Axis != BlockAxis.AlongRows)
        {
            throw new ArgumentException($"A B^T reduces along rows: {this}, and {other}; transpose, or quantise along the other axis",
                nameof(other));
        }

        if (Columns != other.Columns)
        {
            throw new ArgumentException($"rows of {Columns} and of {other.Columns} elements have no product", nameof(other));
        }
    }

    private void RequireResult(MxTensor other, int given, string name)
    {
        int needed = ResultLength(other);
        if (given != needed)
        {
            throw new ArgumentException($"the product is {Rows} x {other.Rows} = {needed} values, {given} are given", name);
        }
    }
}
