using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Reference;
using Mxact.Tests.Oracle;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>The standard's dot product against the second oracle, which shares no code with it.</summary>
public sealed class ExactDotTests
{
    public static TheoryData<string, string> Pairs()
    {
        TheoryData<string, string> data = [];
        string[] mx = ["e5m2", "e4m3", "e3m2", "e2m3", "e2m1", "int8"];
        foreach (string a in mx)
        {
            foreach (string b in mx)
            {
                data.Add(a, b);
            }
        }

        foreach (string wide in new[] { "fp16", "bf16", "tf32", "fp32", "e4m3fnuz", "e5m2fnuz" })
        {
            data.Add(wide, wide);
            data.Add(wide, "e4m3");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Equals_the_oracle(string nameA, string nameB)
    {
        ElementFormat a = Ask.Format(nameA), b = Ask.Format(nameB);
        OracleFormat oracleA = OracleFormat.Of(nameA), oracleB = OracleFormat.Of(nameB);
        MatrixUnit exact = MatrixUnits.Parse("exact");
        Random random = new(7);
        for (int trial = 0; trial < 300; trial++)
        {
            int k = trial % 3 == 0 ? 64 : random.Next(1, 40);
            bool finite = trial % 2 == 0;
            uint[] codesA = Codes(a, k, finite, random), codesB = Codes(b, k, finite, random);
            uint c = finite ? Codes(ElementFormats.Binary32, 1, true, random)[0] : (uint)random.NextInt64(1L << 32);
            Assert.Equal(OracleDot.Dot(oracleA, codesA, oracleB, codesB, c: c),
                DotProduct.Compute(exact, a, codesA, b, codesB, [], [], c, ElementFormats.Binary32));
            Assert.Equal(OracleDot.Dot(oracleA, codesA, oracleB, codesB, c: c), Dot.Product(a, codesA, b, codesB, c));
            if (k == 64)
            {
                byte[] scalesA = new byte[2], scalesB = new byte[2];
                random.NextBytes(scalesA);
                random.NextBytes(scalesB);
                uint expected = OracleDot.Dot(oracleA, codesA, oracleB, codesB, scalesA, scalesB, c);
                Assert.Equal(expected, DotProduct.Compute(exact, a, codesA, b, codesB, scalesA, scalesB, c, ElementFormats.Binary32));
                Assert.Equal(expected, Dot.General(MxFormats.Of(a), scalesA, codesA, MxFormats.Of(b), scalesB, codesB, c));
                Assert.Equal(
                    OracleDot.Dot(oracleA, codesA[..32], oracleB, codesB[..32], scalesA[..1], scalesB[..1]),
                    Dot.Product(MxFormats.Of(a), scalesA[0], codesA.AsSpan(0, 32), MxFormats.Of(b), scalesB[0], codesB.AsSpan(0, 32)));
            }
        }
    }

    [Fact]
    public void Zeros_have_the_signs_of_IEEE_754()
    {
        ElementFormat e4m3 = ElementFormat.Of<E4M3>();
        Assert.Equal(0x80000000u, Dot.Product(e4m3, [0x80, 0], e4m3, [0x38, 0x80], 0x80000000));
        Assert.Equal(0u, Dot.Product(e4m3, [0x80, 0], e4m3, [0x38, 0x38], 0x80000000));
        Assert.Equal(0u, Dot.Product(e4m3, [0x38, 0xB8], e4m3, [0x38, 0x38], 0x80000000));
        Assert.Equal(0u, Dot.Product(e4m3, [0x80], e4m3, [0x38]));
    }

    [Fact]
    public void One_rounding_ties_to_even_and_overflows_to_infinity()
    {
        ElementFormat fp32 = ElementFormats.Binary32;
        Assert.Equal(0x3F800000u, Dot.Product(fp32, [0x3F800000], fp32, [0x3F800000], 0x33800000)); // 1 + 2^-24
        Assert.Equal(0x3F800001u, Dot.Product(fp32, [0x3F800000, 1], fp32, [0x3F800000, 1], 0x33800000)); // and 2^-298
        Assert.Equal(0x7F800000u, Dot.Product(fp32, [0x7F7FFFFF], fp32, [0x3F800000], 0x73000000)); // max + half its last place
        Assert.Equal(0x7F7FFFFFu, Dot.Product(fp32, [0x7F7FFFFF, 0x7F7FFFFF, 0x7F7FFFFF], fp32, [0x40000000, 0xBF800000, 0], 0));
    }

    [Fact]
    public void Bad_shapes_are_errors()
    {
        BlockFormat mxfp4 = MxFormats.Mxfp4;
        Assert.Contains("one block",
            Assert.Throws<ArgumentException>(() => Dot.Product(mxfp4, 127, new uint[31], mxfp4, 127, new uint[32])).Message,
            StringComparison.Ordinal);
        Assert.Contains("2 blocks need as many scales, 1 given",
            Assert.Throws<ArgumentException>(() => Dot.General(mxfp4, [127], new uint[64], mxfp4, [127, 127], new uint[64])).Message,
            StringComparison.Ordinal);
        Assert.Contains("blocks of 32",
            Assert.Throws<ArgumentException>(() => Dot.General(mxfp4, [127], new uint[32], MxFormats.Nvfp4, [0, 0], new uint[32])).Message,
            StringComparison.Ordinal);
        Assert.Contains("as many",
            Assert.Throws<ArgumentException>(() => Dot.Product(mxfp4.Element, new uint[3], mxfp4.Element, new uint[4])).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Any codes, or codes of finite magnitude near each other, where sums cancel and round.</summary>
    private static uint[] Codes(ElementFormat format, int count, bool finite, Random random)
    {
        uint[] codes = new uint[count];
        for (int i = 0; i < count; i++)
        {
            codes[i] = (uint)random.NextInt64((long)format.CodeMask + 1);
            if (finite && format.Bits > 8)
            {
                uint middle = (uint)format.Bias << format.MantissaBits;
                codes[i] = (codes[i] & format.SignMask) | (middle + (codes[i] % (4u << format.MantissaBits)));
            }
        }

        return codes;
    }
}
