using Mxact.Vectors.Answers;

namespace Mxact.Vectors.Tests;

/// <summary>NVFP4 quantisers differ at the ends of the scale's range: what each source does there, worked by hand.</summary>
public sealed class Nvfp4ProfileTests
{
    private const string Zeros = "0000000080000000";
    private const string Tiny = "0000000180000001"; // 2^-149: amax / 6 rounds to no scale
    private const string Below = "3d800000"; // 2^-4: a sixth of it is 5.33 * 2^-9
    private const string Huge = "4600000045000000"; // 8192 and 2048: a sixth of the first is beyond 464
    private const string Infinite = "7f8000003f800000";
    private const string NaN = "7fc0000040c00000";

    [Theory]
    [InlineData("ocp", "00 0008", "00 0008", "05 07", "7e 0706", "7f 0000", "7f 0000")]
    [InlineData("ggml-nvfp4", "00 0000", "00 0000", "05 07", "7e 0706", "7e 0000", "38 0007")]
    [InlineData("torchao-nvfp4", "08 0008", "08 0008", "08 06", "7e 0706", "7e 0700", "7f 0000")]
    [InlineData("modelopt-nvfp4", "38 0000", "01 0008", "05 07", "7e 0706", "7e 0700", "7f 0000")]
    [InlineData("compressed-tensors-nvfp4", "20 0008", "20 0008", "05 07", "7e 0706", "7f 0000", "7f 0000")]
    [InlineData("transformer-engine-nvfp4", "00 0008", "00 0008", "05 07", "7e 0706", "7e 0700", "38 0707")]
    [InlineData("flashinfer-nvfp4", "00 0008", "00 0008", "05 07", "7e 0706", "7e 0700", "38 0707")]
    public void Ends_of_the_range(string profile, string zeros, string tiny, string below, string huge, string infinite, string nan)
        => Assert.Equal([zeros, tiny, below, huge, infinite, nan],
            new[] { Zeros, Tiny, Below, Huge, Infinite, NaN }.Select(block => Answer($"quantize nvfp4 profile={profile} {block}")));

    /// <summary>Those not run as kernels must say so, and whose source was read.</summary>
    [Fact]
    public void Every_profile_of_nvfp4_says_how_sure_it_is()
    {
        Profile[] profiles = [.. Profile.All.Where(p => p.Name.EndsWith("-nvfp4", StringComparison.Ordinal))];
        Assert.Equal(6, profiles.Length);
        Assert.All(profiles, p => Assert.True(p.Of.Contains("not run here", StringComparison.Ordinal) != (p.Name == "ggml-nvfp4"), p.Name));
        Assert.All(profiles, p => Assert.NotEmpty(p.NotModelled));
    }

    private static string Answer(string line)
        => Answerer.For(Question.Parse(line, out string operands)).Answer(operands);
}
