using System.CommandLine;
using System.Globalization;
using Mxact.Cli.Reports;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Shell;
using Mxact.Vectors;
using Spectre.Console;

namespace Mxact.Cli.Commands;

/// <summary>The options that select rows and reports, shared by run, verify, requests and export.</summary>
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
    private readonly Option<string?> html = new("--html") { Description = "write the outcome as one page", HelpName = "file" };
    private readonly Option<string[]> instruction = new("--instruction")
    {
        Description = "a conversion instruction that the kernel does (see 'mxact instructions'), or all: its rows are taken too; "
            + "repeatable",
        HelpName = "name",
        DefaultValueFactory = _ => []
    };
    private readonly Option<string[]> tensorScale = new("--tensor-scale")
    {
        Description = "a form of NVFP4's tensor scale that the kernel takes besides a given factor: divisor, or chosen, from the values "
            + "of a block by fit, power-of-two, one and percentile:P; its rows are taken too; repeatable",
        HelpName = "form",
        DefaultValueFactory = _ => []
    };
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
            command.Add(html);
        }

        command.Add(instruction);
        command.Add(tensorScale);
        choices.AddTo(command, scale: true);
    }

    public Selection Selection(ParseResult parsed)
        => new(
            Enum.GetValues<Level>().Where(l => Names.Of(l) == parsed.GetValue(level)).Cast<Level?>().FirstOrDefault()
                ?? throw new UsageException($"--level is smoke, standard or deep, not '{parsed.GetValue(level)}'"),
            parsed.GetValue(only) ?? [],
            parsed.GetValue(skip) ?? [],
            Conformance.Checks.Selection.SeedOf(parsed.GetValue(seed)));

    public GoldenSet Golden(ParseResult parsed) => GoldenSet.Open(parsed.GetValue(vectors) ?? GoldenSet.DefaultFolder());

    public int MaxFailures(ParseResult parsed) => parsed.GetValue(maxFailures) is >= 0 and int most ? most
        : throw new UsageException($"--max-failures is 0 or more, not {parsed.GetValue(maxFailures)}");

    /// <summary>What the kernel declares, where the command line says nothing.</summary>
    public Declaration Declaration(ParseResult parsed, IReadOnlyList<string> declared)
    {
        IReadOnlyList<string> said = Said(parsed);
        return new(said.Count > 0 ? said : declared, parsed.GetValue(instruction), parsed.GetValue(tensorScale));
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
        RequireRows(outcome.Groups.Count > 0 || outcome.StoppedEarly, outcome.Selection);
    }

    /// <summary>The same of a command that judges nothing.</summary>
    public static void RequireRows(bool any, Selection selection)
    {
        if (!any)
        {
            string terms = string.Concat([
                .. selection.Only.Select(term => $" --only {term}"), .. selection.Skip.Select(term => $" --skip {term}"),
            ]);
            throw new UsageException($"no row is selected by --level {Names.Of(selection.Level)}{terms}; "
                + "terms are operations, formats, choices, flags and id prefixes");
        }
    }

    /// <summary>Begins the report files, before hours are spent on what they say: JSON, JUnit, HTML and those of the command's
    /// own.</summary>
    public OutputFiles BeginReports(ParseResult parsed, IEnumerable<string> inputs, params string?[] others)
        => OutputFiles.Begin(inputs, [parsed.GetValue(json), parsed.GetValue(junit), parsed.GetValue(html), .. others]);

    /// <summary>Writes every report, the console's first: a full disk must not cost it.</summary>
    public static int Report(OutputFiles reports, Outcome outcome)
    {
        ConsoleReport.Write(AnsiConsole.Console, outcome);
        if (reports[0] is { } json)
        {
            JsonReport.Write(json, outcome);
        }

        if (reports[1] is { } junit)
        {
            JUnitReport.Write(junit, outcome);
        }

        if (reports[2] is { } html)
        {
            HtmlReport.Write(html, outcome);
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
        SecondsOption timeLimit = SecondsOption.TimeLimit("seconds a program may take for one answer");
        SecondsOption totalTime = new("--total-time", "seconds a program may take for everything; what is left then is not asked",
            ProgramKernel.DefaultTotalTime.TotalSeconds, most: 31_536_000);
        Option<bool> ownRandomBits = new("--own-random-bits")
        {
            Description = "the kernel draws its own random bits: a stochastic row takes every answer that some bits give, and the bits "
            + "are tested: the same values are encoded thousands of times, and the counts held to their probabilities"
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
        command.Add(timeLimit.Option);
        command.Add(totalTime.Option);
        command.Add(ownRandomBits);
        command.Add(departures);
        command.Add(writeDepartures);
        options.AddTo(command, judges: true);
        ExecutionOptions execution = ExecutionOptions.AddTo(command,
            "what 'builtin' is asked on; a program or library under test runs as it will", "the reference", threaded: false);
        command.SetAction(parsed =>
        {
            TimeSpan limit = timeLimit.Of(parsed);
            TimeSpan total = totalTime.Of(parsed);
            Selection selection = options.Selection(parsed);
            int maxFailures = options.MaxFailures(parsed);
            GoldenSet golden = options.Golden(parsed);
            using IKernelUnderTest under = Kernels.Open(parsed.GetValue(kernel)!, limit, options.Said(parsed),
                execution.OfBuiltin(parsed, parsed.GetValue(kernel)!), total);
            Declaration declaration = options.Declaration(parsed, under.Declared);
            selection = selection with { For = declaration };
            KnownDepartures? known = parsed.GetValue(departures) is { } listed ? KnownDepartures.Read(listed) : null;
            IEnumerable<string> inputs = [.. parsed.GetValue(kernel)!.Take(1), .. new[] { parsed.GetValue(departures) }.OfType<string>()];
            using OutputFiles reports = options.BeginReports(parsed, inputs, parsed.GetValue(writeDepartures));
            Outcome outcome = Interruption.Run(stop => SuiteOptions.WithProgress(selection, golden, progress
                => Suite.Run(under, declaration, selection, selection.Rows(golden), maxFailures, known, progress,
                    parsed.GetValue(ownRandomBits), stop)));
            SuiteOptions.RequireRows(outcome);
            int code = SuiteOptions.Report(reports, outcome);
            reports[3]?.Complete(DepartureList.Write(outcome));

            return code;
        });
        return command;
    }
}
