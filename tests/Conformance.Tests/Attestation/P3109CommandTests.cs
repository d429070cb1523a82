namespace Mxact.Conformance.Tests.Attestation;

/// <summary>What a user of the command line meets of the P3109 draft, bad input included.</summary>
public sealed class P3109CommandTests
{
    private const string Rho = "(NearestTiesToEven,SatNone)";

    [Fact]
    public void Serve_answers_operations_as_it_answers_everything()
    {
        string asked = $"p3109 Recip<Binary8p4se,Binary8p4se,{Rho}> 44\np3109 Recip<Binary8p4se,Binary8p4se,{Rho}> 00\n"
            + "p3109 MaxFiniteOf<Binary9p4se>\ndecode e4m3 7e\n"
            + $"p3109 ConvertFromBlock<2,Binary8p1uf,Binary4p2sf,BFloat16,{Rho}> 80 040c\n"
            + "p3109 Convert<binary32,Binary4p2sf,(StochasticA:5,SatFinite)> 3fa00000 1f\n";
        (int code, string output, string error) = MxactProgram.Run(asked, "serve");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(["3b", "80", "00fe", "43e00000", "3f80bf80", "05"], output.Split('\n')[..^1]);
    }

    [Fact]
    public void The_list_has_every_operation_and_each_is_answered_by_its_form()
    {
        (int code, string output, _) = MxactProgram.Run("", "p3109");
        Assert.Equal(0, code);
        Assert.Equal(P3109Operation.Forms, output.Split('\n')[..^1]);
    }

    [Theory]
    [InlineData("p3109 Add", "Add is written Add<fx,fy,fr,rho>")]
    [InlineData("p3109 Binary9", "'Binary9' is no format of P3109: ")]
    [InlineData("p3109 Binary8p4se 7e", "a format has no operands: 'mxact explain Binary8p4se 7e'")]
    [InlineData("p3109 IsZero<Binary8p4se>", "x is missing")]
    [InlineData("p3109 IsZero<Binary8p4se> 7", "x has 1 digits, not 2")]
    [InlineData("p3109 IsZero<Binary4p2sf> 1f", "x is a code of 4 bits; 1f has more")]
    [InlineData("p3109 Abs<Binary4p2sf,Binary4p2sf,(StochasticA:3,SatNone)> 0f 8", "R is a number of 3 bits; 8 has more")]
    [InlineData("p3109 Abs<Binary4p2sf,Binary4p2sf,(StochasticA:3,SatNone)> 0f", "R is missing")]
    [InlineData("explain Binary4p2sf 1f", "1f has more than the 4 bits of Binary4p2sf")]
    [InlineData("explain Binary4p2sf 0f --rounding to-odd", "a format of P3109 takes no choice")]
    [InlineData("attest builtin --operation Add", "Add is written Add<fx,fy,fr,rho>")]
    [InlineData("attest builtin --external binary64", "--external is binary32, binary16, BFloat16, not 'binary64'")]
    [InlineData("attest builtin --sample 0", "--sample is at least 1, not 0")]
    public void Bad_input_is_one_line(string words, string says)
    {
        (int code, string output, string error) = MxactProgram.Run("", words.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"mxact: {says}", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Abs<")]
    [InlineData("Abs<Binary8p4se,Binary8p4se,(")]
    [InlineData("ConvertFromBlock<")]
    public void A_long_name_is_shown_short(string before)
    {
        string name = before + new string('9', 5000) + (before.Length == 0 ? "" : before.Contains("Block", StringComparison.Ordinal)
            ? ",Binary8p4se,Binary8p4se,Binary8p4se,(ToOdd,SatNone)>" : before.EndsWith('(') ? ")>" : ",Binary8p4se,(ToOdd,SatNone)>");
        (int code, _, string error) = MxactProgram.Run($"p3109 {name} 00\n", "serve");
        Assert.Equal(2, code);
        Assert.InRange(error.Length, 60, 400);
    }

    [Fact]
    public void Explain_says_what_a_code_is_and_what_a_number_becomes()
    {
        Assert.Equal("Binary8p4se 7e = 224\nE = 15, T = 6, P = 4, B = 8: normal, (1 + T 2^(1-P)) 2^(E-B)\n",
            MxactProgram.Run("", "explain", "Binary8p4se", "7e").Output);
        Assert.Contains("NearestTiesToEven: 7e = 224 | 7e = 224 | 7f = +Inf\n",
            MxactProgram.Run("", "explain", "Binary8p4se", "300.5").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Attest_of_a_kernel_that_does_nothing_finds_so_and_of_one_that_dies_says_it_failed()
    {
        string[] operation = ["--operation", $"Abs<Binary4p2sf,Binary4p2sf,{Rho}>"];
        (int code, string output, _) = MxactProgram.Run("", ["attest", .. operation, "--", "sh", "-c",
            "while read line; do echo unsupported; done"]);
        Assert.Equal(1, code);
        Assert.Contains("1 unsupported, 0 failed", output, StringComparison.Ordinal);
        (code, output, _) = MxactProgram.Run("", ["attest", .. operation, "--", "sh", "-c", "exit 7"]);
        Assert.Equal(3, code);
        Assert.Contains("0 unsupported, 1 failed", output, StringComparison.Ordinal);
    }
}
