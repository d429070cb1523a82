using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Gpu;
using Mxact.Simulator.Product;
using Mxact.Simulator.Tests.Conversion;

namespace Mxact.Simulator.Tests.Product;

/// <summary>The matrix product's GPU kernel: its PTX without a device, its bits on ILGPU's processor simulation.</summary>
public sealed class GpuProductTests
{
    /// <summary>Every row of the table that a matrix unit stands behind.</summary>
    public static TheoryData<string> Models()
        => [.. MatrixUnits.All.Where(m => ModelProduct.Unit(m, m.Outputs[0]) is not null).Select(m => m.Name)];

    [Fact]
    public void Compiles_to_PTX_without_floating_point() => Ptx.HoldsNoFloatingPoint(((Delegate)ProductGpuKernels.Multiply).Method);

    /// <summary>
    /// Every output, every pair of formats, K of whole steps and not, c of every kind; every shape of data for equal formats, two
    /// shapes in turn for each other pair, so that every format meets every shape on either side.
    /// </summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Equals_the_vector_path(string name)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        Random random = new(29);
        OperandShape[] shapes = Enum.GetValues<OperandShape>();
        int turn = 0;
        foreach (ModelOutput output in model.Outputs.Where(o => ModelProduct.Unit(model, o) is not null))
        {
            foreach (ElementFormat a in model.Elements)
            {
                foreach (ElementFormat b in model.Elements)
                {
                    foreach (OperandShape shape in a == b ? shapes : [shapes[turn++ % shapes.Length], shapes[turn++ % shapes.Length]])
                    {
                        int block = model.Scale?.BlockSize ?? 0;
                        int m = random.Next(1, 4);
                        int n = random.Next(1, 9);
                        int k = random.Next(1, (2 * model.L) + 2);
                        Compare(random, model, output, OperandGenerator.Make(random, shape, a, model.Scale?.Format, block, m, k),
                            OperandGenerator.Make(random, shape, b, model.Scale?.Format, block, n, k), m, n, k, shape.ToString());
                    }

                    for (int round = a == b ? 0 : 2; round < 3; round++)
                    {
                        int k = model.L * random.Next(1, 3);
                        Compare(random, model, output,
                            OperandGenerator.Aligned(random, a, model.Scale?.Format, model.Scale?.BlockSize ?? 0, 3, k),
                            OperandGenerator.Aligned(random, b, model.Scale?.Format, model.Scale?.BlockSize ?? 0, 5, k), 3, 5, k,
                            "aligned");
                    }
                }
            }
        }
    }

    /// <summary>Block-scaled units without scales, and scales over other blocks than a row of the table has.</summary>
    [Theory]
    [InlineData(null, 0)]
    [InlineData("e8m0", 32)]
    [InlineData("e8m0", 64)]
    [InlineData("ue4m3", 16)]
    public void Scales_of_a_grouped_step(string? scale, int block)
    {
        Random random = new(31);
        ScaleFormat? format = scale is null ? null : scale == "e8m0" ? ScaleFormat.E8M0 : ScaleFormat.Ue4M3;
        foreach (OperandShape shape in Enum.GetValues<OperandShape>())
        {
            OperandData a = OperandGenerator.Make(random, shape, ElementFormat.Of<E2M1>(), format, block, 5, 150);
            OperandData b = OperandGenerator.Make(random, shape, ElementFormat.Of<E2M1>(), format, block, 7, 150);
            Compare(Units.BlackwellFp4, a, b, OperandGenerator.Accumulators(random, 35, 4), 5, 7, 150, shape.ToString());
        }
    }

    /// <summary>A K of more than one tile: C stays on the device while the next stretch of k arrives.</summary>
    [Theory]
    [InlineData("blackwell-mxf8f6f4")]
    [InlineData("blackwell-nvfp4")]
    [InlineData("cdna3-fp8")]
    public void Long_rows_are_more_than_one_tile(string name)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        Random random = new(37);
        OperandData a = OperandGenerator.Make(random, OperandShape.HeavyTails, model.Elements[0], model.Scale?.Format,
            model.Scale?.BlockSize ?? 0, 3, 2500);
        OperandData b = OperandGenerator.Make(random, OperandShape.HeavyTails, model.Elements[0], model.Scale?.Format,
            model.Scale?.BlockSize ?? 0, 6, 2500);
        Compare(random, model, model.Outputs[0], a, b, 3, 6, 2500, "long");
    }

    /// <summary>An M and an N of more than one tile.</summary>
    [Theory]
    [InlineData(8200, 3)]
    [InlineData(3, 8200)]
    public void Wide_products_are_more_than_one_tile(int m, int n)
    {
        Random random = new(41);
        OperandData a = OperandGenerator.Make(random, OperandShape.Ordinary, ElementFormat.Of<E4M3>(), null, 0, m, 33);
        OperandData b = OperandGenerator.Make(random, OperandShape.Ordinary, ElementFormat.Of<E4M3>(), null, 0, n, 33);
        Compare(Units.HopperFp8, a, b, OperandGenerator.Accumulators(random, m * n, 4), m, n, 33, "wide");
    }

    [Fact]
    public void A_device_that_is_not_there_is_one_line()
    {
        if (Backends.IsAvailable(Backend.IlgpuCuda))
        {
            Assert.Skip("this machine has a CUDA device");
        }

        byte[] codes = new byte[32];
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(
            () => ModelProduct.Multiply(MatrixUnits.Parse("hopper-wgmma-fp8"), new(ElementFormat.Of<E4M3>(), codes),
                new(ElementFormat.Of<E4M3>(), codes), new uint[1], 1, 1, 32, options: new() { Execution = new(Backend.IlgpuCuda) }));
        Assert.StartsWith("backend ilgpu-cuda is not available on this machine", refusal.Message, StringComparison.Ordinal);
    }

    private static void Compare(Random random, MatrixUnit model, ModelOutput output, OperandData a, OperandData b, int m, int n, int k,
        string what)
    {
        bool half = output.Format == ElementFormats.Binary16;
        uint[] c = [.. Enumerable.Range(0, m * n).Select(_ => random.Next(4) switch
        {
            0 => (uint)random.NextInt64(1L << 32),
            1 => 0x7F800000u ^ ((uint)random.Next(2) << 31) ^ (random.Next(3) == 0 ? 1u : 0),
            _ => OperandGenerator.AlignedAccumulator(random),
        } >> (half ? 16 : 0))];
        Compare(ModelProduct.Unit(model, output)!, a, b, c, m, n, k, $"{a.Format} x {b.Format} -> {output.Format} {what}");
    }

    private static void Compare(StepUnit unit, OperandData a, OperandData b, uint[] c, int m, int n, int k, string what)
    {
        uint[] expected = [.. c];
        uint[] got = [.. c];
        MatrixProduct.Multiply(unit, a.Operand, b.Operand, expected, m, n, k);
        MatrixProduct.Multiply(unit, a.Operand, b.Operand, got, m, n, k, new() { Execution = new(Backend.IlgpuCpu) });
        Same.Words(c, expected, got, $"{unit.Name} {what} {m}x{n}x{k}");
    }
}
