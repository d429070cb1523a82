using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>
/// Intel's orders beside the same operations of the processor that runs this test, on numbers of which nothing is subnormal.
/// </summary>
public sealed class IntelDotTests
{
    public static TheoryData<string, string, int> Models => new()
    {
        { "intel-tdpbf16ps-sdm", "bf16", 32 }, { "intel-tdpfp16ps", "fp16", 32 }, { "intel-vdpbf16ps", "bf16", 2 },
        { "intel-amx-fp8-pairs", "e5m2", 64 }, { "intel-amx-fp8-pairs", "e4m3", 64 }, { "intel-amx-fp8-lanes", "e5m2", 64 },
        { "intel-amx-fp8-lanes", "e4m3", 64 }, { "intel-amx-fp8-wide", "e4m3", 64 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void The_processor_does_the_same(string model, string format, int l)
    {
        ElementFormat element = Ask.Format(format);
        Random random = new(3);
        int told = 0;
        for (int trial = 0; trial < 2000; trial++)
        {
            uint[] a = [.. Enumerable.Range(0, l).Select(_ => Code(element, random))];
            uint[] b = [.. Enumerable.Range(0, l).Select(_ => Code(element, random))];
            uint c = BitConverter.SingleToUInt32Bits(MathF.ScaleB(random.Next(1 << 24) - (1 << 23), random.Next(-27, -9)));
            uint expected = BitConverter.SingleToUInt32Bits(Sum(model, [.. a.Select(Value)], [.. b.Select(Value)], Value32(c)));
            Assert.Equal(expected, Ask.Dot(model, format, a, b, c));
            told += Ask.Dot("fma-chain", format, a, b, c) != expected ? 1 : 0;
        }

        Assert.True(told > 40, $"{told} of 2000 tell the order");

        float Value(uint code) => Value32(Binary32.Encode(ElementCodec.Decode(element, code)));
    }

    /// <summary>What the page says would decide between the readings of AMX-FP8: 6c is 2^12, 3c is 1.</summary>
    [Theory]
    [InlineData("intel-amx-fp8-pairs", 0x4B800000u, 0x4B800000u)]
    [InlineData("intel-amx-fp8-lanes", 0x4B800001u, 0x4B800000u)]
    [InlineData("intel-amx-fp8-wide", 0x4B800001u, 0x4B800001u)]
    public void The_readings_of_FP8_differ(string model, uint besideIt, uint inOneLane)
    {
        uint[] beside = [0x6C, 0x3C, 0, 0, 0, 0x3C], lane = [0x6C, 0, 0, 0, 0x3C, 0, 0, 0, 0x3C];
        Assert.Equal(besideIt, Ask.Dot(model, "e5m2", beside, beside));
        Assert.Equal(inOneLane, Ask.Dot(model, "e5m2", lane, lane));
    }

    private static float Sum(string model, float[] a, float[] b, float c)
    {
        float[] sums = new float[4];
        for (int k = 0; k < a.Length; k++)
        {
            switch (model)
            {
                case "intel-amx-fp8-pairs":
                    sums[k / 2 % 2] += k % 2 == 0 ? (a[k] * b[k]) + (a[k + 1] * b[k + 1]) : 0;
                    break;
                case "intel-amx-fp8-lanes":
                    sums[k % 4] = MathF.FusedMultiplyAdd(a[k], b[k], sums[k % 4]);
                    break;
                default:
                    sums[k % 2] = MathF.FusedMultiplyAdd(a[k], b[k], sums[k % 2]);
                    break;
            }
        }

        // Numbers around 1 of four bits: their products are multiples of 2^-12 below 2^8, and c is one of 2^-27 below 2^14. Exact in
        // binary64, the sum of 64 is rounded once.
        return model switch
        {
            "intel-vdpbf16ps" => MathF.FusedMultiplyAdd(a[0], b[0], MathF.FusedMultiplyAdd(a[1], b[1], c)),
            "intel-amx-fp8-wide" => (float)(a.Zip(b, (x, y) => (double)x * y).Sum() + c),
            "intel-amx-fp8-lanes" => c + (sums[0] + sums[1] + (sums[2] + sums[3])),
            _ => c + (sums[0] + sums[1]),
        };
    }

    /// <summary>A number around 1, or zero.</summary>
    private static uint Code(ElementFormat format, Random random)
    {
        if (random.Next(8) == 0)
        {
            return 0;
        }

        double value = Math.ScaleB(1 + random.NextDouble(), random.Next(-3, 4)) * (random.Next(2) == 0 ? 1 : -1);
        return ElementCodec.Encode(format, Binary32.Decode(BitConverter.SingleToUInt32Bits((float)value)), ConversionPolicy.Ocp);
    }

    private static float Value32(uint bits) => BitConverter.UInt32BitsToSingle(bits);
}
