using System.Runtime.Intrinsics;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// C = A B^T + C as a matrix unit computes it, bit for bit: every element of C is a chain of the unit's steps over k from left
/// to right. Where K is not whole steps the rest is zeros, as a kernel pads a tile on hardware.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Rows, columns and K at most: padded to whole panels and steps they are still the length of an array.</summary>
    public const int MaxSize = 0x7FFF_0000;

    /// <summary>Computes C = A B^T + C in place.</summary>
    /// <param name="unit">The matrix unit.</param>
    /// <param name="a">M x K.</param>
    /// <param name="b">N x K.</param>
    /// <param name="c">M x N accumulator codes: binary32, or binary16 in the low half where the unit's output is binary16.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="n">Rows of B.</param>
    /// <param name="k">Elements of a row.</param>
    /// <param name="options">How to run.</param>
    /// <exception cref="ArgumentException">A length does not fit the sizes, or the unit does not take the operands.</exception>
    /// <exception cref="NotSupportedException">The backend that is asked for is not there.</exception>
    public static void Multiply(
        StepUnit unit,
        MatrixOperand a,
        MatrixOperand b,
        Span<uint> c,
        int m,
        int n,
        int k,
        ProductOptions? options = null)
    {
        options ??= new();
        Backends.Require(options.Execution.Backend);
        Check(unit, a, m, k, nameof(a));
        Check(unit, b, n, k, nameof(b));
        if (c.Length != (long)m * n)
        {
            throw new ArgumentException($"C has {c.Length} codes, not M x N = {m} x {n}", nameof(c));
        }

        if (c.IsEmpty || k == 0)
        {
            return;
        }

        fixed (byte* codesA = a.Codes, scalesA = a.Scales, codesB = b.Codes, scalesB = b.Scales)
        fixed (uint* pinnedC = c)
        {
            CodeRows rowsOfA = new(a, codesA, scalesA, k);
            CodeRows rowsOfB = new(b, codesB, scalesB, k);
            if (Backends.IsDevice(options.Execution.Backend))
            {
                ProductDevice.Provider.Multiply(unit, rowsOfA, rowsOfB, pinnedC, m, n, k, options);
                return;
            }

            ScalarProduct exact = new(unit, rowsOfA, rowsOfB, m, n, k);
            switch (options.Execution.Backend)
            {
                case Backend.Vector512:
                    Run<GemmLanes512, Vector512<float>, Vector512<int>>(unit, a, b, rowsOfA, rowsOfB, exact, pinnedC, m, n, k, options);
                    break;
                case Backend.Vector256:
                    Run<GemmLanes256, Vector256<float>, Vector256<int>>(unit, a, b, rowsOfA, rowsOfB, exact, pinnedC, m, n, k, options);
                    break;
                case Backend.Vector128:
                    Run<GemmLanes128, Vector128<float>, Vector128<int>>(unit, a, b, rowsOfA, rowsOfB, exact, pinnedC, m, n, k, options);
                    break;
                default:
                    exact.Run(pinnedC, options);
                    break;
            }
        }
    }

    /// <summary>That an operand has its codes and scales.</summary>
    /// <exception cref="ArgumentException">It has more or fewer, or no array could hold a padded row or column.</exception>
    public static void Check(MatrixOperand operand, int rows, int k, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows, name);
        ArgumentOutOfRangeException.ThrowIfNegative(k, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxSize, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, MaxSize, name);
        if (operand.Codes.Length != (long)rows * k * operand.CodeBytes)
        {
            throw new ArgumentException($"{operand.Codes.Length / operand.CodeBytes} codes, not {rows} x {k}", name);
        }

        if (operand.Scales.Length != (long)rows * operand.BlocksInRow(k))
        {
            throw new ArgumentException($"{operand.Scales.Length} scales, not {rows} x {operand.BlocksInRow(k)}", name);
        }
    }

    private static void Check(StepUnit unit, MatrixOperand operand, int rows, int k, string name)
    {
        Check(operand, rows, k, name);
        if (unit.Kind == StepKind.Grouped)
        {
            if (operand.Format != ElementFormat.Of<E2M1>())
            {
                throw new ArgumentException($"{unit.Name} takes e2m1, not {operand.Format}", name);
            }

            if (operand.Scale is not null && operand.BlockSize % StepUnit.GroupSize != 0)
            {
                throw new ArgumentException($"{unit.Name} takes blocks of whole groups of {StepUnit.GroupSize}, not of {operand.BlockSize}",
                    name);
            }
        }
        else if (operand.Scale is { Element: not null } || operand.Format.MantissaBits > 10)
        {
            throw new ArgumentException($"{unit.Name} does not take {operand.Format} under {operand.Scale}", name);
        }
    }

    private static void Run<TLanes, TF, TI>(
        StepUnit unit,
        MatrixOperand a,
        MatrixOperand b,
        CodeRows rowsOfA,
        CodeRows rowsOfB,
        ScalarProduct exact,
        uint* c,
        int m,
        int n,
        int k,
        ProductOptions options)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        using IPanelProduct? product = PanelProducts.Choose<TLanes, TF, TI>(unit, a, b, rowsOfA, rowsOfB, exact, m, n, k, options);
        if (product is null)
        {
            exact.Run(c, options);
        }
        else
        {
            VectorProduct.Run<TLanes, TF, TI>(product, exact, c, m, n, options);
        }
    }
}
