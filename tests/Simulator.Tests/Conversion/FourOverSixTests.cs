using Mxact.Simulator.Conversion;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using BlockConversion = Mxact.Simulator.Reference.BlockConversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Four-over-six against the exact reference on every backend: where 6 wins, where 4 does, and where neither does.</summary>
public sealed class FourOverSixTests
{
    private const ulong Seed = 77;
    private const int K = 16;

    private static readonly uint[] TensorScales = [0x3F800000, 0x3DCCCCCD, 0x00000001, 0x007FFFFF, 0x7F7FFFFF, 0x3FFFFFFF, 0x3FC00000];

    private static readonly string[] Choices =
    [
        "rounding=ties-to-even", "rounding=ties-to-away", "rounding=toward-negative", "rounding=to-odd", "rounding=stochastic:8",
        "rounding=stochastic-b:32", "negative-zero=lost", "nan-in-block=ignored;inf-in-block=scale-max",
        "nan-in-block=scale-zero;inf-in-block=scale-zero",
    ];

    public static TheoryData<string, uint> Cases()
        => [.. from choices in Choices from tensorScale in TensorScales select (choices, tensorScale)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_reference(string choices, uint tensorScale)
    {
        ConversionPolicy policy = Policies.Parse("scale-rule=four-over-six;" + choices);
        Dyadic t = Binary32.Decode(tensorScale).Finite;
        uint[] values = Values(t);
        uint[] random = Array.ConvertAll(Inputs.AnyBits(values.Length, Seed),
            bits => policy.Rounding.IsStochastic ? bits >> (32 - policy.Rounding.RandomBits) : 0);
        byte[] scales = new byte[values.Length / K];
        byte[] codes = new byte[values.Length];
        uint[] ofBlock = new uint[K];
        int fours = 0;
        for (int block = 0; block < scales.Length; block++)
        {
            ReadOnlySpan<uint> own = values.AsSpan(block * K, K);
            scales[block] = BlockConversion.Quantize(MxFormats.Nvfp4, ElementFormats.Binary32, own, policy, ofBlock,
                random.AsSpan(block * K, K), t);
            Array.ConvertAll(ofBlock, code => (byte)code).CopyTo(codes, block * K);
            fours += ofBlock.Max(code => code & 7) == 6 ? 1 : 0;
        }

        Assert.True(tensorScale != 0x3F800000 || fours is > 20 and < 380, $"{fours} blocks of {scales.Length} take 4");
        foreach (Backend backend in (Backend[])[.. Backends.OfProcessor, Backend.IlgpuCpu])
        {
            BlockConverter converter = BlockConverter.Create(new(MxFormats.Nvfp4, policy)
            {
                Execution = new(backend),
                TensorScale = tensorScale,
            });
            Assert.Equal(backend == Backend.IlgpuCpu ? Backend.Reference : backend, converter.Backend);
            byte[] gotScales = new byte[scales.Length];
            byte[] gotCodes = new byte[codes.Length];
            Quantize(converter, values, 1, values.Length, gotScales, gotCodes, random);
            Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{backend} {choices} {tensorScale:X8}");

            // The same blocks as the columns of a matrix.
            int columns = scales.Length;
            uint[] turned = Matrices.Turned(values, columns, K), bits = Matrices.Turned(random, columns, K);
            BlockConverter down = BlockConverter.Create(converter.Settings with { Axis = BlockAxis.AlongColumns });
            Quantize(down, turned, K, columns, gotScales, gotCodes, bits);
            byte[] back = Array.ConvertAll(Matrices.Turned(Array.ConvertAll(gotCodes, c => (uint)c), K, columns), c => (byte)c);
            Same.Blocks(values, scales, codes, gotScales, back, $"{backend} columns {choices} {tensorScale:X8}");
        }
    }

    /// <summary>
    /// Under 2 and 3 as scales 12 has no error, 1.25 one of a quarter, 2.5 one of a half: 6 is kept; a step beside 1.25 decides.
    /// </summary>
    [Theory]
    [InlineData(0x3FA00000u, 0x40200000u, 0x40)]
    [InlineData(0x3F9FFFFFu, 0x40200000u, 0x40)]
    [InlineData(0x3FA00001u, 0x40200000u, 0x44)]
    [InlineData(0x3FA00002u, 0x401FFFFFu, 0x40)]
    [InlineData(0xBFA00004u, 0xC01FFFFFu, 0x40)]
    [InlineData(0xBFA00005u, 0xC01FFFFFu, 0x44)]
    [InlineData(0x00000000u, 0x80000000u, 0x40)]
    public void A_tie_goes_to_six(uint first, uint second, byte scale)
    {
        uint[] block = [0x41400000, first, second, .. new uint[K - 3]];
        ConversionPolicy policy = Policies.Parse("scale-rule=four-over-six");
        Assert.Equal(scale, BlockConversion.Quantize(MxFormats.Nvfp4, ElementFormats.Binary32, block, policy, new uint[K]));
        foreach (Backend backend in Backends.OfProcessor)
        {
            byte[] got = new byte[1];
            BlockConverter.Create(new(MxFormats.Nvfp4, policy) { Execution = new(backend) }).Quantize(block, got, new byte[K]);
            Assert.True(scale == got[0], $"{backend}: {got[0]:X2}");
        }
    }

    /// <summary>
    /// 1.25 + d and 1.25 - d have each other's error under 2 and under 3, so that the sums are equal whatever else the block holds; in
    /// binary64, whose every addition rounds, most are not.
    /// </summary>
    [Fact]
    public void A_tie_that_binary64_does_not_see_goes_to_six_too()
    {
        ConversionPolicy policy = Policies.Parse("scale-rule=four-over-six");
        uint[] random = Inputs.AnyBits(400 * K, 5);
        uint[] values = new uint[random.Length];
        for (int block = 0; block < values.Length; block += K)
        {
            uint d = random[block] % 0x80000;
            values[block] = 0x41400000;
            values[block + 1] = 0x3FA00000 + d;
            values[block + 2] = 0x3FA00000 - d;
            for (int i = 3; i < K; i++)
            {
                values[block + i] = random[block + i] % 0x3E800000; // below a quarter: zero under both
            }
        }

        uint[] codes = new uint[K];
        Assert.All(values.Chunk(K), block => Assert.Equal(0x40,
            BlockConversion.Quantize(MxFormats.Nvfp4, ElementFormats.Binary32, block, policy, codes)));
        foreach (Backend backend in Backends.OfProcessor)
        {
            byte[] scales = new byte[values.Length / K];
            BlockConverter converter = BlockConverter.Create(new(MxFormats.Nvfp4, policy) { Execution = new(backend) });
            converter.Quantize(values, scales, new byte[values.Length]);
            Assert.True(scales.All(s => s == 0x40), $"{backend}: {scales.Count(s => s != 0x40)} of {scales.Length} take 4");
        }
    }

    private static void Quantize(BlockConverter converter, uint[] values, int rows, int columns, byte[] scales, byte[] codes,
        uint[] random)
    {
        if (converter.Settings.Policy.Rounding.IsStochastic)
        {
            converter.Quantize(values, rows, columns, scales, codes, random);
        }
        else
        {
            converter.Quantize(values, rows, columns, scales, codes);
        }
    }

    /// <summary>Ordinary, wide and special blocks; multiples of an eighth of t, which tie often; ties of both sums.</summary>
    private static uint[] Values(Dyadic t)
    {
        ulong state = 5;
        List<uint> values = [.. Inputs.Blocks(2048, 3), .. Inputs.AnyBits(256, 9)];
        for (int i = 0; i < 3 * 1024; i++)
        {
            uint r = Inputs.Next(ref state);
            int eighths = i % K == 0 ? 96 : (int)(r % 97);
            values.Add(Binary32.Round(t * new Dyadic((r >> 20 & 1) != 0, eighths, -3 + (i / (K * 64)))));
        }

        for (int block = 0; block < 64; block++)
        {
            values.Add(Binary32.Round(t * new Dyadic(false, 12, block % 9)));
            for (int i = 1; i < K; i++)
            {
                uint tie = Binary32.Round(t * new Dyadic((i & 1) != 0, 5, (block % 9) - (i % 3)));
                values.Add(i < block % K ? tie + (block > 32 ? Inputs.Next(ref state) % 3 : 0) : 0);
            }
        }

        return [.. values];
    }
}
