using Mxact.Cli.Commands;
using Mxact.Common;
using Mxact.Shell;

namespace Mxact.Kernels.Tests;

/// <summary>
/// Intel's bfloat16 dot products: what a Xeon answered is what their rows say, and this processor is asked where it has them.
/// </summary>
public sealed class IntelTests
{
    [Theory]
    [InlineData("intel-tdpbf16ps-sdm", 1806)]
    [InlineData("intel-vdpbf16ps", 7553)]
    public void What_a_Xeon_answered_is_reproduced(string model, int rows)
    {
        using StringWriter output = new();
        string path = Repository.At("tests", "Kernels", "Intel", model.Replace('-', '_') + ".csv.gz");
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(path, null, output));
        Assert.EndsWith($"\n{rows} rows, 0 mismatches\n", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(rows, MatrixUnits.Parse(model).RecordedRows);
    }

    /// <summary>The Intrinsics Guide's order, and a chain that takes the even product first, are told by the same answers.</summary>
    [Theory]
    [InlineData("intel-tdpbf16ps-sdm", "intel-tdpbf16ps")]
    [InlineData("intel-vdpbf16ps", "intel-tdpbf16ps")]
    [InlineData("intel-vdpbf16ps", "fma-chain")]
    public void Another_order_is_told(string recorded, string model)
    {
        string path = Repository.At("tests", "Kernels", "Intel", recorded.Replace('-', '_') + ".csv.gz");
        Assert.Equal(ExitCodes.Mismatches, RecordingsCommand.Run(path, MatrixUnits.Parse(model), TextWriter.Null));
    }

    [Fact]
    public async Task This_processor_is_identified()
    {
        string said = await ShellCheck.Of("Intel", TestContext.Current.CancellationToken);
        Assert.Equal(2, said.Count(c => c == '\n'));
    }
}
