namespace Mxact.Conformance.Tests;

/// <summary>The streams, as a shell runs them.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("decode --format e4m3", "7e\n", "43e00000\n")]
    [InlineData("decode --format e8m0", "00\nff\n", "00400000\n7fc00000\n")]
    [InlineData("encode --format e4m3 --rounding ties-to-even --overflow saturate", "3f800000\n43e80001\n", "38\n7e\n")]
    [InlineData("encode --format e4m3 --overflow non-finite", "43e80001\n", "7f\n")]
    [InlineData("encode --format e2m1 --rounding stochastic:8", "3f900000 80\n3f900000 c0\n", "02\n03\n")]
    [InlineData("encode --format e5m2 --from fp16", "3c00", "3c\n")]
    [InlineData("encode --format e4m3", "3f800000\r\n40000000\r\n", "38\n40\n")]
    [InlineData("quantize --format mxfp4 --scale-rule round-up --profile ocp", "3f8000003f000000\n", "7d 0604\n")]
    [InlineData("quantize --format mxfp4 --profile ggml", "0000000000000000\n", "00 0000\n")]
    [InlineData("quantize --format mxint8 --choice zero-block=scale7f", "00000000\n", "7f 00\n")]
    [InlineData("dequantize --format mxfp8-e4m3", "ff 38\n7f 38\n", "7fc00000\n3f800000\n")]
    [InlineData("dot --model exact --a e4m3 --b e4m3", "3838 3838 00000000\n3838 3838 7f 7f 3f800000\n", "40000000\n40400000\n")]
    [InlineData("pack --format nibbles", "0102\n", "21\n")]
    [InlineData("serve", "decode e4m3 7e\ndot e4m3 e4m3 model=cdna9 00 00 00000000\n", "43e00000\nunsupported\n")]
    public void Answers(string command, string input, string output)
    {
        (int code, string answer, string error) = MxactProgram.Run(input, command.Split(' '));
        Assert.Equal("", error);
        Assert.Equal(output, answer);
        Assert.Equal(0, code);
    }

    /// <summary>One clear line that says where and what, exit code 2, and every answer before it is already written.</summary>
    [Theory]
    [InlineData("encode --format e4m3", "3f800000\n3f80\n3f800000\n", "38\n", "line 2: the input has 4 digits, not 8")]
    [InlineData("encode --format e4m3", "3f800000\n3f80000g\n", "38\n", "line 2: the input '3f80000g' is not hexadecimal")]
    [InlineData("encode --format e4m3", "3f800000\n\n", "38\n", "line 2: the input is missing")]
    [InlineData("encode --format e4m3 --rounding stochastic:8", "3f800000 00\n3f800000\n", "38\n",
        "line 2: stochastic:8 takes the random bits as a second word")]
    [InlineData("quantize --format mxfp4", "3f80000\n", "", "line 1: the block has 7 digits")]
    [InlineData("encode --format e4x3", "3f800000\n", "", "unknown format 'e4x3'")]
    [InlineData("encode --format e4m3 --rounding up", "3f800000\n", "", "unknown rounding 'up'")]
    [InlineData("quantize --format mxfp4 --choice zero-block=never", "3f800000\n", "", "unknown zero-block 'never'")]
    [InlineData("quantize --format mxfp4 --choice nonsense", "3f800000\n", "", "--choice is id=choice")]
    [InlineData("encode", "", "", "Option '--format' is required.")]
    [InlineData("encod", "", "", "'encod'")]
    [InlineData("serve", "decode e4m3 7e\nnonsense\n", "43e00000\n", "line 2: unknown operation 'nonsense'")]
    public void Refuses_bad_input(string command, string input, string output, string says)
    {
        (int code, string answer, string error) = MxactProgram.Run(input, command.Split(' '));
        Assert.Equal(2, code);
        Assert.Equal(output, answer);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.StartsWith("mxact: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task A_program_that_waits_for_each_answer_gets_it()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        System.Diagnostics.ProcessStartInfo start = new("dotnet", [MxactProgram.Assembly, "serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true
        };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        for (uint code = 0; code < 8; code++)
        {
            await process.StandardInput.WriteAsync($"decode e2m1 {code:x2}\n");
            await process.StandardInput.FlushAsync(limit.Token);
            Assert.Equal(8, (await process.StandardOutput.ReadLineAsync(limit.Token))!.Length);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
    }
}
