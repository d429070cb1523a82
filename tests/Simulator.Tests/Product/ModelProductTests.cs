using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Product;

namespace Mxact.Simulator.Tests.Product;

/// <summary>The public matrix product under every row of the table: equal to that many exact dot products.</summary>
public sealed class ModelProductTests
{
    /// <summary>Models that are no rows but have a vector path: a row's own numbers under scales, and promotions of units.</summary>
    private static readonly string[] Others =
    [
        "t-fdpa:L=32,F=13,rho=rz-e8m13,ezero=-133,scale=e8m0/32", "t-fdpa:L=32,F=25,rho=rz-fp32,ezero=-133,scale=e8m0/32",
            "promote:128:t-fdpa:L=32,F=13,rho=rz-e8m13,ezero=-133,scale=e8m0/32",
        "promote:64:hopper-wgmma-fp8", "promote:128:hopper-wgmma-fp8", "promote:32:blackwell-mxf8f6f4", "promote:20:ada-fp8",
            "promote:64:blackwell-nvfp4", "promote:16:hopper-bf16",
    ];

    public static TheoryData<string> Models()
        => [.. MatrixUnits.All.Select(m => m.Name), .. Others.Where(name => MatrixUnits.Find(name) is not null)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Equals_the_exact_dot_products(string name)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        Random random = new(11);
        ElementFormat[] formats = model.Elements.IsEmpty ? [ElementFormat.Of<E4M3>(), ElementFormats.BFloat16] : [.. model.Elements];
        foreach (ModelOutput output in model.Outputs.Where(o => o.Format == ElementFormats.Binary32 || o.Format == ElementFormats.Binary16))
        {
            foreach (ElementFormat format in formats.Where(f => model.Scale is null || f.Bits <= 8))
            {
                foreach (OperandShape shape in Enum.GetValues<OperandShape>())
                {
                    Compare(random, model, output, format, shape);
                }
            }
        }
    }

    /// <summary>Which rows of the table have a vector path: those of matrix units, and none of the others by accident.</summary>
    [Fact]
    public void Matrix_units_have_the_vector_path()
    {
        foreach (MatrixUnit model in MatrixUnits.All)
        {
            bool expected = model.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled
                or AccumulationFamily.GroupedBlockScaled or AccumulationFamily.Cdna3 or AccumulationFamily.Cdna3Fp8;
            Assert.Equal(expected, ModelProduct.Unit(model, model.Outputs[0]) is not null);
        }

        Assert.All(Others, name => Assert.True(ModelProduct.IsAccelerated(MatrixUnits.Parse(name)), name));

        // Numbers of no row, or a scale that no test covers, stay on the exact path.
        Assert.False(ModelProduct.IsAccelerated(MatrixUnits.Parse("t-fdpa:L=32,F=14,rho=rz-e8m13,ezero=-133")));
        Assert.False(ModelProduct.IsAccelerated(MatrixUnits.Parse("t-fdpa:L=32,F=25,rho=rz-fp32,ezero=-133,scale=e8m0/16")));
    }

    [Fact]
    public void What_a_model_does_not_take_is_one_line()
    {
        MatrixUnit model = MatrixUnits.Parse("blackwell-mxf8f6f4");
        uint[] c = new uint[4];
        Assert.Contains("takes scales e8m0/32, and A has none",
            Refusal(() => ModelProduct.Multiply(model, new(ElementFormat.Of<E4M3>(), new byte[64]),
            new(ElementFormat.Of<E4M3>(), new byte[64]), c, 2, 2, 32)), StringComparison.Ordinal);
        Assert.Contains("64 codes, not 2 x 33",
            Refusal(() => ModelProduct.Multiply(MatrixUnits.Parse("hopper-wgmma-fp8"), new(ElementFormat.Of<E4M3>(), new byte[64]),
            new(ElementFormat.Of<E4M3>(), new byte[64]), c, 2, 2, 33)), StringComparison.Ordinal);
        Assert.Contains("does not take bf16",
            Refusal(() => ModelProduct.Multiply(model, new(ElementFormats.BFloat16, new ushort[64]),
            new(ElementFormats.BFloat16, new ushort[64]), c, 2, 2, 32)), StringComparison.Ordinal);
        Assert.Contains("C has 4 codes, not M x N = 2 x 3",
            Refusal(() => ModelProduct.Multiply(MatrixUnits.Parse("hopper-wgmma-fp8"), new(ElementFormat.Of<E4M3>(), new byte[64]),
            new(ElementFormat.Of<E4M3>(), new byte[96]), c, 2, 3, 32)), StringComparison.Ordinal);
    }

    private static string Refusal(Action act)
    {
        string message = Assert.ThrowsAny<ArgumentException>(act).Message;
        return message;
    }

    private static void Compare(Random random, MatrixUnit model, ModelOutput output, ElementFormat format, OperandShape shape)
    {
        int block = model.Scale?.BlockSize ?? 1;
        int m = random.Next(1, 4);
        int n = random.Next(1, 20);
        int k = block * random.Next(1, Math.Max(2, 130 / block));
        OperandData a = OperandGenerator.Make(random, shape, format, model.Scale?.Format, model.Scale?.BlockSize ?? 0, m, k);
        OperandData b = OperandGenerator.Make(random, shape, format, model.Scale?.Format, model.Scale?.BlockSize ?? 0, n, k);
        uint[] c = [.. Enumerable.Range(0, m * n).Select(_ => output.Format == ElementFormats.Binary16 ? (uint)random.Next(1 << 16)
            : (uint)random.NextInt64(1L << 32) & (random.Next(2) == 0 ? 0xFFFF_FFFF : 0xBFFF_FFFF))];
        uint[] d = [.. c];
        ModelProduct.Multiply(model, a.Operand, b.Operand, d, m, n, k, output.Format);
        int blocks = k / block;
        for (int i = 0; i < c.Length; i++)
        {
            int row = i / n;
            int column = i % n;
            ReadOnlySpan<byte> scalesA = a.Scales is null ? [] : a.Scales.AsSpan(row * blocks, a.Scales.Length == 0 ? 0 : blocks);
            ReadOnlySpan<byte> scalesB = b.Scales is null ? [] : b.Scales.AsSpan(column * blocks, b.Scales.Length == 0 ? 0 : blocks);
            uint exact = DotProduct.Compute(model, format, a.Codes.AsSpan(row * k, k), format, b.Codes.AsSpan(column * k, k), scalesA,
                scalesB, c[i], output.Format);
            Assert.True(exact == d[i],
                $"{model} {format} -> {output.Format} {shape} {m}x{n}x{k} at {row},{column}: {d[i]:x8}, the exact dot product is "
                + $"{exact:x8}");
        }
    }

}
