using System.Diagnostics;
using Mxact.Common;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Tests.Accumulation;

namespace Mxact.Conformance.Tests;

/// <summary>Profiles in files: read, refused, and what they put on the wire.</summary>
public sealed class ProfileFileTests
{
    private const string Ceil = """{"name": "mine", "base": "ocp", "choices": {"scale-rule": "ceil", "zero-block": "min-normal"}}""";

    [Fact]
    public void Its_choices_stand_on_the_wire_and_its_name_does_not()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("mine.json", Ceil);
        (int code, string output, string error) = MxactProgram.Run("", "requests", "--level", "smoke", "--only", "quantize+mxfp4",
            "--profile",
            path);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Contains("zero-block=min-normal", output, StringComparison.Ordinal);
        Assert.Contains("scale-rule=ceil", output, StringComparison.Ordinal);
        Assert.DoesNotContain("mine", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_choice_of_the_command_line_goes_before_the_files()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("mine.json", Ceil);
        (int code, string output, _) = MxactProgram.Run("", "explain", "mxfp4", "3fc000013f400000", "--profile", path, "--scale-rule",
            "floor");
        Assert.Equal(0, code);
        Assert.Contains("floor", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using TemporaryFolder folder = new();
        foreach (Profile profile in Profile.All)
        {
            ProfileFile written = ProfileFile.Of("näme of \"it\"", Profile.Ocp, profile.Policy);
            ProfileFile read = ProfileFile.Read(folder.Write("p.json", written.ToJson()));
            Assert.Equal(written.Words, read.Words);
            Assert.Equal(written.Name, read.Name);
            Assert.Equal(profile.Policy, new Declaration(read.Words).Policy);
        }
    }

    [Theory]
    [InlineData("""{"name":"a","name":"b","choices":{}}""", "name")]
    [InlineData("""{"name":"a","choices":{"rounding":"to-odd","rounding":"ties-to-even"}}""", "Duplicate")]
    [InlineData("""{"name":"a","choices":{"colour":"red"}}""", "choices: unknown choice 'colour'")]
    [InlineData("""{"name":"a","choices":{"rounding":"up"}}""", "choices: unknown rounding 'up'; it is one of ties-to-even")]
    [InlineData("""{"name":"a","choices":{"rounding":null}}""", "unknown rounding 'null'")]
    [InlineData("""{"name":"a","choices":{"rounding":["to-odd"]}}""", "")]
    [InlineData("""{"name":"a","base":"mine","choices":{}}""", "base: unknown profile 'mine'")]
    [InlineData("""{"name":"a","choices":{},"more":1}""", "more")]
    [InlineData("""{"name":"","choices":{}}""", "'name' (1 to 100 letters) and 'choices' are needed")]
    [InlineData("""{"name":"a"}""", "'name' (1 to 100 letters) and 'choices' are needed")]
    [InlineData("null", "are needed")]
    [InlineData("", "")]
    [InlineData("""[[[[[[[[[[[[]]]]]]]]]]]]""", "")]
    public void A_file_that_is_none_is_one_line(string text, string says)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("p.json", text);
        Refused(path, says);
    }

    [Fact]
    public void A_folder_a_long_file_and_a_missing_one_are_refused()
    {
        using TemporaryFolder folder = new();
        Refused(folder.Write("long.json", """{"name":"a","choices":{}}""" + new string(' ', 1 << 17)), "more than the 65536 bytes");
        Refused(Path.Combine(folder.Path, "none.json"), "not found");
        Directory.CreateDirectory(Path.Combine(folder.Path, "dir.json"));
        Refused(Path.Combine(folder.Path, "dir.json"), "is a folder");
    }

    [Fact]
    public void A_pipe_that_nobody_writes_is_refused_and_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes are made by mkfifo");
        using TemporaryFolder folder = new();
        using Process made = Process.Start("mkfifo", Path.Combine(folder.Path, "pipe.json"));
        made.WaitForExit();
        Refused(Path.Combine(folder.Path, "pipe.json"), "is a pipe");
    }

    /// <summary>The committed schema names the members that are read; a new one is added to both.</summary>
    [Fact]
    public void The_schema_has_the_members_that_are_read()
    {
        using System.Text.Json.JsonDocument schema = System.Text.Json.JsonDocument.Parse(
            File.ReadAllText(Repository.At("Conformance", "profile.schema.json")));
        Assert.Equal(typeof(ProfileJson).GetProperties().Where(p => p.Name != "EqualityContract").Select(p
                => p.Name.ToLowerInvariant()).Order(),
            schema.RootElement.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());
    }

    private static void Refused(string path, string says)
    {
        (int code, string output, string error) = MxactProgram.Run("", "explain", "e4m3", "1.0", "--profile", path);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }
}
