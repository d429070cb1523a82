using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Product;

/// <summary>
/// C = A B^T + C as a matrix unit computes it, bit for bit: every element of C is the dot product of a row of A, a row of B and its
/// old value (MX 6.2 with the unit's own precision and order). The models of matrix units run on vector instructions or a GPU with
/// identical bits; the others are computed one exact dot product at a time.
/// </summary>
internal static class ModelProduct
{
    /// <summary>
    /// Computes C = A B^T + C in place. Where K is not whole steps or blocks the rest is zeros, as a kernel pads a tile on hardware.
    /// </summary>
    /// <param name="model">How the unit accumulates: a row of <see cref="MatrixUnits"/>.</param>
    /// <param name="a">M x K codes, row-major, with ceil(K / block) scales a row where the model has scales.</param>
    /// <param name="b">N x K codes, the same way.</param>
    /// <param name="c">M x N accumulator codes, row-major: binary32, or binary16 in the low half.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="n">Rows of B.</param>
    /// <param name="k">Elements of a row.</param>
    /// <param name="output">Format of C; binary32 when null.</param>
    /// <param name="options">Threads, instructions or a device; no choice there changes a bit.</param>
    /// <param name="factor">For the exact model: what multiplies the sum before it is rounded, such as tensor scales; 1 when null.</param>
    /// <exception cref="ArgumentException">Formats, scales or lengths that the model does not take; one line says which.</exception>
    /// <exception cref="NotSupportedException">The options ask for a backend that is not there.</exception>
    public static void Multiply(
        MatrixUnit model,
        MatrixOperand a,
        MatrixOperand b,
        Span<uint> c,
        int m,
        int n,
        int k,
        ElementFormat? output = null,
        ProductOptions? options = null,
        Dyadic? factor = null)
    {
        options ??= new();
        Dyadic times = factor ?? Dyadic.PowerOfTwo(0);
        DotValidation.RequireWhole(model);
        DotValidation.RequireFormats(model, a.Format, b.Format);
        ModelOutput conversion = DotValidation.RequireOutput(model, output ?? ElementFormats.Binary32);
        Backends.Require(options.Execution.Backend);
        RequireScale(model, "A", a);
        RequireScale(model, "B", b);
        if (a.Scale is null != b.Scale is null)
        {
            throw new ArgumentException($"{(a.Scale is null ? "A" : "B")} has no scales and the other has: scale both or neither",
                a.Scale is null ? nameof(a) : nameof(b));
        }

        MatrixProduct.Check(a, m, k, nameof(a));
        MatrixProduct.Check(b, n, k, nameof(b));
        if (c.Length != (long)m * n)
        {
            throw new ArgumentException($"C has {c.Length} codes, not M x N = {m} x {n}", nameof(c));
        }

        bool slowly = options.Execution.Backend == Backend.Reference;
        if (ExactInterval(model) is { } interval && (times != Dyadic.PowerOfTwo(0) || (!slowly && ExactProduct.Takes(a, b, k, interval))))
        {
            ExactProduct.Multiply(a, b, c, m, n, k, interval, conversion, times, options);
        }
        else if (slowly)
        {
            OneByOne(model, a, b, c, n, k, conversion, options.Cancel);
        }
        else if (Unit(model, conversion) is { } unit)
        {
            MatrixProduct.Multiply(unit, a, b, c, m, n, k, options);
        }
        else if (PromotedUnit(model, conversion) is { } inner)
        {
            PromotedProduct.Multiply(inner, model.L, conversion.NaN, a, b, c, m, n, k, options);
        }
        else if (k <= ChainProduct.MostK && ChainProduct.Takes(model, conversion))
        {
            ChainProduct.Multiply(model, a, b, c, m, n, k, conversion, options);
        }
        else
        {
            OneByOne(model, a, b, c, n, k, conversion, options.Cancel);
        }
    }

    /// <summary>
    /// Whether vector and device kernels compute a model's products; the others are computed one exact dot product at a time.
    /// </summary>
    /// <param name="model">How the unit accumulates.</param>
    /// <param name="output">Format of C; binary32 when null.</param>
    /// <param name="backend">What is to compute them: no device sums in chains. Any processor's when null.</param>
    /// <exception cref="ArgumentException">The model has no such output.</exception>
    public static bool IsAccelerated(MatrixUnit model, ElementFormat? output = null, Backend? backend = null)
    {
        ModelOutput conversion = DotValidation.RequireOutput(model, output ?? ElementFormats.Binary32);
        return (Unit(model, conversion) ?? PromotedUnit(model, conversion)) is not null
            || (ChainProduct.Takes(model, conversion) && !(backend is { } asked && Backends.IsDevice(asked)));
    }

