using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Mxact.Cli.Commands;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli;

/// <summary>The command line of <c>mxact</c>: its commands, what all of them take, and its help.</summary>
internal static class CommandLine
{
    /// <summary>The program's name.</summary>
    public const string Name = "mxact";

    /// <summary>Every command, each with <c>--backend</c> and <c>--threads</c>, and none but the help under the root itself.</summary>
    public static RootCommand Create()
    {
        RootCommand root = new("Mxact: a bit-exact simulator of the OCP Microscaling (MX) formats, and the conformance suite that holds "
            + "kernels to it.");
        foreach (Command command in (Command[])
        [
            RunCommand.Create(), MatrixCommand.Create(), VerifyCommand.Create(), RequestsCommand.Create(), ExportCommand.Create(),
            .. StreamCommands.Create(), ServeCommand.Create(), ExplainCommand.Create(),
            CatalogueCommands.Formats(), CatalogueCommands.Latitudes(), CatalogueCommands.Profiles(), CatalogueCommands.Layouts(),
            ModelsCommand.Create(), InstructionsCommand.Create(), P3109Command.Create(), AttestCommand.Create(),
            RecordingsCommand.Create(), IdentifyChoicesCommand.Create(), IdentifyCommand.Create(), CompareCommand.Create(),
                ConvertCommand.Create(), InspectCommand.Create(), WhichCommand.Create(),
            SweepCommand.Create(), VectorsCommand.Create(), HostCommand.Create(), CompletionCommand.Create(),
            ExploreCommand.Create(),
        ])
        {
            ExecutionOptions.Complete(command);
            CompletionWords.AddTo(command);
            root.Add(command);
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        root.Options.OfType<VersionOption>().Single().Action = new VersionLine();
        return root;
    }

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code.</returns>
    public static int Invoke(string[] words)
    {
        ParseResult parsed = Create().Parse(words,
            new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        // A shell that completes sends a line that is not finished: what is wrong with it is no error.
        if (parsed.RootCommandResult.Children.OfType<DirectiveResult>().Any())
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }

        if (parsed.Errors.Count > 0)
        {
            // "Unrecognized command 'x'" says more than "Required command was not provided", which comes with it.
            throw new UsageException(parsed.Errors[^1].Message);
        }

        RefuseEmpty(parsed);

        // Help and version are no work: they must not fail for want of a backend.
        if (parsed.Action == parsed.CommandResult.Command.Action)
        {
            ExecutionOptions.Check(parsed);
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>
    /// No option and no argument means anything by an empty text: it is an unset variable of a shell. Only the words after a program under
    /// test are its own.
    /// </summary>
    private static void RefuseEmpty(ParseResult parsed)
    {
        foreach (SymbolResult result in parsed.CommandResult.Children)
        {
            bool isOnly = result is not ArgumentResult { Argument.Arity.MaximumNumberOfValues: > 1 };
            if (result.Tokens.Take(isOnly ? int.MaxValue : 1).Any(token => string.IsNullOrWhiteSpace(token.Value)))
            {
                string name = result is OptionResult option ? option.Option.Name : $"'{((ArgumentResult)result).Argument.Name}'";
                throw new UsageException($"{name} is given an empty text");
            }
        }
    }

    /// <summary>Exceptions of this project's libraries that mean bad input.</summary>
    public static bool IsBadInput(Exception exception) => exception is RequestException or VectorFileException;

    /// <summary>The help of a command, and under the program's own the table of exit codes.</summary>
    private sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
    {
        /// <summary>Whoever asks for help has not given everything yet.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            int code = help.Invoke(parsed);
            if (parsed.CommandResult.Command is RootCommand)
            {
                foreach (string line in ExitCodes.Lines())
                {
                    parsed.InvocationConfiguration.Output.WriteLine(line);
                }
            }

            return code;
        }
    }
}
