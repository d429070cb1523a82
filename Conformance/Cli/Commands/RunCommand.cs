using System.CommandLine;
using System.Globalization;
using Mxact.Cli.Reports;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Shell;
using Mxact.Vectors;
using Spectre.Console;

namespace Mxact.Cli.Commands;

/// <summary>The options that select rows and reports, shared by run, verify and requests.</summary>
internal sealed class SuiteOptions
{
    private readonly Option<string> level = new("--level")
    {
        Description = "smoke (seconds), standard (everything committed) or deep "
        + "(generated on the way)",
        DefaultValueFactory = _ => "standard",
        HelpName = "level"
    };
    private readonly Option<string[]> only = new("--only")
    {
        Description = "take rows of this operation, format, choice, flag or id "
        + "prefix alone; a+b means both; repeatable",
        HelpName = "term",
        DefaultValueFactory = _ => []
    };
    private readonly Option<string[]> skip = new("--skip")
    {
        Description = "leave such rows out; repeatable",
        HelpName = "term",
        DefaultValueFactory = _ => []
    };
    private readonly Option<string> seed = new("--seed")
    {
        Description = "seed of the deep level's random blocks, or of --recordings, "
        + "hexadecimal",
        DefaultValueFactory = _ => GoldenFiles.Seed.ToString("x", CultureInfo.InvariantCulture),
        HelpName = "hex"
    };
    private readonly Option<string?> vectors = new("--vectors")
    {
        Description = "folder of the golden set (default: the one this "
        + "program came with)",
        HelpName = "folder"
    };
    private readonly Option<int> maxFailures = new("--max-failures")
    {
        Description = "stop after so many mismatches; 0 never stops",
        DefaultValueFactory = _ => 0,
        HelpName = "n"
    };
    private readonly Option<string?> json = new("--json") { Description = "write the outcome as JSON", HelpName = "file" };
    private readonly Option<string?> junit = new("--junit") { Description = "write the outcome as JUnit XML", HelpName = "file" };
    private readonly Choices choices = new();

    public void AddTo(Command command, bool judges)
    {
        foreach (Option option in (Option[])[level, only, skip, seed, vectors])
        {
            command.Add(option);
        }

        if (judges)
        {
            command.Add(maxFailures);
            command.Add(json);
            command.Add(junit);
        }

        choices.AddTo(command, scale: true);
    }

    public Selection Selection(ParseResult parsed)
        => new(
            Enum.TryParse(parsed.GetValue(level), ignoreCase: true, out Level taken) && !int.TryParse(parsed.GetValue(level), out _) ? taken
                : throw new UsageException($"--level is smoke, standard or deep, not '{parsed.GetValue(level)}'"),
            parsed.GetValue(only) ?? [],
            parsed.GetValue(skip) ?? [],
            Conformance.Checks.Selection.SeedOf(parsed.GetValue(seed)));

    public GoldenSet Golden(ParseResult parsed) => GoldenSet.Open(parsed.GetValue(vectors) ?? GoldenSet.DefaultFolder());

    public int MaxFailures(ParseResult parsed) => parsed.GetValue(maxFailures);

    /// <summary>What the kernel declares, where the command line says nothing.</summary>
    public Declaration Declaration(ParseResult parsed, IReadOnlyList<string> declared)
    {
        IReadOnlyList<string> said = Said(parsed);
        return new(said.Count > 0 ? said : declared);
    }

    /// <summary>The choices that the command line names.</summary>
    public IReadOnlyList<string> Said(ParseResult parsed) => [.. choices.Words(parsed)];

    /// <summary>Rows with a progress bar on a terminal, none in a pipe.</summary>
    public static Outcome WithProgress(Selection selection, GoldenSet golden, Func<Action<int>?, Outcome> run)
    {
        long Total() => (selection with
        {
            Level = selection.Level == Level.Deep ? Level.Standard
            : selection.Level
        }).Rows(golden).Count() + (selection.Level == Level.Deep ? GoldenFiles.DeepCount : 0);
        return ProgressBar.Show("rows", Total, progress => run(progress is null ? null : done => progress(done)));
    }

    /// <summary>An empty selection is a mistake in its terms, not a kernel without answers.</summary>
    public static void RequireRows(Outcome outcome)
    {
        if (outcome.Groups.Count == 0 && !outcome.StoppedEarly)
        {
            string terms = string.Concat([
                .. outcome.Selection.Only.Select(term => $" --only {term}"), .. outcome.Selection.Skip.Select(term => $" --skip {term}"),
            ]);
            throw new UsageException($"no row is selected by --level {Names.Of(outcome.Selection.Level)}{terms}; "
                + "terms are operations, formats, choices, flags and id prefixes");
        }
    }

