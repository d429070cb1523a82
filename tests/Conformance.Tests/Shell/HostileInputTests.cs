using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Xml.Linq;
using Mxact.Cli;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;

namespace Mxact.Conformance.Tests.Shell;

/// <summary>What a user gives by mistake or somebody by intent: one line and exit code 2, before the work, and nothing written.</summary>
public sealed class HostileInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>An unset variable of a shell, in every place where a text is taken.</summary>
    [Theory]
    [InlineData("run|")]
    [InlineData("run|builtin|--json|")]
    [InlineData("run|builtin|--junit|")]
    [InlineData("run|builtin|--vectors|")]
    [InlineData("run|builtin|--departures|")]
    [InlineData("run|builtin|--write-departures|")]
    [InlineData("run|--|")]
    [InlineData("verify|")]
    [InlineData("verify|-|--json|")]
    [InlineData("requests|--vectors|")]
    [InlineData("compare|")]
    [InlineData("compare|x.npy|--csv|")]
    [InlineData("compare|x.npy|--svg|")]
    [InlineData("convert||out.safetensors|--format|mxfp4")]
    [InlineData("convert|in.npy||--format|mxfp4")]
    [InlineData("recordings|")]
    [InlineData("models|--error-plot|")]
    [InlineData("sweep|--log|")]
    [InlineData("vectors|generate|")]
    [InlineData("vectors|check|--vectors|")]
    [InlineData("vectors|list|--vectors|")]
    [InlineData("vectors|show|")]
    [InlineData("host|")]
    [InlineData("identify-accumulator|--|")]
    [InlineData("encode|--format|")]
    [InlineData("explain||7e")]
    [InlineData("run|builtin|--only| ")]
    public void An_empty_text_is_one_line(string command) => Refused(command.Split('|'), "is given an empty text");

    [Theory]
    [InlineData("run|builtin|--level|smoke,deep", "--level is smoke, standard or deep, not 'smoke,deep'")]
    [InlineData("run|builtin|--level|Smoke", "--level is smoke, standard or deep, not 'Smoke'")]
    [InlineData("run|builtin|--level|1", "--level is smoke, standard or deep, not '1'")]
    [InlineData("run|builtin|--max-failures|-1", "--max-failures is 0 or more, not -1")]
    [InlineData("run|builtin|--time-limit|0,2", "--time-limit is 0 to 86400 seconds, such as 0.5, not '0,2'")]
    [InlineData("run|builtin|--time-limit|1,000", "not '1,000'")]
    [InlineData("run|builtin|--time-limit|NaN", "not 'NaN'")]
    [InlineData("run|builtin|--time-limit|-1", "not '-1'")]
    [InlineData("identify-accumulator|--time-limit|0,2|--|x", "not '0,2'")]
    [InlineData("run|builtin|--seed|x\u001b[31m", "--seed is hexadecimal, not 'x\\x1b[31m'")]
    public void An_option_that_is_not_understood_is_refused(string command, string says) => Refused(command.Split('|'), says);

    /// <summary>Before a row is asked, a tensor read or a plot computed.</summary>
    [Fact]
    public void An_output_that_cannot_be_written_is_refused_before_the_work()
    {
        string tensor = Npy("x.npy", 32);
        using (Process mkfifo = Process.Start("mkfifo", [At("pipe"), At("pipe.safetensors")]))
        {
            mkfifo.WaitForExit();
        }

        long start = Stopwatch.GetTimestamp();
        foreach ((string path, string says) in (ReadOnlySpan<(string, string)>)
            [(At("no/such"), "there is no folder"), (folder.Path, "is a folder"), (At("pipe"), "is a pipe")])
        {
            Refused(["run", "builtin", "--json", path], says);
            Refused(["run", "builtin", "--junit", path], says);
            Refused(["run", "builtin", "--write-departures", path], says);
            Refused(["compare", tensor, "--csv", path], says);
            Refused(["compare", tensor, "--svg", path], says);
            Refused(["models", "--error-plot", path], says);
            Refused(["sweep", "--log", path], says);
        }

        Refused(["convert", tensor, At("pipe.safetensors"), "--format", "mxfp4"], "is a pipe");
        Refused(["compare", tensor, "--csv", tensor], "is the input itself");
        Refused(["compare", tensor, "--csv", At("a"), "--svg", At("a")], "is the file of another output");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        Assert.Equal(new[] { At("pipe"), At("pipe.safetensors"), tensor }, Directory.GetFiles(folder.Path).Order());
    }

    /// <summary>A pipe without a writer would be waited for, and /dev/zero has no end.</summary>
    [Fact]
    public void An_input_that_never_ends_is_refused()
    {
        using (Process mkfifo = Process.Start("mkfifo", [At("pipe"), At("pipe.npy"), At("pipe.json")]))
        {
            mkfifo.WaitForExit();
        }

        Refused(["verify", At("pipe")], "is a pipe, which waits for its writer");
        Refused(["recordings", At("pipe")], "is a pipe, which waits for its writer");
        Refused(["compare", At("pipe.npy")], "is a pipe, which waits for its writer");
        Refused(["convert", At("pipe.npy"), At("x.safetensors"), "--format", "mxfp4"], "is a pipe, which waits for its writer");
        Refused(["run", At("pipe.json")], "is a pipe, which waits for its writer");
        Refused(["run", "builtin", "--departures", At("pipe")], "is a pipe, which waits for its writer");
        if (OperatingSystem.IsLinux())
        {
            // This thread's alone: other tests run beside it.
            long before = GC.GetAllocatedBytesForCurrentThread();
            Refused(["verify", "/dev/zero", "--level", "smoke", "--only", "decode"], "/dev/zero:1: is longer than 65536 bytes");
            Refused(["recordings", "/dev/zero"], "/dev/zero:1: is longer than");
            Refused(["run", "builtin", "--departures", "/dev/zero"], "/dev/zero:1: is longer than");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1L << 16, 512L << 20);
        }
    }

    /// <summary>The input's own file by another name would be replaced, or read while it is written.</summary>
    [Fact]
    public void An_output_is_not_the_input_through_a_linked_folder()
    {
        string input = At("t.safetensors");
        Safetensors(input, """{"w":{"dtype":"F32","shape":[1,32],"data_offsets":[0,128]}}""", 128);
        byte[] before = File.ReadAllBytes(input);
        Directory.CreateSymbolicLink(At("link"), folder.Path);
        Refused(["convert", input, At("link/t.safetensors"), "--format", "mxfp4"], "is the input itself");
        Assert.Equal(before, File.ReadAllBytes(input));
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "has 'dtype' twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", "has 'shape' twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1,"x":2}}""", "has 'x' twice")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "names 'a' twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}""", "not at most 2 whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}""", "not at most 64 whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}{}""", "not the JSON")]
    [InlineData("""{"w\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "not the JSON")]
    public void A_safetensors_header_says_everything_once(string header, string says)
    {
        Safetensors(At("t.safetensors"), header, 4);
        Refused(["compare", At("t.safetensors")], says);
    }

    [Theory]
    [InlineData("{}", "'library' and 'functions' are needed")]
    [InlineData("null", "'library' and 'functions' are needed")]
    [InlineData("""{"library":"","functions":[null]}""", "'library' and 'functions' are needed")]
    [InlineData("""{"library":"x.so","functions":[null]}""", "a function is null")]
    [InlineData("""{"library":"x.so","functions":[{}]}""", "a function needs")]
    [InlineData("""{"library":"x.so","library":"y.so","functions":[null]}""", "library")]
    [InlineData("""{"library":"x.so","declared":[null]"""
        + ""","functions":[{"symbol":"f","operation":"encode","format":"e2m1","signature":"u8 f(f32)"}]}""",
        "declared: a choice is null")]
    [InlineData("""{"library":"x.so","functions":[{"symbol":"f","operation":"encode","format":"e2m1","""
        + """ "signature":"u8 f(f32)","choices":["nope=1"]}]}""",
        "f: choices: unknown choice 'nope'")]
    [InlineData("""{"library":"x\ud800.so","functions":[]}""", "m.json")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "m.json")]
    public void A_library_manifest_is_refused_with_its_fault(string json, string says)
        => Refused(["run", folder.Write("m.json", json)], says);

    [Fact]
    public void A_manifest_that_is_not_UTF_8_is_refused()
        => Refused(["run", folder.Write("m.json", stream => stream.Write([(byte)'{', 0xff, (byte)'}']))], "byte 1: is not UTF-8");

    /// <summary>A kernel that names itself, and complains, in colours: the report is whole, and no escape reaches the terminal.</summary>
    [Fact]
    public void Control_characters_of_a_kernel_reach_no_report_and_no_terminal()
    {
        string report = At("r.xml");
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "decode+e2m1", "--junit", report, "--", "sh", "-c",
            "printf '\\033[31mred\\001\\033[0m\\n' >&2; exit 3", "kernel\u001b[31m\u0001");
        Assert.Equal(3, code);
        Assert.DoesNotContain('\u001b', output);
        XElement suite = XDocument.Load(report).Root!.Element("testsuite")!;
        Assert.Contains("kernel\\x1b[31m\\x01", suite.Attribute("name")!.Value, StringComparison.Ordinal);
    }

    /// <summary>A cell that a spreadsheet would compute, and a title that no XML can hold.</summary>
    [Fact]
    public void A_tensors_name_is_a_text_in_every_report()
    {
        string tensor = At("t\u001b[31m\u0001.safetensors");
        Safetensors(tensor, """{"=cmd|' /C calc'!A0":{"dtype":"F32","shape":[1,32],"data_offsets":[0,128]}}""", 128);
        Assert.Equal(0, MxactProgram.Run("", "compare", tensor, "--csv", At("r.csv"), "--svg", At("r.svg")).ExitCode);
        Assert.Contains("\n'=cmd", File.ReadAllText(At("r.csv")), StringComparison.Ordinal);
        Assert.Contains(XDocument.Load(At("r.svg")).Descendants(), text => text.Value == "t\\x1b[31m\\x01.safetensors");
    }

    /// <summary>Where nobody can read or write, the exit code is the same.</summary>
    [Theory]
    [InlineData("compare /no/such 2>/dev/full", 2)]
    [InlineData("compare /no/such 2>&-", 2)]
    [InlineData("compare '' 2>&-", 2)]
    [InlineData("serve <&-", 2)]
    [InlineData("encode --format e4m3 <&-", 2)]
    [InlineData("verify - --only decode+e2m1 <&-", 2)]
    [InlineData("serve </dev/null", 0)]
    [InlineData("formats >/dev/full", 2)]
    public void Closed_and_full_streams_change_nothing(string command, int code)
    {
        using Process shell = Process.Start("sh", ["-c", $"{MxactProgram.Shell} {command}"]);
        Assert.True(shell.WaitForExit(TimeSpan.FromSeconds(20)), $"{command} did not end");
        Assert.Equal(code, shell.ExitCode);
    }

    private static void Refused(string[] words, string says)
    {
        using StringWriter error = new() { NewLine = "\n" };
        int code = ProgramRunner.Run("mxact", () => CommandLine.Invoke(words), CommandLine.IsBadInput, error);
        Assert.Contains(says, error.ToString(), StringComparison.Ordinal);
        Assert.Equal((2, 1), (code, error.ToString().Count(c => c == '\n')));
        Assert.DoesNotContain(error.ToString().TrimEnd('\n'), char.IsControl);
    }

    private static void Safetensors(string path, string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. new byte[dataBytes]]);
    }

    private string Npy(string name, int count)
    {
        string dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count},), }}";
        byte[] text = Encoding.Latin1.GetBytes(dictionary);
        return folder.Write(name, stream => stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text,
            .. new byte[4 * count]]));
    }

    private string At(string name) => Path.Combine(folder.Path, name);
}
