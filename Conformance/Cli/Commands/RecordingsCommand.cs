using System.CommandLine;
using System.Globalization;
using Mxact.Conformance.Recordings;
using Mxact.Shell;
using Spectre.Console;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact recordings</c>: judges dot products and conversions that somebody recorded.</summary>
internal static class RecordingsCommand
{
    private const int MostShown = 3;
    private const int MostExplanations = 4;

    public static Command Create()
    {
        Command command = new("recordings",
            "hold accumulation models to recorded dot products (columns id,gpu,path,fmt,K,A,B,C,D or id,kind,fa,fb,K,A,B,[SA,SB,]C,D), "
            + "and instructions to their captured results: conversions (instruction,input_hex,... or instruction,src0_hex,...), RDNA's dot "
            + "products (arch,instruction,a_hex,b_hex,c_hex,d_hex,modes)");
        Argument<string> path = new("path") { Description = "a .csv or .csv.gz, or a folder of them" };
        Option<string?> model = new("--model")
        {
            Description = "the model to hold every row to (default: what the columns or the file's "
            + "name say); see 'mxact models'",
            HelpName = "name"
        };
        command.Add(path);
        command.Add(model);
        command.SetAction(parsed
            => Run(parsed.GetRequiredValue(path), parsed.GetValue(model) is { } name ? ModelOption.Get(name) : null, Console.Out));
        return command;
    }

    /// <summary>Judges every file and ends with the line <c>N rows, M mismatches</c>.</summary>
    internal static int Run(string path, MatrixUnit? model, TextWriter output)
    {
        long rows = 0, mismatches = 0;
        foreach (string file in RecordingFile.Of(path))
        {
            using PeekedRows peeked = new(RecordedDotFile.Read(file));
            if (CapturedRows.Of(file, peeked.Columns) is { } captured)
            {
                captured.Run(peeked, model);
                rows += captured.Rows;
                mismatches += captured.Mismatches;
                Write(captured.Lines(), output);
                continue;
            }

            RecordingCheck check = new(file);
            WithProgress(file, progress => check.Run(peeked, model, progress));
            rows += check.Rows;
            mismatches += check.Mismatches;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Printable.Line(file)}: {check.Rows} rows, {check.Mismatches} mismatches; {string.Join(", ", check.Models)}"));
            Explain(check, output);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} rows, {mismatches} mismatches"));
        return mismatches == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
    }

    private static void Explain(RecordingCheck check, TextWriter output)
    {
        foreach (RecordedMismatch mismatch in check.First.Take(MostShown))
        {
            Write(MismatchText.Lines(check.Path, mismatch), output);
        }

        if (check.First.Count > 0)
        {
            (string Variant, int Explained)[] explanations = [.. check.Explanations().Take(MostExplanations)];
            string text = explanations.Length == 0 ? "no neighbouring model explains any"
                : string.Join(", ",
                explanations.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Explained} with {e.Variant}")));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of the first {check.First.Count} mismatches: {text}"));
        }
    }

    private static void Write(IEnumerable<string> lines, TextWriter output)
    {
        foreach (string line in lines)
        {
            output.WriteLine(Printable.Line(line));
        }
    }

    private static void WithProgress(string file, Action<Action<long>?> run)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            run(null);
            return;
        }

        AnsiConsole.Status().Start(Markup.Escape(Path.GetFileName(file)), context
            => run(rows => context.Status(Markup.Escape(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(file)}: {rows} rows")))));
    }
}
