namespace Mxact.Kernels.Tests;

/// <summary>LLVM's APFloat, where its package is installed: the committed list of departures is what the suite finds.</summary>
public sealed class ApFloatTests
{
    [Fact]
    public async Task The_committed_list_is_what_the_suite_writes_and_exits_with_0()
    {
        string said = await ShellCheck.Of("ApFloat", TestContext.Current.CancellationToken);
        Assert.Contains("conformant but for what it is known for: ", said, StringComparison.Ordinal);
    }
}
