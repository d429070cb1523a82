using Mxact.Common;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Kernels.Tests;

/// <summary>
/// A kernel's list of known departures is what it does: no row more, none less, and the committed file is what the suite writes.
/// </summary>
public sealed class KnownDeparturesTests
{
    private static readonly string Committed = ListOf("OnnxRuntime");

    [Theory]
    [InlineData("OnnxRuntime")]
    [InlineData("LibTorch")]
    public void The_committed_list_is_what_the_suite_writes_and_exits_with_0(string kernel)
    {
        Assert.Equal(File.ReadAllBytes(ListOf(kernel)), DepartureList.Write(Run(kernel, null)));
        Outcome outcome = Run(kernel, ListOf(kernel));
        Assert.Equal(ExitCodes.Success, outcome.ExitCode);
        Assert.Equal(File.ReadLines(ListOf(kernel)).Count() - 1, outcome[Verdict.KnownDeparture]);
    }

    [Fact]
    public void A_new_departure_another_answer_and_one_that_vanished_are_findings()
    {
        string[] lines = File.ReadAllLines(Committed);
        Outcome unknown = Run(Listed([.. lines[..^1]]));
        Assert.Equal((ExitCodes.Mismatches, 1), (unknown.ExitCode, unknown[Verdict.Fail]));

        string[] last = lines[^1].Split(',');
        Outcome other = Run(Listed([.. lines[..^1], $"{last[0]},{(last[1] == "00" ? "01" : "00")},{last[2]}"]));
        Assert.Equal((ExitCodes.Mismatches, 1, 1), (other.ExitCode, other[Verdict.Fail], other.Known!.Vanished.Count));

        string right = Real.Rows.First(row => row.Formats == "e4m3" && row.Operation == Mxact.Vectors.Operation.Decode).Id;
        Outcome vanished = Run(Listed([.. lines, $"{right},00000001,unnamed"]));
        Assert.Equal((ExitCodes.Mismatches, 0), (vanished.ExitCode, vanished[Verdict.Fail]));
        Assert.Equal(right, Assert.Single(vanished.Known!.Vanished).Id);
    }

    [Theory]
    [InlineData("id,answer\n", "the columns are not id,answer,cause")]
    [InlineData("id,answer,cause\na,00,x\na,01,x\n", ":3: row a stands twice")]
    public void What_is_no_list_is_one_line(string text, string says)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mxact-kernels-").FullName, "list.csv");
        File.WriteAllText(path, text);
        Assert.Contains(says, Assert.Throws<UsageException>(() => KnownDepartures.Read(path)).Message, StringComparison.Ordinal);
    }

    private static string ListOf(string kernel) => Repository.At("tests", "Kernels", kernel, "departures.csv");

    private static string Listed(string[] lines)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mxact-kernels-").FullName, "list.csv");
        File.WriteAllLines(path, lines);
        return path;
    }

    private static Outcome Run(string? list) => Run("OnnxRuntime", list);

    private static Outcome Run(string kernel, string? list)
    {
        KnownDepartures? known = list is null ? null : KnownDepartures.Read(list);
        return kernel switch
        {
            "OnnxRuntime" => Real.Run(Real.OnnxRuntime(), known, ["profile=onnxruntime"], "decode", "encode"),
            "LibTorch" => Real.Run(Real.LibTorch(), known, ["profile=libtorch"], "decode", "encode"),
            _ => throw new ArgumentException("no such kernel", nameof(kernel)),
        };
    }
}
