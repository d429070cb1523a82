using ILGPU;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Gpu;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>The GPU kernels: their bits on ILGPU's processor simulation, their PTX without a device.</summary>
public sealed class GpuTests
{
    /// <summary>Every mode, both endings, every input.</summary>
    public static TheoryData<string, bool> Modes()
    {
        TheoryData<string, bool> data = [];
        foreach (string mode in RoundingMode.Deterministic.Select(m
            => m.ToString()).Concat(["stochastic:32", "stochastic-b:32", "stochastic-c:16", "stochastic-odd:8"]))
        {
            data.Add(mode, true);
            data.Add(mode, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Quantising_compiles_to_PTX_without_floating_point(string mode, bool plain)
    {
        Assert.True(RoundingMode.TryParse(mode, out RoundingMode rounding));
        GpuLauncher launcher = GpuLauncher.For(rounding, plain);
        Ptx.HoldsNoFloatingPoint(launcher.Method<Binary32View>());
        Ptx.HoldsNoFloatingPoint(launcher.ElementMethod<Binary32View>());
        if (plain)
        {
            Ptx.HoldsNoFloatingPoint(launcher.Method<BFloat16View>());
            Ptx.HoldsNoFloatingPoint(launcher.Method<Binary16View>());
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Quantising_NVFP4_compiles_to_PTX_without_floating_point(string mode, bool plain)
    {
        Assert.True(RoundingMode.TryParse(mode, out RoundingMode rounding));
        GpuLauncher launcher = GpuLauncher.For(MxFormats.Nvfp4, new() { Rounding = rounding });
        Ptx.HoldsNoFloatingPoint(plain ? launcher.Method<Binary32View>() : launcher.Method<BFloat16View>());
        if (!plain)
        {
            Ptx.HoldsNoFloatingPoint(launcher.Method<Binary16View>());
        }
    }

    [Fact]
    public void The_other_kernels_compile_to_PTX_without_floating_point()
    {
        Ptx.HoldsNoFloatingPoint(((Action<Index1D, ArrayView<byte>, ArrayView<uint>,
            Mxact.Simulator.Conversion.Kernels.KernelParameters>)GpuKernels.DecodeElements).Method);
        Ptx.HoldsNoFloatingPoint(((Action<Index1D, ArrayView<byte>, ArrayView<byte>, ArrayView<uint>, BlockShape,
            Mxact.Simulator.Conversion.Kernels.KernelParameters>)GpuKernels.Dequantize).Method);
        Ptx.HoldsNoFloatingPoint(((Action<Index1D, ArrayView<byte>, ArrayView<byte>, ArrayView<uint>, BlockShape,
            Mxact.Simulator.Conversion.Kernels.KernelParameters>)Nvfp4GpuKernels.Dequantize).Method);
        Ptx.HoldsNoFloatingPoint(((Action<Index1D, ArrayView<byte>, ArrayView<byte>, int, int>)GpuKernels.Pack).Method);
        Ptx.HoldsNoFloatingPoint(((Action<Index1D, ArrayView<byte>, ArrayView<byte>, int, int>)GpuKernels.Unpack).Method);
    }

    [Theory]
    [InlineData("mxfp8-e4m3", "ocp")]
    [InlineData("mxfp8-e5m2", "rounding=stochastic:16")]
    [InlineData("mxfp8-e5m2", "overflow=non-finite;scale-rule=trunc-quotient")]
    [InlineData("mxfp6-e3m2", "transformer-engine")]
    [InlineData("mxfp6-e2m3", "rounding=toward-negative")]
    [InlineData("mxfp4", "torchao-rceil")]
    [InlineData("mxfp4", "rounding=stochastic-c:8")]
    [InlineData("mxint8", "rounding=ties-to-away")]
    [InlineData("mxint8", "ocp")]
    [InlineData("nvfp4", "ocp")]
    [InlineData("nvfp4", "rounding=toward-positive")]
    [InlineData("nvfp4", "rounding=stochastic-b:12")]
    public void The_simulation_equals_the_scalar_backend(string formatName, string choices)
    {
        BlockFormat format = MxFormats.Find(formatName)!;
        ConversionPolicy policy = Policies.Parse(choices);
        uint[] any = [.. Inputs.Adversarial(format.Element)[..(32 * 400)], .. Inputs.Adversarial(format.Element)[^(32 * 250)..]];
        foreach ((int rows, int columns, uint[] values) in new[] { (1, any.Length, any), (37, 75, Inputs.Blocks(37 * 75, 4)) })
        {
            foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
            {
                foreach (CodeLayout packing in Enum.GetValues<CodeLayout>())
                {
                    if (axis == BlockAxis.AlongColumns && rows == 1)
                    {
                        continue;
                    }

                    ConversionSettings settings = new(format, policy) { Axis = axis, Packing = packing };
                    BlockConverter scalar = BlockConverter.Create(settings with { Execution = new(Backend.Scalar) });
                    BlockConverter gpu = BlockConverter.Create(settings with { Execution = new(Backend.IlgpuCpu) });
                    (byte[] scales, byte[] codes, uint[] back, uint[] trip) = Run(scalar, values, rows, columns);
                    (byte[] gotScales, byte[] gotCodes, uint[] gotBack, uint[] gotTrip) = Run(gpu, values, rows, columns);
                    string what = $"{format} {choices} {axis} {packing} {rows} x {columns}";
                    Assert.True(scales.AsSpan().SequenceEqual(gotScales), "scales " + what);
                    Assert.True(codes.AsSpan().SequenceEqual(gotCodes), "codes " + what);
                    Same.Words(values, back, gotBack, "dequantise " + what);
                    Same.Words(values, trip, gotTrip, "round trip " + what);
                }
            }
        }
    }

    [Theory]
    [InlineData("bf16")]
    [InlineData("fp16")]
    public void The_simulation_reads_every_half(string inputName)
    {
        Assert.True(ElementFormat.TryParse(inputName, out ElementFormat? input));
        ushort[] values = new ushort[1 << 16];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (ushort)(i * 40503);
        }

        byte[][] results = new byte[4][];
        for (int i = 0; i < 2; i++)
        {
            BlockConverter converter = BlockConverter.Create(new(MxFormats.Mxfp8E4M3,
                Profile.Find("transformer-engine")!.Policy)
            { Execution = new(i == 0 ? Backend.Scalar : Backend.IlgpuCpu) });
            results[2 * i] = new byte[values.Length / 32];
            results[(2 * i) + 1] = new byte[values.Length];
            converter.Quantize(input, values, 256, 256, results[2 * i], results[(2 * i) + 1]);
        }

        Assert.Equal(results[0], results[2]);
        Assert.Equal(results[1], results[3]);
    }

    [Fact]
    public void A_matrix_beyond_a_devices_memory_is_one_line()
    {
        GpuDevice.RequireMemory("a matrix", 1000, 1000);
        string line = Assert.Throws<NotSupportedException>(()
            => GpuDevice.RequireMemory("a conversion of 3 x 5 elements", 225, 224)).Message;
        Assert.Equal("a conversion of 3 x 5 elements needs 225 bytes of the device's memory, which has 224; convert it in parts, or use "
            + "a processor backend", line);
    }

    private static (byte[] Scales, byte[] Codes, uint[] Back, uint[] Trip) Run(BlockConverter converter, uint[] values, int rows,
        int columns)
    {
        byte[] scales = new byte[converter.ScaleCount(rows, columns)];
        byte[] codes = new byte[converter.CodeBytes(rows, columns)];
        uint[] back = new uint[values.Length];
        uint[] trip = (uint[])values.Clone();
        converter.Quantize(values, rows, columns, scales, codes, seed: 31);
        converter.Dequantize(scales, codes, rows, columns, back);
        converter.QuantizeDequantize(trip, rows, columns, trip, seed: 31);
        return (scales, codes, back, trip);
    }
}
