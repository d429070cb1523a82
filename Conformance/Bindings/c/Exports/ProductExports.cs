using System.Runtime.InteropServices;
using Mxact.Native.Abi;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Product;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Native.Exports;

/// <summary>Matrix products as a unit computes them.</summary>
internal static unsafe class ProductExports
{
    [UnmanagedCallersOnly(EntryPoint = "mxact_multiply")]
    public static int Multiply(Abi.Product* how, void* results) => Call.Of(() =>
    {
        Abi.Product given = Given.Structure(how, "product");
        (int m, int n, int k) = (Given.Count(given.M, "m"), Given.Count(given.N, "n"), Given.Count(given.K, "k"));
        DotOperand a = DotOperand.Parse(Given.Text(given.AFormat, "a_format"));
        DotOperand b = DotOperand.Parse(Given.Text(given.BFormat, "b_format"));
        string? name = Given.TextOrNull(given.Unit);
        MatrixUnit unit = MatrixUnits.Parse(name ?? (a.Scale is { } scale ? $"exact:{scale}" : "exact"));
        ElementFormat output = Output(Given.TextOrNull(given.Output) ?? "f32");
        int count = Given.Count(m, n, "m x n");
        float aScale = TensorScale(given.ATensorScale, "a_tensor_scale"), bScale = TensorScale(given.BTensorScale, "b_tensor_scale");
        Dyadic factor = Exactly(aScale) * Exactly(bScale);
        bool isScaled = aScale != 1 || bScale != 1;
        if (isScaled && name is not null && output != ElementFormats.Binary32)
        {
            throw new ArgumentException("tensor scales multiply a unit's binary32 results: output is f32 with them");
        }

        MatrixOperand left = Operand(a, given.ACodes, given.AScales, m, k, "a");
        MatrixOperand right = Operand(b, given.BCodes, given.BScales, n, k, "b");
        ProductOptions options = new() { Execution = Given.On(given.Backend, given.Threads) };
        if (output.Bits == 16)
        {
            Span<ushort> halves = Given.Out<ushort>(results, count, "results");
            uint[] c = new uint[count];
            for (int i = 0; i < count; i++)
            {
                c[i] = halves[i];
            }

            ModelProduct.Multiply(unit, left, right, c, m, n, k, output, options, name is null ? factor : Dyadic.PowerOfTwo(0));
            for (int i = 0; i < count; i++)
            {
                halves[i] = (ushort)c[i];
            }

            return Status.Ok;
        }

        Span<uint> words = Given.Out<uint>(results, count, "results");
        if (isScaled && name is not null && words.ContainsAnyExcept(0u))
        {
            throw new ArgumentException("a unit's addend joins before the tensor scales apply; add it to the result instead");
        }

        ModelProduct.Multiply(unit, left, right, words, m, n, k, output, options, name is null ? factor : Dyadic.PowerOfTwo(0));
        if (isScaled && name is not null)
        {
            ResultCodes.Scale(words, aScale, bScale);
        }

        return Status.Ok;
    });

    private static ElementFormat Output(string name) => name switch
    {
        "f32" => ElementFormats.Binary32,
        "f16" => ElementFormats.Binary16,
        _ => throw new ArgumentException($"output is f32 or f16, not '{Question.Shown(name)}'"),
    };

    private static float TensorScale(float scale, string name)
        => scale == 0 ? 1 : float.IsFinite(scale) && scale > 0 ? scale : throw new ArgumentException($"{name} is a positive number");

    private static Dyadic Exactly(float scale) => Binary32.Decode(BitConverter.SingleToUInt32Bits(scale)).Finite;

    private static MatrixOperand Operand(DotOperand operand, void* codes, byte* scales, int rows, int k, string name)
    {
        int count = Given.Count(rows, k, $"the size of {name}");
        if (operand.Element.Bits > 8)
        {
            return operand.Scale is not null ? throw new ArgumentException($"{operand} has no block scales")
                : operand.Element.Bits == 16 ? new(operand.Element, Given.In<ushort>(codes, count, $"{name}_codes"))
                : new(operand.Element, Given.In<uint>(codes, count, $"{name}_codes"));
        }

        ReadOnlySpan<byte> elements = Given.In<byte>(codes, count, $"{name}_codes");
        if (operand.Scale is not { } scale)
        {
            return scales is null ? new(operand.Element, elements)
                : throw new ArgumentException($"{name}_scales belong to a block format, and {name}_format is {operand}");
        }

        int blocks = (int)(((long)k + scale.BlockSize - 1) / scale.BlockSize);
        return new(operand.Element, elements, scale.Format, scale.BlockSize,
            Given.In<byte>(scales, Given.Count(rows, blocks, $"{name}_scales"), $"{name}_scales"));
    }
}
