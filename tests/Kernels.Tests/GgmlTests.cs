using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Vectors;

[assembly: AssemblyFixture(typeof(Mxact.Kernels.Tests.GgmlPackage))]

namespace Mxact.Kernels.Tests;

/// <summary>ggml's MXFP4 and NVFP4 kernels under the suite: as the profile they declare, and as the standard's own.</summary>
public sealed class GgmlTests(GgmlPackage package)
{
    [Fact]
    public void Mxfp4_quantisation_is_the_declared_profile_bit_for_bit()
    {
        Group group = Run(GgmlDeviations.Mxfp4, "quantize+mxfp4");
        Assert.Equal(0, group[Verdict.Fail] + group[Verdict.KernelFailed] + group[Verdict.NotAsked]);
        Assert.True(group[Verdict.Pass] > 20 && group[Verdict.DeclaredVariant] > 100);
    }

    /// <summary>The NVFP4 kernel shares everything with the MXFP4 one but what an infinity does to the scale.</summary>
    [Fact]
    public void Nvfp4_quantisation_under_the_same_profile_fails_for_infinities_alone()
    {
        Group group = Run(GgmlDeviations.Mxfp4, "quantize+nvfp4");
        Assert.NotEmpty(group.Failures);
        Assert.Equal(Answered("nvfp4", GgmlDeviations.Mxfp4).Where(HasInfinity).Select(r => r.Id), group.Failures.Select(f => f.Row.Id));
        Assert.All(group.Failures, f => Assert.StartsWith("7e ", f.Reply.Text, StringComparison.Ordinal));
        Cause cause = Assert.Single(Diagnosis.Of([group]).Causes);
        Assert.Equal(("inf-in-block=scale-max", group.Failures.Count), (cause.Fault.Name, cause.Explained));

        Group corrected = Run(GgmlDeviations.Nvfp4, "quantize+nvfp4");
        Assert.Equal(0, corrected[Verdict.Fail]);
        Assert.True(corrected[Verdict.DeclaredVariant] > 100);
    }

    /// <summary>
    /// Held to the standard's choices, exactly the rows fail on which the profile differs from them; and the report names the profile.
    /// </summary>
    [Theory]
    [InlineData("mxfp4")]
    [InlineData("nvfp4")]
    public void Held_to_ocp_it_fails_where_its_profile_differs(string format)
    {
        string[] own = format == "mxfp4" ? GgmlDeviations.Mxfp4 : GgmlDeviations.Nvfp4;
        Group group = Run(["profile=ocp"], "quantize+" + format);
        TestVector[] answered = Answered(format, ["profile=ocp"]);
        TestVector[] different = [.. answered.Where(r => !Expectation.Matches(r.Expected, GgmlDeviations.Quantized(r, own), null))];
        Assert.Equal(answered.Length, group[Verdict.Pass] + group[Verdict.Fail]);
        Assert.Equal(different.Select(r => r.Id), group.Failures.Select(f => f.Row.Id));
        Assert.True(group[Verdict.Pass] > 10 && different.Length > 100);
        Findings findings = Diagnosis.Of([group]);
        Assert.Equal(format == "mxfp4" ? "profile=ggml" : "profile=ggml-nvfp4", findings.Causes[0].Fault.Name);
        Assert.True(format == "nvfp4" || findings.Causes[0].Explained == group.Failures.Count);
        Assert.Empty(findings.Remainders);
    }

    /// <summary>
    /// Every row has all sixteen codes, so every row shows the lost -0, and the rows of NaN scales show that there are none.
    /// </summary>
    [Theory]
    [InlineData("mxfp4")]
    [InlineData("nvfp4")]
    public void Dequantisation_loses_negative_zero_and_nan_scales(string format)
    {
        Group group = Run(GgmlDeviations.Mxfp4, "dequantize+" + format);
        Assert.Equal(Real.Rows.Count(r => r.Operation == Operation.Dequantize && r.Formats == format && r.Question.TensorScale is null),
            group[Verdict.Fail]);
        Assert.All(group.Failures, f => Assert.Equal(GgmlDeviations.Dequantized(f.Row), f.Reply.Text));
    }

    /// <summary>One block a mechanism: the block's elements that are not named are zeros.</summary>
    [Theory]
    [InlineData("mxfp4", "80000000 80000000", "00 0000")] // -0 has distance 0 to code 0, the first in the table
    [InlineData("mxfp4", "40c00000 3e800000 be800000 bdcccccd", "7f 07000000")] // a tie, and what rounds to -0, stay at the first code
    [InlineData("mxfp4", "40c00000 3f400000 bf400000", "7f 070109")] // ties to even would be 02 and 0a
    [InlineData("mxfp4", "437fffff", "85 06")] // log2f rounds the last value below 2^8 to 8: one scale too high
    [InlineData("mxfp4", "40400000 7fc00000 ffc00000", "7e 070000")] // a NaN is no maximum, and compares to no code
    [InlineData("mxfp4", "7fc00000 ffc00000", "00 0000")]
    // Inf - 2 + 127 as a byte is 00; beside 2^-127 every distance is the same
    [InlineData("mxfp4", "7f800000 3f800000 bf800000", "00 000000")]
    [InlineData("mxfp4", "01000000", "00 06")] // the smallest scale in range: 4 * 2^-127
    [InlineData("mxfp4", "00800000", "ff 00")] // -1 as a byte: 2^128, in which 2^-126 is nothing
    [InlineData("mxfp4", "00000001", "e8 00")] // -24
    [InlineData("nvfp4", "80000000 80000000", "00 0000")]
    [InlineData("nvfp4", "7f800000 3f800000 c5280000", "7e 00000f")] // the scale saturates at 448
    [InlineData("nvfp4", "40c00000 3e800000 3f400000 bf400000", "38 07000109")]
    [InlineData("nvfp4", "7fc00000 40c00000", "38 0007")]
    public void Pinned_blocks(string format, string values, string answer)
    {
        package.Need();
        int size = format == "mxfp4" ? 32 : 16;
        string block = values.Replace(" ", "", StringComparison.Ordinal).PadRight(8 * size, '0');
        string codes = answer[3..].PadRight(2 * size, '0');
        using IKernelUnderTest kernel = Real.Library(package.Manifest);
        Assert.Equal($"{answer[..2]} {codes}", Assert.Single(kernel.Ask([$"quantize {format} profile=ggml {block}"])).Text);
    }

    /// <summary>
    /// Rows on which a library without choices is asked anything: those that leave it every choice it is held to. It takes whole blocks
    /// of binary32 and no tensor scale.
    /// </summary>
    private static TestVector[] Answered(string format, string[] held)
    {
        Declaration declaration = new(held);
        return [.. Real.Rows.Where(r => r.Operation == Operation.Quantize && r.Formats == format
            && declaration.Of(r.Question).Policy == declaration.Policy && r.Question.From == ElementFormats.Binary32
                && r.Question is { TensorScale: null, TensorScaleRule: null } && r.Operands.Length == (format == "mxfp4" ? 256 : 128))];
    }

    private static bool HasInfinity(TestVector row) => row.Operands.Chunk(8).Any(word => new string(word) is "7f800000" or "ff800000");

    private Group Run(string[] held, string only)
    {
        package.Need();
        return Assert.Single(Real.Run(Real.Library(package.Manifest, held), held, only).Groups);
    }
}
