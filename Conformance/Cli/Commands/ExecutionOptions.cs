using System.CommandLine;
using Mxact.Conformance.Adapters;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>
/// <c>--backend</c> and <c>--threads</c>, which every command takes and which become an <see cref="Execution"/> here alone. No bit of any
/// answer depends on them.
/// </summary>
internal sealed class ExecutionOptions
{
    private const string BackendName = "--backend";
    private const string ThreadsName = "--threads";
    private const int MaxThreads = 1024;
    private const string Inert = "taken by every command, and checked; this one computes with the exact reference, if at all, and "
        + "nothing here depends on it";

    private static readonly string Names = string.Join(", ", Backends.All.Select(Backends.NameOf));

    private readonly Option<string[]> backend;
    private readonly Option<int> threads;
    private readonly bool several;

    private ExecutionOptions(string backendHelp, string threadsHelp, bool several)
    {
        backend = new(BackendName) { Description = backendHelp, HelpName = "name", DefaultValueFactory = _ => [] };
        threads = new(ThreadsName) { Description = threadsHelp, HelpName = "n", DefaultValueFactory = _ => 0 };
        this.several = several;
    }

    /// <summary>Gives a command the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="governs">What the backend does there: "what converts".</param>
    /// <param name="otherwise">What is taken where neither the command line nor the environment names one.</param>
    /// <param name="several">Whether it does its work on several backends, one after the other.</param>
    /// <param name="threaded">Whether the number of threads matters there.</param>
    public static ExecutionOptions AddTo(Command command, string governs, string otherwise, bool several = false, bool threaded = true)
    {
        ExecutionOptions options = new(
            $"{governs}: {Names}{(several ? "; repeatable" : "")} (default: {Execution.Variable}, or {otherwise})",
            threaded ? "threads at most; 0 is one for every processor" : Inert,
            several);
        options.AddTo(command);
        return options;
    }

    /// <summary>
    /// Gives the options to a command, or to each of its subcommands, that has none of its own: it takes them and checks them.
    /// </summary>
    public static void Complete(Command command)
    {
        foreach (Command subcommand in command.Subcommands)
        {
            Complete(subcommand);
        }

        if (command.Subcommands.Count == 0 && !command.Options.Any(option => option.Name == BackendName))
        {
            new ExecutionOptions(Inert, Inert, several: false).AddTo(command);
        }
    }

    /// <summary>
    /// Refuses what no command can use: a name that there is not, a backend that this machine lacks, in the options or the environment.
    /// </summary>
    /// <exception cref="NotSupportedException">One line says what.</exception>
    /// <exception cref="UsageException">The number of threads is none.</exception>
    public static void Check(ParseResult parsed)
    {
        _ = Named(null);
        foreach (string name in parsed.GetValue<string[]>(BackendName) ?? [])
        {
            _ = Named(name);
        }

        int count = parsed.GetValue<int>(ThreadsName);
        if (count is < 0 or > MaxThreads)
        {
            throw new UsageException($"{ThreadsName} is 0 to {MaxThreads}, not {count}");
        }
    }

    /// <summary>What computes, where the command takes one backend.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">What is taken where neither it nor the environment names one; the widest of this processor unless
    /// given.</param>
    /// <exception cref="UsageException">It is named twice.</exception>
    public Execution Of(ParseResult parsed, Backend? otherwise = null) => Several(parsed, otherwise) is [Execution one]
        ? one
        : throw new UsageException($"{BackendName} is given twice");

    /// <summary>What computes, one after the other.</summary>
    public IReadOnlyList<Execution> Several(ParseResult parsed, Backend? otherwise = null)
    {
        int count = parsed.GetValue(threads);
        string[] names = parsed.GetValue(backend) ?? [];
        return names.Length > 0 ? [.. (several ? names.Distinct() : names).Select(name => new Execution(Named(name), count))]
            : [new(Environment.GetEnvironmentVariable(Execution.Variable) is { Length: > 0 } ? Named(null) : otherwise ?? Named(null),
                count)];
    }

    /// <summary>What the kernel <c>builtin</c> is asked on.</summary>
    /// <exception cref="UsageException">The kernel's own name says it: two answers to one question.</exception>
    public Backend OfBuiltin(ParseResult parsed, IReadOnlyList<string> kernel)
        => parsed.GetValue(backend) is { Length: > 0 } && kernel[0].StartsWith(Kernels.BackendPrefix, StringComparison.Ordinal)
            ? throw new UsageException($"'{kernel[0]}' names its backend: leave {BackendName} out")
            : Of(parsed, Backend.Reference).Backend;

    private static Backend Named(string? name) => name is null ? Execution.Default.Backend : Execution.Parse(name).Backend;

    private void AddTo(Command command)
    {
        command.Add(backend);
        command.Add(threads);
    }
}