    /// <summary>
    /// The parameters of the vector path of units that align, or null where a model has none: software algorithms, AMD CDNA1 and CDNA2,
    /// RDNA, Arm, RISC-V, the emulated FP8, and the chains of <see cref="ChainProduct"/>.
    /// </summary>
    internal static StepUnit? Unit(MatrixUnit model, ModelOutput output)
    {
        StepKind? kind = model.Family switch
        {
            AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled => StepKind.Fused,
            AccumulationFamily.GroupedBlockScaled when model.G == StepUnit.GroupSize => StepKind.Grouped,
            AccumulationFamily.Cdna3 when model.F2 == StepUnit.Cdna3SumFractionBits => StepKind.Cdna3,
            AccumulationFamily.Cdna3Fp8 when model.F2 == StepUnit.Cdna3SumFractionBits => StepKind.Cdna3Fp8,
            _ => null,
        };
        bool isCdna3 = kind is StepKind.Cdna3 or StepKind.Cdna3Fp8;
        StepOutput? rho =
            isCdna3 ? (output.Conversion == OutputConversion.RneFp32 ? StepOutput.Binary32NearestEven : null)
            : output.Conversion == OutputConversion.RzFp32 ? StepOutput.Binary32TowardZero
            : output.Conversion == OutputConversion.RzE8M13 ? StepOutput.E8M13TowardZero
            : output.Conversion == OutputConversion.RneFp16 ? StepOutput.Binary16NearestEven
            : null;

        return kind is null || rho is null || !IsProven(model, output) ? null
            : new(model.Name, kind.Value, model.L, model.F, output.EZero, rho.Value);
    }

    /// <summary>The unit that a promotion every N products restarts, where its sums are binary32 and N does not cut a block.</summary>
    private static StepUnit? PromotedUnit(MatrixUnit model, ModelOutput output)
        => model is { Family: AccumulationFamily.PeriodicPromotion, Inner: { } inner } && output.Format == ElementFormats.Binary32
            && (model.Scale is null || model.L % model.Scale.BlockSize == 0)
            && inner.Output(ElementFormats.Binary32) is { } innerOutput
                ? Unit(inner, innerOutput)
                : null;

    /// <summary>
    /// Whether the vector paths are proven for a model: a row of the table, or a T-FDPA of a row's own numbers under MX scales or none.
    /// Other models of a user's own parameters stay on the exact path.
    /// </summary>
    private static bool IsProven(MatrixUnit model, ModelOutput output)
        => MatrixUnits.All.Contains(model)
            || (model.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled
                && (model.Scale is null || model.Scale == new BlockScale(ScaleFormat.E8M0, MxFormats.BlockSize))
                && MatrixUnits.All.Any(row => row.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled
                    && row.L == model.L && row.F == model.F && row.Outputs.Contains(output)));

    /// <summary>Refuses an operand with other scales than the model's.</summary>
    /// <exception cref="ArgumentException">Of the parameter <paramref name="parameter"/>, where a caller of the library gave
    /// it.</exception>
    internal static void RequireScale(MatrixUnit model, string name, MatrixOperand operand, string? parameter = null)
    {
        BlockScale? given = operand.Scale is null ? null : new(operand.Scale, operand.BlockSize);
        if (given != model.Scale && !(given is null && model.ScaleIsOptional))
        {
            throw new ArgumentException($"{model} takes {(model.Scale is null ? "no scales" : $"scales {model.Scale}")}, and {name} has "
                + $"{(given is null ? "none" : given.ToString())}", parameter);
        }
    }

    /// <summary>Products between two promotions of an exact sum, 0 for one sum over all of K, or null for another model.</summary>
    private static int? ExactInterval(MatrixUnit model) => model.Family switch
    {
        AccumulationFamily.Exact => 0,
        AccumulationFamily.PeriodicPromotion when model.Inner is { Family: AccumulationFamily.Exact } => model.L,
        _ => null,
    };

    private static void OneByOne(MatrixUnit model, MatrixOperand a, MatrixOperand b, Span<uint> c, int n, int k, ModelOutput output,
        CancellationToken cancel)
    {
        int block = a.Scale is null ? 1 : a.BlockSize;
        uint[] rowA = new uint[(k + block - 1) / block * block];
        uint[] rowB = new uint[rowA.Length];
        int blocks = a.BlocksInRow(k);
        for (int i = 0; i < c.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            int row = i / n;
            int column = i % n;
            Row(a, row, k, rowA);
            Row(b, column, k, rowB);
            c[i] = DotProduct.Compute(model, a.Format, rowA, b.Format, rowB, a.Scales.Slice(row * blocks, blocks),
                b.Scales.Slice(column * blocks, blocks), c[i], output.Format);
        }
    }

    private static void Row(MatrixOperand operand, int row, int k, uint[] codes)
    {
        for (int i = 0; i < k; i++)
        {
            int at = ((row * k) + i) * operand.CodeBytes;
            codes[i] = operand.CodeBytes switch
            {
                1 => operand.Codes[at],
                2 => System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(operand.Codes[at..]),
                _ => System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(operand.Codes[at..]),
            };
        }
    }
}
