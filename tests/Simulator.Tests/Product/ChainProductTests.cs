using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Product;

namespace Mxact.Simulator.Tests.Product;

/// <summary>
/// Units that sum in chains of binary32, where their vectors may differ from the exact dot product: at 2^-126, zeros, the end of a row.
/// </summary>
public sealed class ChainProductTests
{
    public static TheoryData<string> Chains
        => ["cdna-fp32", "intel-tdpbf16ps", "intel-tdpbf16ps-sdm", "intel-tdpfp16ps", "intel-vdpbf16ps", "intel-amx-fp8-pairs",
            "intel-amx-fp8-lanes"];

    /// <summary>Every such row of the table, and no other, has the path.</summary>
    [Fact]
    public void Those_rows_have_the_path()
        => Assert.Equal(Chains.Select(row => row.Data).Order(),
            MatrixUnits.All.Where(unit => ChainProduct.Takes(unit, unit.Outputs[0])).Select(unit => unit.Name).Order());

    /// <summary>A unit that a user made of a row is no row, and no device sums so.</summary>
    [Fact]
    public void Nothing_else_has_the_path()
    {
        MatrixUnit unit = MatrixUnits.IntelAmxFp8Pairs;
        Assert.False(ChainProduct.Takes(unit with { Elements = [ElementFormats.BFloat16] }, unit.Outputs[0]));
        Assert.True(ModelProduct.IsAccelerated(unit, backend: Backend.Scalar));
        Assert.False(ModelProduct.IsAccelerated(unit, backend: Backend.IlgpuCpu));
    }

    /// <summary>A row longer than a panel may be is one exact dot product.</summary>
    [Fact]
    public void A_row_past_the_longest()
        => Compare(MatrixUnits.IntelTdpbf16psSdm, ElementFormats.BFloat16, ElementFormats.BFloat16, new Random(19), 1, 2,
            ChainProduct.MostK + 1, 1, code => code);

    /// <summary>Any two formats, rows from nothing to past two steps, more columns than a panel, one thread or two.</summary>
    [Theory]
    [MemberData(nameof(Chains))]
    public void Every_length_and_pair_of_formats(string name)
    {
        MatrixUnit unit = MatrixUnits.Parse(name);
        Random random = new(17);
        for (int k = 0; k <= 130; k += k < 66 ? 1 : 16)
        {
            ElementFormat a = unit.Elements[k % unit.Elements.Length], b = unit.Elements[k / 2 % unit.Elements.Length];
            Compare(unit, a, b, random, 2, k % 16 == 3 ? 70 : 5, k, 1 + (k % 2), code => code);
        }
    }

    /// <summary>
    /// Sums about 2^-126: exponents of operands and addends lie so that products of two are there, with last bits that make a rounded sum
    /// the least normal number, from above, from below and from the tie.
    /// </summary>
    [Theory]
    [InlineData("cdna-fp32")]
    [InlineData("intel-tdpbf16ps")]
    [InlineData("intel-tdpbf16ps-sdm")]
    [InlineData("intel-vdpbf16ps")]
    public void Sums_about_the_least_normal_number(string name)
    {
        MatrixUnit unit = MatrixUnits.Parse(name);
        ElementFormat format = unit.Elements[0];
        Random random = new(18);
        int open = 0;
        for (int i = 0; i < 60; i++)
        {
            // Fields 62 to 66 of both factors: products from 2^-130 to 2^-122.
            open += Compare(unit, format, format, random, 3, 40, 1 + (i % 5), 1, code => code == 0 ? 0
                : (code & format.SignMask) | ((uint)random.Next(62, 67) << format.MantissaBits)
                    | (uint)random.Next(1 << Math.Min(format.MantissaBits, 4)) << Math.Max(0, format.MantissaBits - 4)
                    | (uint)random.Next(2));
        }

        Assert.True(open > 10, $"{open} results were 2^-126");
    }

    /// <summary>
    /// 2^-126 - 2^-150 rounds to 2^-126 in the subnormal places, to itself in 24 bits, which is tiny: the flush that the rounded sum does
    /// not show. 2^-126 - 2^-151 is the tie in 24 bits, and goes up.
    /// </summary>
    [Theory]
    [InlineData(0x9A80, 0u)]
    [InlineData(0x9A00, 0x0080_0000u)]
    public void What_the_rounded_sum_does_not_show(uint small, uint expected)
    {
        // 2^-126 + (-2^-74 or -2^-75) * 2^-76.
        MatrixUnit unit = MatrixUnits.IntelVdpbf16ps;
        uint[] c = [0x0080_0000];
        ushort[] a = [(ushort)small, 0], b = [0x1980, 0];
        ModelProduct.Multiply(unit, new(ElementFormats.BFloat16, a), new(ElementFormats.BFloat16, b), c, 1, 1, 2);
        Assert.Equal(expected, c[0]);
        Assert.Equal(expected, DotProduct.Compute(unit, ElementFormats.BFloat16, [small, 0], ElementFormats.BFloat16, [0x1980, 0], [], [],
            0x0080_0000, ElementFormats.Binary32));
    }

    /// <summary>Multiplies by vectors and by the reference; how many results are 2^-126.</summary>
    private static int Compare(MatrixUnit unit, ElementFormat formatA, ElementFormat formatB, Random random, int m, int n, int k,
        int threads, Func<uint, uint> shaped)
    {
        uint[] Codes(ElementFormat format, int count) => [.. Enumerable.Range(0, count).Select(_
            => shaped(random.Next(8) == 0 ? 0 : (uint)random.NextInt64(format.CodeMask + 1L)))];
        uint[] a = Codes(formatA, m * k), b = Codes(formatB, n * k);
        uint[] c = [.. Enumerable.Range(0, m * n).Select(i => (i % 4) switch
        {
            0 => 0x8000_0000 * (uint)random.Next(2),
            1 => ((uint)random.Next(2) << 31) | (0x0080_0000 + (uint)random.Next(-3, 4)),
            2 => ((uint)random.Next(2) << 31) | (uint)random.Next(0x0200_0000),
            _ => (uint)random.NextInt64(1L << 32),
        })];
        uint[] d = [.. c];
        ProductOptions options = new() { Execution = new(Execution.Default.Backend, threads) };
        ModelProduct.Multiply(unit, Operand(formatA, a), Operand(formatB, b), d, m, n, k, options: options);
        int open = 0;
        for (int i = 0; i < c.Length; i++)
        {
            uint exact = DotProduct.Compute(unit, formatA, a.AsSpan(i / n * k, k), formatB, b.AsSpan(i % n * k, k), [], [], c[i],
                ElementFormats.Binary32);
            Assert.True(exact == d[i], $"{unit} {formatA} {formatB} {m}x{n}x{k} at {i}: {d[i]:x8}, the exact dot product is {exact:x8}");
            open += (exact & 0x7FFF_FFFF) == 0x0080_0000 ? 1 : 0;
        }

        return open;
    }

    private static MatrixOperand Operand(ElementFormat format, uint[] codes)
        => format.Bits <= 8 ? new(format, codes.Select(code => (byte)code).ToArray())
            : format.Bits == 16 ? new(format, codes.Select(code => (ushort)code).ToArray()) : new(format, codes);
}
