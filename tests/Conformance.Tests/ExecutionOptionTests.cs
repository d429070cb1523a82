using System.CommandLine;
using System.Diagnostics;
using Mxact.Cli;
using Mxact.Common;

namespace Mxact.Conformance.Tests;

/// <summary>Every command takes every backend's name: the same answers, or one clear line.</summary>
public sealed class ExecutionOptionTests
{
    private const string Sample = "tests/Conformance.Tests/Samples/layer.safetensors";

    /// <summary>Commands that compute nothing on a backend: one name shows that the option is taken.</summary>
    private static readonly string[] WithoutArithmetic = ["verify", "requests", "explain", "formats", "latitudes", "profiles", "layouts",
        "models", "instructions", "p3109", "attest", "recordings", "identify", "matrix", "pack", "unpack", "list", "show", "check",
        "generate", "host", "inspect", "completion", "explore", "export"];

    /// <summary>Each command in a form that ends soon, and its input.</summary>
    private static readonly Dictionary<string, (string Words, string Input)> Calls = new()
    {
        ["run"] = ("run builtin --level smoke --only encode+e2m1+rounding=ties-to-even", ""),
        ["matrix"] = ("matrix /nowhere.json", ""),
        ["verify"] = ("verify - --level smoke --only encode+e2m1+midpoint+rounding=ties-to-zero --max-failures 1", ""),
        ["requests"] = ("requests --level smoke --only encode+e2m1", ""),
        ["export"] = ("export --readmemh /nowhere/folder --level smoke --only encode+e2m1", ""),
        ["decode"] = ("decode --format e4m3", "7e\n"),
        ["encode"] = ("encode --format e4m3", "3f800000\n"),
        ["scale"] = ("scale --format mxfp4", "3f800000\n"),
        ["quantize"] = ("quantize --format mxfp4", "3f8000003f000000\n"),
        ["dequantize"] = ("dequantize --format mxfp4", "7f 02\n"),
        ["pack"] = ("pack --format nibbles", "0102\n"),
        ["unpack"] = ("unpack --format nibbles", "21\n"),
        ["dot"] = ("dot --a e4m3 --b e4m3", "3838 3838 00000000\n"),
        ["serve"] = ("serve", "decode e4m3 7e\n"),
        ["explain"] = ("explain e4m3 7e", ""),
        ["formats"] = ("formats", ""),
        ["latitudes"] = ("latitudes", ""),
        ["profiles"] = ("profiles", ""),
        ["layouts"] = ("layouts", ""),
        ["models"] = ("models", ""),
        ["instructions"] = ("instructions --vendor amd", ""),
        ["p3109"] = ("p3109 Abs<Binary8p4se,Binary8p4se,(ToOdd,SatNone)> ff", ""),
        ["attest"] = ("attest builtin --operation Abs<Binary8p4se,Binary8p4se,(ToOdd,SatNone)>", ""),
        ["recordings"] = ("recordings /nowhere", ""),
        ["identify"] = ("identify /nowhere.json", ""),
        ["identify-accumulator"] = ("identify-accumulator builtin --a e4m3 --questions 10 --send-model blackwell-f8f6f4", ""),
        ["compare"] = ($"compare {Sample}", ""),
        ["convert"] = ($"convert {Sample} /dev/null/out.safetensors --format mxfp4", ""),
        ["which"] = ($"which {Sample} {Sample}", ""),
        ["inspect"] = ($"inspect {Sample}", ""),
        ["sweep"] = ("sweep --format e9m9", ""),
        ["list"] = ("vectors list", ""),
        ["show"] = ("vectors show 5bae317eac86", ""),
        ["check"] = ("vectors check --vectors /nowhere", ""),
        ["generate"] = ("vectors generate /dev/null", ""),
        ["host"] = ("host /nowhere", ""),
        ["completion"] = ("completion bash", ""),
        ["explore"] = ("explore --no-browser --page /nowhere", ""),
    };

    public static TheoryData<string> Commands() => [.. Leaves(CommandLine.Create()).Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_takes_every_name(string command)
    {
        Assert.True(Calls.TryGetValue(command, out (string Words, string Input) call), $"{command}: say here how it is called");
        (int Code, string Output, string Error) plain = Run(call);
        foreach (Backend backend in WithoutArithmetic.Contains(command) ? [Backend.Scalar] : Backends.All)
        {
            string name = Backends.NameOf(backend);
            (int code, string output, string error) = Run(call, "--backend", name, "--threads", "2");
            if (!Backends.IsAvailable(backend))
            {
                Assert.Equal((2, ""), (code, output));
                Assert.StartsWith($"mxact: backend {name} is not available on this machine", error, StringComparison.Ordinal);
                Assert.Equal(1, error.Count(c => c == '\n'));
                continue;
            }

            // The name of the kernel says what was asked; its answers are the same.
            Assert.Equal((plain.Code, plain.Output.Replace("builtin,", $"builtin:{name},", StringComparison.Ordinal), plain.Error),
                (code, output.Replace("builtin,", $"builtin:{name},", StringComparison.Ordinal), error));
        }

        foreach ((string option, string value, string says) in ((string, string, string)[])
        [
            ("--backend", "warp", "mxact: 'warp' names no backend; there are reference, scalar, "),
            ("--threads", "-1", "mxact: --threads is 0 to 1024, not -1"),
        ])
        {
            (int code, string output, string error) = Run(call, option, value);
            Assert.Equal((2, ""), (code, output));
            Assert.StartsWith(says, error, StringComparison.Ordinal);
            Assert.Equal(1, error.Count(c => c == '\n'));
        }

        (int environment, string nothing, string line) = RunUnder("warp", call);
        Assert.Equal((2, ""), (environment, nothing));
        Assert.StartsWith("mxact: MXACT_BACKEND=warp names no backend; there are ", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("run builtin:scalar --backend scalar", "'builtin:scalar' names its backend: leave --backend out")]
    [InlineData("compare " + Sample + " --backend scalar --backend reference", "--backend is given twice")]
    [InlineData("compare " + Sample + " --rounding stochastic:8", "stochastic:8 needs --seed")]
    [InlineData("convert " + Sample + " /tmp/mxact-never.safetensors --format mxfp4 --rounding stochastic:8", "stochastic:8 needs --seed")]
    public void What_cannot_be_meant_is_one_line(string command, string says)
    {
        (int code, string output, string error) = Run((command, ""));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"mxact: {says}", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public void Help_needs_no_backend()
    {
        Assert.Equal(0, RunUnder("warp", ("--help", "")).Code);
        Assert.Equal(0, RunUnder("warp", ("formats --help", "")).Code);
        Assert.Equal(0, RunUnder("warp", ("--version", "")).Code);
    }

    private static IEnumerable<Command> Leaves(Command command)
        => command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static (int Code, string Output, string Error) Run((string Words, string Input) call, params string[] more)
        => RunUnder(null, call, more);

    private static (int Code, string Output, string Error) RunUnder(
        string? variable,
        (string Words, string Input) call,
        params string[] more)
    {
        ProcessStartInfo start = new("dotnet", [MxactProgram.Assembly, .. call.Words.Split(' '), .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["MXACT_BACKEND"] = variable;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(call.Input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It refused its options and read nothing.
        }

        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
