using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.ConversionInstructions;

/// <summary>The operation <c>instruction</c> on the wire: who is asked, and what cannot be.</summary>
public sealed class InstructionWireTests
{
    private const string Cvt = "cvt.rs.satfinite.e4m3x4.f32";

    [Theory]
    [InlineData("instruction cvt.rs.satfinite.e4m3x4.f32 3f800000 40000000 3f900000 bf900000 12345678", "384039b9")]
    [InlineData("instruction cvt.rn.f64.u64 ffffffffffffffff", "43f0000000000000")]
    [InlineData("instruction v_cvt_pk_fp8_f32:neg=1 3f800000 40000000 a5a5a5a5", "a5a540b8")]
    [InlineData("instruction vfext.vf2 9c", "b0c0")]
    public void A_register_is_answered(string request, string answer) => Assert.Equal(answer, new Answers().Answer(request));

    [Theory]
    [InlineData("instruction", "'instruction' names an instruction")]
    [InlineData("instruction cvt.rn.f64.u64 ffffffff", "a.u64 has 8 digits, not 2 x 8 = 16")]
    [InlineData("instruction cvt.rn.f64.u64", "a.u64 is missing")]
    [InlineData("instruction cvt.rn.satfinite.e4m3x2.f32 3f800000 3f800000 3f800000", "1 more word than the operation takes, after 2")]
    [InlineData("instruction cvt.rs.satfinite.e4m3x4.f32 3f800000 3f800000 3f800000 3f800000", "the random word is missing")]
    [InlineData("instruction cvt.f32.f16 rounding=ties-to-even 3c00", "rounding acts on encode and quantize, not instruction cvt.f32.f16")]
    [InlineData("instruction cvt.f32.f16 from=fp16 3c00", "instruction takes no choice, 'from=fp16' is one; ")]
    [InlineData("instruction fcvtn.f16:f8d=3 3c00", "f8d=3: f8d is 0 (E5M2) or 1 (E4M3); 2 to 7 are reserved")]
    public void What_cannot_be_asked_is_one_line(string request, string line)
        => Assert.StartsWith(line, Assert.Throws<RequestException>(() => new Answers().Answer(request)).Message, StringComparison.Ordinal);

    /// <summary>Ten rows of each that is declared, of one that takes a byte fewer, because some would ask the same.</summary>
    [Theory]
    [InlineData("--instruction cvt.rs.satfinite.e4m3x4.f32", 10)]
    [InlineData("--instruction cvt.rs.satfinite.relu.e4m3x4.f32 --instruction vfext.vf2", 18)]
    [InlineData("--instruction all", 2000)]
    public void A_kernel_is_asked_what_it_declares(string words, int least)
    {
        (int code, string output, string error) = MxactProgram.Run("",
            ["requests", "--only", "instruction", .. words.Split(' ')]);
        Assert.Equal((0, ""), (code, error));
        int rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.True(least < 1000 ? rows == least : rows >= least, $"{rows} rows");
        (code, _, error) = MxactProgram.Run("", ["run", "builtin", "--only", "instruction", .. words.Split(' ')]);
        Assert.Equal((0, ""), (code, error));
    }

    [Theory]
    [InlineData("", "no row is selected by --level standard --only instruction")]
    [InlineData("--instruction vcvtph2bf9", "no instruction is called 'vcvtph2bf9'; near it: vcvtph2bf8; ")]
    public void Who_declares_none_is_asked_none(string words, string line)
    {
        (int code, string output, string error) = MxactProgram.Run("",
            ["run", "builtin", "--only", "instruction", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("mxact: " + line, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    /// <summary>A kernel that converts another way fails its rows.</summary>
    [Fact]
    public void Another_conversion_is_found_out()
    {
        TestVector[] rows = [.. GoldenSet.Open(GoldenSet.DefaultFolder()).Rows().Where(row => row.Formats == Cvt)];
        Assert.Equal(10, rows.Length);
        Answers answers = new();
        Assert.All(rows, row => Assert.Equal(row.Expected, answers.Answer(row.Request)));
        Assert.Contains(rows, row => answers.Answer(row.Request.Replace("e4m3", "e5m2", StringComparison.Ordinal)) != row.Expected);
        Assert.Contains(rows, row => answers.Answer(row.Request[..^8] + "00000000") != row.Expected);
        Assert.True(new Declaration([], [Cvt]).Concerns(rows[0]));
        Assert.False(new Declaration([]).Concerns(rows[0]));
        Assert.Equal($"instruction={Cvt}", new Declaration([], [Cvt]).ToString());
    }
}
