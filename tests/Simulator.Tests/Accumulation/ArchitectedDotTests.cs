using Mxact.Simulator.Accumulation;
using Mxact.Tests.Oracle;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>Arm's and RISC-V's dot products beside a second writing of them, which shares no code and was made before the first.</summary>
public sealed class ArchitectedDotTests
{
    private const int Cases = 30_000;

    [Theory]
    [InlineData("arm-fdot-fp8", 0, false)]
    [InlineData("arm-fdot-fp8:lscale=7", 7, false)]
    [InlineData("arm-fdot-fp8:lscale=127", 127, false)]
    [InlineData("arm-fdot-fp8-half", 0, false)]
    [InlineData("arm-fdot-fp8-half:osm=1", 0, true)]
    [InlineData("arm-fdot-fp8-half:lscale=9", 9, false)]
    [InlineData("arm-fmmla-fp8", 0, false)]
    [InlineData("arm-fmmla-fp8:lscale=31", 31, false)]
    [InlineData("arm-fmmla-fp8-half", 0, false)]
    [InlineData("arm-fmmla-fp8-half:lscale=6,osm=1", 6, true)]
    [InlineData("arm-fmlall-fp8:lscale=1", 1, false)]
    [InlineData("arm-fmlal-fp8:lscale=15,osm=1", 15, true)]
    public void Arm(string name, int lscale, bool saturates)
    {
        MatrixUnit unit = MatrixUnits.Parse(name);
        ElementFormat output = unit.OutputFormats[0];
        bool isHalf = output == ElementFormats.Binary16;
        Random random = new(1);
        for (int i = 0; i < Cases; i++)
        {
            (ElementFormat A, ElementFormat B) formats = Pair(unit, i);
            uint[] a = Codes(random, formats.A, 2 * unit.L, i), b = Codes(random, formats.B, 2 * unit.L, i / 2);
            uint c = Addend(random, output, i), expected = c;
            for (int k = 0; k < a.Length; k += unit.L)
            {
                expected = OracleArm.Step(OracleFormat.Of(formats.A.Name), a[k..(k + unit.L)], OracleFormat.Of(formats.B.Name),
                    b[k..(k + unit.L)], expected, isHalf, lscale, saturates);
            }

            Same(expected, unit, formats, a, b, c, output);
        }
    }

    [Theory]
    [InlineData("riscv-fp8", 16)]
    [InlineData("riscv-fp8:vlen=64", 8)]
    [InlineData("riscv-fp8:vlen=1024", 128)]
    [InlineData("riscv-bf16", 8)]
    [InlineData("riscv-bf16:vlen=512", 32)]
    public void Riscv(string name, int elements)
    {
        MatrixUnit unit = MatrixUnits.Parse(name);
        Assert.Equal(elements, unit.L);
        Random random = new(2);
        for (int i = 0; i < Cases / 2; i++)
        {
            (ElementFormat A, ElementFormat B) formats = Pair(unit, i);
            int k = i % 3 == 0 ? 1 + random.Next(elements) : elements;
            uint[] a = Codes(random, formats.A, k, i), b = Codes(random, formats.B, k, i / 2);
            if (i % 5 == 0 && k > 1)
            {
                // Nearly opposite: what was cut off shows.
                (a[1], b[1]) = (a[0] ^ formats.A.SignMask, b[0] ^ (uint)random.Next(2));
            }

            uint c = Addend(random, ElementFormats.Binary32, i);
            uint expected = OracleRiscv.Dot(OracleFormat.Of(formats.A.Name), a, OracleFormat.Of(formats.B.Name), b, c, elements);
            Same(expected, unit, formats, a, b, c, ElementFormats.Binary32);
        }
    }

    /// <summary>What the length of the registers changes: a guard bit more, and 2^-27 beside 1 is no longer only a sticky bit.</summary>
    [Fact]
    public void The_length_of_the_registers_shows()
    {
        uint[] a = [0x78, 0xF8, .. Enumerable.Repeat(0x01u, 6)], b = [0x78, 0x78, .. Enumerable.Repeat(0x01u, 6)];
        ElementFormat e5m2 = ElementFormat.Of<E5M2>();
        uint Of(string unit) => DotProduct.Compute(MatrixUnits.Parse(unit), e5m2, a, e5m2, b, [], [], 0, ElementFormats.Binary32);
        Assert.NotEqual(Of("riscv-fp8:vlen=64"), Of("riscv-fp8:vlen=8192"));
    }

    [Theory]
    [InlineData("riscv-fp8:vlen=96", "VLEN = 96 is not a power of two")]
    [InlineData("riscv-fp8:vlen=32", "VLEN = '32' is not a number from 64 to 65536")]
    [InlineData("riscv-fp8:lmul=2", "'lmul' is not vlen")]
    [InlineData("arm-fdot-fp8:lscale=128", "LSCALE = '128' is not a number from 0 to 127")]
    [InlineData("arm-fdot-fp8-half:lscale=16", "LSCALE = '16' is not a number from 0 to 15")]
    [InlineData("arm-fdot-fp8:osm=2", "OSM = '2' is not a number from 0 to 1")]
    [InlineData("arm-fdot-fp8:f8s1=2", "'f8s1' is none of lscale, osm")]
    public void A_field_that_is_out_of_range_is_refused(string name, string why)
        => Assert.Contains(why, Assert.Throws<ArgumentException>(() => MatrixUnits.Parse(name)).Message, StringComparison.Ordinal);

    private static void Same(
        uint expected, MatrixUnit unit, (ElementFormat A, ElementFormat B) formats, uint[] a, uint[] b, uint c, ElementFormat output)
    {
        uint actual = DotProduct.Compute(unit, formats.A, a, formats.B, b, [], [], c, output);
        Assert.True(expected == actual,
            $"{unit} {formats}: {Text(a)} by {Text(b)} to {c:x8}: {actual:x8}, the second writing has {expected:x8}");
    }

    private static string Text(uint[] codes) => string.Join(' ', codes.Select(code => code.ToString("x2")));

    private static (ElementFormat A, ElementFormat B) Pair(MatrixUnit unit, int i)
        => (unit.Elements[i % unit.Elements.Length], unit.Elements[i / 2 % unit.Elements.Length]);

    /// <summary>Any code, one in eight cases; otherwise finite ones, near each other or not.</summary>
    private static uint[] Codes(Random random, ElementFormat format, int count, int i)
    {
        uint any = format.CodeMask, most = format.MaxMagnitude;
        uint middle = (uint)random.Next((int)most), spread = most >> (i % 5);
        return [.. Enumerable.Range(0, count).Select(_ => i % 8 == 0 ? (uint)random.NextInt64(any + 1L)
            : random.Next(10) == 0 ? (uint)random.Next(4)
            : (uint)Math.Clamp(middle + random.NextInt64(-spread, spread + 1L), 0, most) | (random.Next(2) == 0 ? 0 : format.SignMask))];
    }

    private static uint Addend(Random random, ElementFormat output, int i) => (i % 6) switch
    {
        0 => 0,
        1 => output.SignMask,
        2 => (uint)random.NextInt64(output.CodeMask + 1L),
        _ => ((uint)((output.EMax + random.Next(-30, 20)) << output.MantissaBits) | (uint)random.Next(1 << output.MantissaBits))
            & output.CodeMask,
    };
}
