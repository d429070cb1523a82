using System.CommandLine;
using System.Globalization;
using Mxact.Conformance.Sweeping;
using Mxact.Shell;
using Mxact.Simulator.Conversion;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact sweep</c>: every binary32 input through a backend's element encoders, against the reference.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        Command command = new("sweep", "prove a backend's element encoders on all 2^32 binary32 inputs each");
        Option<string[]> format = new("--format")
        {
            Description = "element format; repeatable (default: the six of MX and two FNUZ)",
            HelpName = "name",
            DefaultValueFactory = _ => []
        };
        Option<string[]> rounding = new("--rounding")
        {
            Description = "deterministic rounding mode; repeatable (default: all of them)",
            HelpName = "mode",
            DefaultValueFactory = _ => []
        };
        Option<string[]> overflow = new("--overflow")
        {
            Description = "saturate or non-finite; repeatable (default: both)",
            HelpName = "policy",
            DefaultValueFactory = _ => []
        };
        Option<string?> log = new("--log") { Description = "keep what is done in this CSV file, and go on from it", HelpName = "file" };
        Option<string?> verify = new("--verify")
        {
            Description = "check that a log covers all inputs of its combinations (or of those that --format, --rounding and --overflow "
                + "name, on --backend) once each, and sweep nothing",
            HelpName = "file"
        };
        foreach (Option option in (Option[])[format, rounding, overflow, log, verify])
        {
            command.Add(option);
        }

        ExecutionOptions executions = ExecutionOptions.AddTo(command, "whose encoders are held to the reference",
            "the widest of this processor", several: true);

        command.SetAction(parsed =>
        {
            Option[] choices = [format, rounding, overflow];
            if (parsed.GetValue(verify) is { } proof && !choices.Any(o => parsed.GetResult(o) is { Implicit: false }))
            {
                return Verify(SweepLog.Read(proof), null);
            }

            IReadOnlyList<Execution> swept = executions.Several(parsed);
            Combination[] combinations =
            [
                .. from b in swept.Select(execution => execution.Backend)
                   from f in Values(parsed, format, FormatOf, [.. ElementFormats.Mx, ElementFormats.E5M2Fnuz, ElementFormats.E4M3Fnuz])
                   from r in Values(parsed, rounding, RoundingOf, RoundingMode.Deterministic)
                   from o in Values(parsed, overflow, OverflowOf, Enum.GetValues<OverflowPolicy>())
                   select new Combination(b, f, r, o),
            ];
            foreach (Combination combination in combinations)
            {
                if (ElementConverter.Unsupported(combination.Element, combination.Policy) is { } reason)
                {
                    throw new UsageException(reason);
                }
            }

            if (parsed.GetValue(verify) is { } file)
            {
                return Verify(SweepLog.Read(file), [.. combinations.Select(c => c.ToString())]);
            }

            if (parsed.GetValue(log) is { } path)
            {
                AtomicFile.Check(path, isSeekable: true);
            }

            using SweepLog kept = SweepLog.Open(parsed.GetValue(log));
            if (kept.Notice is { } notice)
            {
                Console.Error.WriteLine($"{CommandLine.Name}: {Printable.Line(notice)}");
            }

            return Interruption.Run(stop => Run(combinations, new(kept, swept[0].Threads), stop));
        });
        return command;
    }

    private static int Run(Combination[] combinations, Sweeper sweeper, CancellationToken stop)
    {
        long mismatches = 0;
        int done = 0;
        try
        {
            foreach (Combination combination in combinations)
            {
                IReadOnlyList<Stretch> stretches = ProgressBar.Show(combination.ToString(), () => Sweep.Chunks, progress
                    => sweeper.Run(combination, done => progress?.Invoke(done), stop));
                long wrong = stretches.Sum(s => s.Mismatches);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{combination}: {Sweep.Chunks * Sweep.ChunkInputs} inputs, {wrong} mismatches, {stretches.Sum(s => s.Seconds):f1} s"));
                if (wrong > 0)
                {
                    SweepMismatch first = stretches.OrderBy(s => s.First).First(s => s.Mismatches > 0).Example;
                    Console.WriteLine($"  the first: {first.Input:x8} -> {first.Got:x2}, the reference says {first.Expected:x2}");
                }

                mismatches += wrong;
                done++;
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"incomplete: interrupted after {done} of {combinations.Length} combinations, {mismatches} mismatches so "
                + $"far");
            return ExitCodes.Interrupted;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(mismatches == 0 ? "equal" : "not equal")}: {combinations.Length} combinations, "
            + $"{combinations.Length * Sweep.Chunks * Sweep.ChunkInputs} inputs, {mismatches} mismatches"));
        return mismatches == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
    }

    /// <summary>Says what a log proves; without combinations, of those that it has.</summary>
    private static int Verify(SweepLogRows log, string[]? combinations)
    {
        if (log.Rows.IsTorn)
        {
            Console.Error.WriteLine($"{CommandLine.Name}: {Printable.Line(log.Rows.TornText)}");
        }

        Coverage[] covered =
        [
            .. (combinations ?? log.Stretches.Select(s => s.Combination).Distinct()).Select(c => Coverage.Of(c, log.Stretches)),
        ];
        foreach (Coverage combination in covered)
        {
            string missing = combination.Missing.Count == 0 ? "complete"
                : "missing chunks " + string.Join(", ", combination.Missing.Select(m
                    => string.Create(CultureInfo.InvariantCulture, $"{m.First}-{m.Last}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{combination.Combination}: {combination.Inputs} inputs, {combination.Mismatches} mismatches, {missing}"));
        }

        bool isProof = covered.Length > 0 && covered.All(c => c.IsProof);
        string build = log.Build is null ? "no build"
            : $"build {log.Build}{(log.Build == SweepLog.Build ? " (this one)" : " (not this one)")}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(isProof ? "complete and equal" : "no proof")}: {covered.Count(c => c.IsProof)} of {covered.Length} combinations, "
            + $"{log.Stretches.Count} rows, {build}"));
        return isProof ? ExitCodes.Success : ExitCodes.Mismatches;
    }

    private static IEnumerable<T> Values<T>(ParseResult parsed, Option<string[]> option, Func<string, T> parse, IEnumerable<T> otherwise)
        => parsed.GetValue(option) is { Length: > 0 } named ? [.. named.Select(parse).Distinct()] : otherwise;

    private static ElementFormat FormatOf(string name)
        => ElementFormat.TryParse(name, out ElementFormat? format) ? format
            : throw new UsageException(FormatNames.Unknown(name, [.. ElementFormats.Elements.Select(f => f.Name)]));

    private static RoundingMode RoundingOf(string name)
        => RoundingMode.Deterministic.Where(m => m.ToString() == name).Cast<RoundingMode?>().FirstOrDefault()
            ?? throw new UsageException($"--rounding is one of {string.Join(", ", RoundingMode.Deterministic)}, not '{name}'; a "
                + $"stochastic mode is no function of the input");

    private static OverflowPolicy OverflowOf(string name)
        => Enum.GetValues<OverflowPolicy>().Where(o => Names.Of(o) == name).Cast<OverflowPolicy?>().FirstOrDefault()
            ?? throw new UsageException($"--overflow is saturate or non-finite, not '{name}'");
}
