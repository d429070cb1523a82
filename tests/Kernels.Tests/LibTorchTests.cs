using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

[assembly: AssemblyFixture(typeof(Mxact.Kernels.Tests.LibTorchRun))]

namespace Mxact.Kernels.Tests;

/// <summary>libtorch's casts under the suite, as the profile they are, once.</summary>
public sealed class LibTorchRun
{
    private readonly Lazy<Outcome> outcome = new(() => Real.Run(Real.LibTorch(), ["profile=libtorch"], "decode", "encode"));

    internal Outcome Outcome => outcome.Value;
}

/// <summary>libtorch's casts are their profile, but for the E8M0 cast's ties and its subnormal inputs.</summary>
public sealed class LibTorchTests(LibTorchRun run)
{
    [Theory]
    [InlineData("decode e5m2", 256)]
    [InlineData("decode e4m3", 256)]
    [InlineData("decode e5m2fnuz", 256)]
    [InlineData("decode e4m3fnuz", 256)]
    [InlineData("decode e8m0", 256)]
    [InlineData("encode e5m2", 2000)]
    [InlineData("encode e4m3", 2000)]
    [InlineData("encode e5m2fnuz", 1000)]
    [InlineData("encode e4m3fnuz", 1000)]
    public void Groups_without_a_departure(string name, int rows)
    {
        Group group = run.Outcome.Groups.Single(g => g.Name == name);
        Assert.True(group[Verdict.Pass] + group[Verdict.DeclaredVariant] >= rows);
        Assert.Equal(0, group[Verdict.Fail] + group[Verdict.KernelFailed] + group[Verdict.NotAsked]);
    }

    /// <summary>
    /// A normal number's hidden bit counts as the last kept one, which is odd: every tie goes up. A subnormal has none, and what is above
    /// 2^-127, its first bit, is rounded up as if that were half of 2^-126.
    /// </summary>
    [Fact]
    public void The_E8M0_cast_fails_at_ties_and_at_subnormals_above_2_to_the_minus_127()
    {
        Group group = run.Outcome.Groups.Single(g => g.Name == "encode e8m0");
        Assert.Equal(group.Failures.Count, group[Verdict.Fail]);
        Assert.All(group.Failures, failure => Assert.Equal(Own(failure.Row), failure.Reply.Text));
        Findings findings = Diagnosis.Of(run.Outcome);
        Assert.Empty(findings.Remainders);
        Assert.Equal("rounding=ties-to-away", findings.Causes[0].Fault.Name);
        Assert.Equal(2, group[Verdict.Fail] - findings.Causes[0].Explained);
    }

    [Theory]
    [InlineData("encode e8m0 40400000", "81")] // 3 is half way from 2 to 4; the code of 2 is even
    [InlineData("encode e8m0 00400000", "00")] // 2^-127
    [InlineData("encode e8m0 00400001", "01")] // just above it
    [InlineData("encode e8m0 c0400000", "81")] // the sign is dropped
    [InlineData("encode e8m0 7f7fffff", "ff")]
    [InlineData("encode e4m3 43e80000", "7e")]
    [InlineData("encode e4m3 43e80001", "7f")]
    [InlineData("encode e5m2 ffc00000", "ff")]
    [InlineData("encode e5m2 from=fp16 7bff", "7c")]
    [InlineData("encode e4m3fnuz 7f800000", "80")]
    public void Pinned_bits(string request, string bits)
    {
        int last = request.LastIndexOf(' ');
        using IKernelUnderTest kernel = Real.LibTorch();
        Assert.Equal(bits,
            Assert.Single(kernel.Ask([$"{request[..last]} overflow=non-finite rounding=ties-to-even{request[last..]}"])).Text);
    }

    /// <summary>What it is asked to saturate or to round otherwise it has no cast for.</summary>
    [Theory]
    [InlineData("encode e4m3 overflow=saturate rounding=ties-to-even 43e80000")]
    [InlineData("encode e4m3 overflow=non-finite rounding=toward-zero 43e80000")]
    [InlineData("decode e2m1 07")]
    public void What_it_has_no_cast_for_is_unsupported(string request)
    {
        using IKernelUnderTest kernel = Real.LibTorch();
        Assert.Equal(ReplyKind.Unsupported, Assert.Single(kernel.Ask([request])).Kind);
    }

    /// <summary>The cast as it was found to be: to the nearest power of two, ties up, and subnormals by their first bit.</summary>
    private static string Own(TestVector row)
    {
        uint magnitude = Convert.ToUInt32(row.Operands, 16) << (row.Question.From == ElementFormats.Binary32 ? 0 : 16) & 0x7fff_ffff;
        if (magnitude is > 0x0040_0000 and < 0x0080_0000)
        {
            return "01";
        }

        Question away = Question.Of(row.Operation, ["e8m0"], ["overflow=non-finite", "rounding=ties-to-away"]);
        return Answerer.For(away).Answer(HexWords.Write(magnitude, 8));
    }
}
