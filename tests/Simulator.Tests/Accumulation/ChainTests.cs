using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>
/// What holds for every model of the table: chaining, padding, and what the machine's own binary32 says about the chains.
/// </summary>
public sealed class ChainTests
{
    public static TheoryData<string> All
        => [.. MatrixUnits.All.Select(model => model.Name), "t-fdpa:L=8,F=20,rho=rne-fp32,ezero=-50", "t-fdpa:L=32,F=20,scale=e8m0/16"];

    public static TheoryData<string> Stepwise
        => [.. MatrixUnits.All.Where(model => model.L > 0).Select(model => model.Name), "t-fdpa:L=8,F=20,rho=rne-fp32,ezero=40",
        "promote:16:exact"];

    [Theory]
    [MemberData(nameof(Stepwise))]
    public void A_long_K_is_a_chain_of_steps(string name)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        Random random = new(1);
        for (int trial = 0; trial < 50; trial++)
        {
            foreach (ModelOutput output in model.Outputs)
            {
                Question q = Question.Next(model, output.Format, random, 3 * model.L);
                uint head = q.Ask(model, 0, model.L, q.C);
                Assert.Equal(q.Ask(model, 0, 3 * model.L, q.C), q.Ask(model, model.L, 2 * model.L, head));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Stepwise))]
    public void A_short_step_is_padded_with_zeros(string name)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        if (model.Family == AccumulationFamily.PeriodicPromotion)
        {
            return; // it hands the inner model what there is
        }

        Random random = new(2);
        int block = model.Scale?.BlockSize ?? 1;
        for (int k = block; k < 2 * model.L; k += block)
        {
            Question q = Question.Next(model, model.Outputs[0].Format, random, 2 * model.L);
            Array.Clear(q.A, k, q.A.Length - k);
            Array.Clear(q.B, k, q.B.Length - k);
            Assert.Equal(q.Ask(model, 0, (k + model.L - 1) / model.L * model.L, q.C), q.Ask(model, 0, k, q.C));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_codes_give_output_bits_and_a_NaN_only_as_the_row_says(string name)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        Random random = new(3);
        foreach (ModelOutput output in model.Outputs)
        {
            for (int trial = 0; trial < 100; trial++)
            {
                int block = model.Scale?.BlockSize ?? 1;
                Question q = Question.Next(model, output.Format, random, block * random.Next(1, 4), ordinary: false);
                uint d = q.Ask(model, 0, q.A.Length, q.C);
                Assert.Equal(0u, d & ~output.Format.CodeMask);
                if ((d & (output.Format.SignMask - 1)) > output.Format.MaxMagnitude + 1 && !model.IsRdna)
                {
                    Assert.Equal(output.NaN, d);
                }
            }
        }
    }

    [Fact]
    public void Chains_agree_with_this_machine()
    {
        Random random = new(4);
        for (int trial = 0; trial < 2000; trial++)
        {
            Question q = Question.Next(MatrixUnits.Parse("ampere-bf16"), ElementFormats.Binary32, random, random.Next(1, 40),
                ordinary: trial % 2 == 0);
            float[] a = [.. q.A.Select(Wide)], b = [.. q.B.Select(Wide)];
            float c = BitConverter.UInt32BitsToSingle(q.C), fma = c, mulAdd = c, kahan = c, lost = 0;
            for (int k = 0; k < a.Length; k++)
            {
                fma = MathF.FusedMultiplyAdd(a[k], b[k], fma);
                float p = a[k] * b[k];
                mulAdd += p;
                float y = p - lost;
                float t = kahan + y;
                lost = t - kahan - y;
                kahan = t;
            }

            AssertSame(fma, q.Ask(MatrixUnits.Parse("fma-chain"), 0, a.Length, q.C));
            AssertSame(mulAdd, q.Ask(MatrixUnits.Parse("mul-add-chain"), 0, a.Length, q.C));
            AssertSame(kahan, q.Ask(MatrixUnits.Parse("kahan"), 0, a.Length, q.C));
            AssertSame(c + Tree([.. a.Zip(b, (x, y) => x * y)]), q.Ask(MatrixUnits.Parse("pairwise"), 0, a.Length, q.C));
        }
    }

    [Fact]
    public void Cdna_binary32_is_this_machines_fused_multiply_add()
    {
        Random random = new(5);
        for (int trial = 0; trial < 2000; trial++)
        {
            Question q = Question.Next(MatrixUnits.CdnaFp32, ElementFormats.Binary32, random, random.Next(1, 9), ordinary: trial % 2 == 0);
            float sum = BitConverter.UInt32BitsToSingle(q.C);
            for (int k = 0; k < q.A.Length; k++)
            {
                sum = MathF.FusedMultiplyAdd(BitConverter.UInt32BitsToSingle(q.A[k]), BitConverter.UInt32BitsToSingle(q.B[k]), sum);
            }

            AssertSame(sum, q.Ask(MatrixUnits.CdnaFp32, 0, q.A.Length, q.C));
        }
    }

    private static float Wide(uint bf16) => BitConverter.UInt32BitsToSingle(bf16 << 16);

    private static float Tree(float[] level)
        => level.Length == 1 ? level[0] : Tree([.. level.Chunk(2).Select(pair => pair.Length == 2 ? pair[0] + pair[1] : pair[0])]);

    private static void AssertSame(float machine, uint bits)
        => Assert.Equal(float.IsNaN(machine) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(machine), bits);

    /// <summary>Operands a model takes, drawn at random: any codes, or ones of ordinary size.</summary>
    private sealed record Question(ElementFormat FormatA, uint[] A, ElementFormat FormatB, uint[] B, byte[] ScalesA, byte[] ScalesB, uint C,
        ElementFormat Output, int Block)
    {
        public static Question Next(MatrixUnit model, ElementFormat output, Random random, int k, bool ordinary = true)
        {
            ElementFormat[] formats = model.Elements.IsEmpty ? [.. ElementFormats.Mx, ElementFormats.Binary16, ElementFormats.Tf32]
                : [.. model.Elements];
            ElementFormat a = formats[random.Next(formats.Length)], b = formats[random.Next(formats.Length)];
            bool scaled = model.Scale is not null
                && (!model.ScaleIsOptional || (random.Next(2) == 0 && k % model.Scale.BlockSize == 0 && model.Inner is null));
            int blocks = scaled ? k / model.Scale!.BlockSize : 0;
            return new(a, Codes(a, k, random, ordinary), b, Codes(b, k, random, ordinary), Scales(model, blocks, random, ordinary),
                Scales(model, blocks, random, ordinary), Codes(output, 1, random, ordinary)[0], output, model.Scale?.BlockSize ?? 1);
        }

        public uint Ask(MatrixUnit model, int start, int count, uint c)
        {
            ReadOnlySpan<byte> sa = ScalesA.Length == 0 ? default : ScalesA.AsSpan(start / Block, count / Block);
            ReadOnlySpan<byte> sb = ScalesB.Length == 0 ? default : ScalesB.AsSpan(start / Block, count / Block);
            return DotProduct.Compute(model, FormatA, A.AsSpan(start, count), FormatB, B.AsSpan(start, count), sa, sb, c, Output);
        }

        private static uint[] Codes(ElementFormat format, int count, Random random, bool ordinary)
        {
            uint[] codes = new uint[count];
            for (int i = 0; i < count; i++)
            {
                // Ordinary: a few binades around 1.
                uint one = (uint)Math.Max(format.Bias, 0) << format.MantissaBits;
                uint spread = Math.Min(6u << format.MantissaBits, format.MaxMagnitude);
                uint low = format.ExponentBits < 5 ? 0 : one - (spread / 2);
                codes[i] = ordinary
                    ? (low + (uint)random.NextInt64(Math.Min(spread, format.MaxMagnitude - low))) | (random.Next(2) == 0 ? format.SignMask
                        : 0)
                    : (uint)random.NextInt64((long)format.CodeMask + 1);
            }

            return codes;
        }

        private static byte[] Scales(MatrixUnit model, int count, Random random, bool ordinary)
        {
            byte one = model.Scale?.Format.Element is null ? (byte)127 : (byte)0x38;
            byte[] scales = new byte[count];
            for (int i = 0; i < count; i++)
            {
                scales[i] = ordinary ? (byte)(one + random.Next(-6, 7)) : (byte)random.Next(256);
            }

            return scales;
        }
    }
}