    /// <summary>Refuses report files that could not be written, before hours are spent on them.</summary>
    public void CheckReports(ParseResult parsed)
    {
        foreach (string path in new[] { parsed.GetValue(json), parsed.GetValue(junit) }.OfType<string>())
        {
            AtomicFile.Check(path);
        }
    }

    /// <summary>Writes every report, the console's first: a full disk must not cost it.</summary>
    public int Report(ParseResult parsed, Outcome outcome)
    {
        ConsoleReport.Write(AnsiConsole.Console, outcome);
        if (parsed.GetValue(json) is { } jsonPath)
        {
            JsonReport.Write(jsonPath, outcome);
        }

        if (parsed.GetValue(junit) is { } junitPath)
        {
            JUnitReport.Write(junitPath, outcome);
        }

        return outcome.ExitCode;
    }
}

/// <summary><c>mxact run</c>: holds a kernel to the golden vectors.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Command command = new("run", "hold a kernel to the golden vectors");
        Argument<string[]> kernel = new("kernel")
        {
            Description = "'builtin' (the reference), 'builtin:' and a backend, a shared "
            + "library's manifest (*.json), or -- and a program with its arguments",
            Arity = ArgumentArity.OneOrMore
        };
        Option<double> timeLimit = new("--time-limit")
        {
            Description = "seconds a program may take for one answer",
            DefaultValueFactory = _
            => 10,
            HelpName = "s"
        };
        Option<double> totalTime = new("--total-time")
        {
            Description = "seconds a program may take for everything; what is left then is not asked",
            DefaultValueFactory = _ => ProgramKernel.DefaultTotalTime.TotalSeconds,
            HelpName = "s"
        };
        Option<bool> ownRandomBits = new("--own-random-bits")
        {
            Description = "the kernel draws its own random bits: it may answer stochastic rows otherwise when asked again"
        };
        SuiteOptions options = new();
        command.Add(kernel);
        Option<string?> departures = new("--departures")
        {
            Description = "rows on which the kernel is known to differ, with its answers "
            + "(CSV): it may differ there and nowhere else",
            HelpName = "file"
        };
        Option<string?> writeDepartures = new("--write-departures")
        {
            Description = "write the failures of this run as such a list",
            HelpName = "file"
        };
        command.Add(timeLimit);
        command.Add(totalTime);
        command.Add(ownRandomBits);
        command.Add(departures);
        command.Add(writeDepartures);
        options.AddTo(command, judges: true);
        ExecutionOptions execution = ExecutionOptions.AddTo(command,
            "what 'builtin' is asked on; a program or library under test runs as it will", "the reference", threaded: false);
        command.SetAction(parsed =>
        {
            double seconds = parsed.GetValue(timeLimit);
            if (seconds is not (> 0 and <= 86400))
            {
                throw new UsageException($"--time-limit is 0 to 86400 seconds, not {seconds}");
            }

            double all = parsed.GetValue(totalTime);
            if (all is not (> 0 and <= 31_536_000))
            {
                throw new UsageException($"--total-time is 0 to 31536000 seconds, not {all}");
            }

            Selection selection = options.Selection(parsed);
            GoldenSet golden = options.Golden(parsed);
            using IKernelUnderTest under = Kernels.Open(parsed.GetValue(kernel)!, TimeSpan.FromSeconds(seconds), options.Said(parsed),
                execution.OfBuiltin(parsed, parsed.GetValue(kernel)!), TimeSpan.FromSeconds(all));
            Declaration declaration = options.Declaration(parsed, under.Declared);
            selection = selection with { For = declaration };
            options.CheckReports(parsed);
            KnownDepartures? known = parsed.GetValue(departures) is { } listed ? KnownDepartures.Read(listed) : null;
            if (parsed.GetValue(writeDepartures) is { } list)
            {
                AtomicFile.Check(list);
            }

            Outcome outcome = Interruption.Run(stop => SuiteOptions.WithProgress(selection, golden, progress
                => Suite.Run(under, declaration, selection, selection.Rows(golden), options.MaxFailures(parsed), known, progress,
                    parsed.GetValue(ownRandomBits), stop)));
            SuiteOptions.RequireRows(outcome);
            int code = options.Report(parsed, outcome);
            if (parsed.GetValue(writeDepartures) is { } path)
            {
                AtomicFile.Write(path, KnownDepartures.Write(outcome));
            }

            return code;
        });
        return command;
    }
}
