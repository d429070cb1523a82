using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.Faults;

/// <summary>Kernels that know the right answers of a few rows and are told how to misbehave, in awk: there is one everywhere.</summary>
internal sealed class AwkKernel : IDisposable
{
    /// <summary>What the kernels are asked.</summary>
    public static readonly Selection Asked = new(Level.Smoke, ["encode+e2m1"], ["narrow-input", "double-rounding"]);

    private const string Frame = """
        function die(signal) { fflush(); system("kill -" signal " " pid); hang() }
        function hang() { fflush(); system("exec sleep 1000") }
        BEGIN { while ((getline line < qa) > 0) { split(line, p, "\t"); a[p[1]] = p[2] } }
        { n++; v = ($0 == victim) }
        """;

    private static readonly TestVector[] Rows = [.. Asked.Rows(GoldenSet.Open(GoldenSet.DefaultFolder()))];

    private readonly TemporaryFolder folder = new();
    private readonly string[] words;

    /// <summary>A kernel that follows some rules.</summary>
    public AwkKernel(string rules)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/usr/bin/awk"), "NOT CHECKED: misbehaving kernels; there is no awk");
        Answers answers = new();
        string[] requests = [.. Rows.Select(row => $"{row.Question} {row.Operands}")];
        string known = folder.Write("answers", string.Concat(requests.Select(request => $"{request}\t{answers.Answer(request)}\n")));
        string program = folder.Write("kernel.awk", $$"""
            {{Frame}}
            {{rules}}
            { print ($0 in a) ? a[$0] : "unsupported"; fflush() }
            """);
        words =
        [
            "-c", "exec env --default-signal=HUP awk -v qa=\"$1\" -v pid=$$ -v victim=\"$2\" -v start=\"$3\" -f \"$4\"", "sh", known,
                requests[100], requests[0], program,
        ];
    }

    /// <summary>Runs the suite on it.</summary>
    public Outcome Run(double timeLimit = 0.5, TimeSpan? totalTime = null, bool ownRandomBits = false)
    {
        using ProgramKernel kernel = new("a kernel in awk", "/bin/sh", words, TimeSpan.FromSeconds(timeLimit), totalTime: totalTime);
        Outcome outcome = Suite.Run(kernel, new([]), Asked, Rows, ownRandomBits: ownRandomBits);
        Assert.InRange(kernel.Starts, 1, 40);
        return outcome;
    }

    public void Dispose() => folder.Dispose();
}
