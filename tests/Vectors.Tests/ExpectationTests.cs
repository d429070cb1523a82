namespace Mxact.Vectors.Tests;

/// <summary>What an expected word accepts.</summary>
public sealed class ExpectationTests
{
    [Theory]
    [InlineData("7f", "7f", "e4m3", true)]
    [InlineData("7f", "ff", "e4m3", false)]
    [InlineData("nan:any", "ff", "e4m3", true)]
    [InlineData("nan:any", "7e", "e4m3", false)]
    [InlineData("nan:any", "7d", "e5m2", true)]
    [InlineData("nan:7f", "7f", "e4m3", true)]
    [InlineData("nan:7f", "ff", "e4m3", false)]
    [InlineData("7e|7f", "7f", "e4m3", true)]
    [InlineData("7e|nan:any", "ff", "e4m3", true)]
    [InlineData("ff *4", "ff 0123", "e2m1", true)]
    [InlineData("ff *4", "ff 01", "e2m1", false)]
    [InlineData("ff *4", "ff 012345", "e2m1", false)]
    [InlineData("ff *4", "fe 0123", "e2m1", false)]
    [InlineData("ff *4", "ff", "e2m1", false)]
    [InlineData("nnnnnnnn3f800000", "7fc000013f800000", "fp32", true)]
    [InlineData("nnnnnnnn3f800000", "7f8000003f800000", "fp32", false)]
    [InlineData("nnnnnnnn3f800000", "7fc000013f800001", "fp32", false)]
    [InlineData("nan:any", "7fc00000ffc00000", "fp32", false)]
    [InlineData("nan:any*2", "7fc00000ffc00000", "fp32", true)]
    [InlineData("nan:any*2", "7fc00000ff800000", "fp32", false)]
    [InlineData("nan:any*2", "7fc00000", "fp32", false)]
    [InlineData("nan:any", "", "fp32", false)]
    public void Matches(string expected, string answer, string format, bool matches)
        => Assert.Equal(matches, Expectation.Matches(expected, answer, ElementFormats.Elements.First(f => f.Name == format)));
}
