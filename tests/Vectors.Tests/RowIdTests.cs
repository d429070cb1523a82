using System.Diagnostics;
using Mxact.Common;

namespace Mxact.Vectors.Tests;

/// <summary>An id says what is asked and nothing else.</summary>
public sealed class RowIdTests
{
    /// <summary>Pinned: <c>printf '%s' 'REQUEST' | sha256sum</c>. These never change.</summary>
    [Theory]
    [InlineData("decode e4m3 7e", "decode-e4m3-")]
    [InlineData("encode e4m3 overflow=saturate rounding=ties-to-even 3ba00000", "encode-e4m3-")]
    [InlineData("dot e2m1/ue4m3/16 e2m1/ue4m3/16 model=exact 00 00 38 38 00000000", "dot-e2m1.ue4m3.16-")]
    [InlineData("dot e4m3 e5m2 model=exact 00 00 00000000", "dot-e4m3-e5m2-")]
    public void Is_a_readable_prefix_and_the_hash_of_the_request_line(string request, string prefix)
    {
        ProcessStartInfo sha = new("sh", ["-c", $"printf '%s' '{request}' | sha256sum"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(sha)!;
        string expected = prefix + process.StandardOutput.ReadToEnd()[..12];
        Question question = Question.Parse(request, out string operands);
        Assert.Equal(expected,
            RowId.Create(question.Operation, string.Join(' ', question.Formats), string.Join(' ', question.Choices), operands));
    }

    [Fact]
    public void Is_pinned() => Assert.Equal(
        "encode-e4m3-5bae317eac86", RowId.Create(Operation.Encode, "e4m3", "rounding=ties-to-even overflow=saturate", "3ba00000"));

    [Fact]
    public void Does_not_depend_on_the_order_of_choices()
    {
        Assert.Equal(
            RowId.Create(Operation.Encode, "e4m3", "rounding=ties-to-even overflow=saturate", "00"),
            RowId.Create(Operation.Encode, "e4m3", "overflow=saturate rounding=ties-to-even", "00"));
        Assert.NotEqual(RowId.Create(Operation.Encode, "e4m3", "", "00"),
            RowId.Create(Operation.Encode, "e4m3", "overflow=saturate", "00"));
    }

    [Fact]
    public void Every_committed_row_has_the_id_of_its_request()
    {
        foreach (TestVector row in GoldenSet.Open(Repository.At("Vectors", "golden", "v1")).Rows())
        {
            Assert.Equal(RowId.Create(row.Operation, row.Formats, row.Choices, row.Operands), row.Id);
            Assert.Equal(RowId.Sorted(row.Choices), row.Choices);
            Assert.DoesNotContain("profile=", row.Choices, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rows_that_ask_the_same_are_merged_and_a_collision_is_refused()
    {
        TestVector row = new("decode-e4m3-0", Level.Standard, Operation.Decode, "e4m3", "", "7e", "43e00000", "", "x", "nan subnormal");
        TestVector merged = row.MergeWith(row with { Level = Level.Smoke, Flags = "subnormal extension" });
        Assert.Equal(row with { Level = Level.Smoke, Flags = "nan subnormal extension" }, merged);
        Assert.Contains("one id for two requests",
            Assert.Throws<InvalidOperationException>(() => row.MergeWith(row with { Operands = "7d" })).Message, StringComparison.Ordinal);
    }
}
