using System.CommandLine;
using Mxact.Shell;
using Mxact.Training.Runs;

namespace Mxact.Training.Cli.Commands;

/// <summary>The options of a run as options of a command.</summary>
/// <param name="specs">All of them, or those that a command takes.</param>
internal sealed class RunOptionsOnCommandLine(IEnumerable<OptionSpec> specs)
{
    private const string OrSeveral = ", or several, each once, as 0..19 or 3,5";
    private readonly (OptionSpec Spec, Option<string?> Option)[] options =
    [
        .. specs.Select(spec => (spec, new Option<string?>("--" + spec.Name, spec.Alias is null ? [] : ["--" + spec.Alias])
        {
            Description = $"{spec.Description} [default: {(spec.Default.Length == 0 ? "none" : spec.Default)}]",
            HelpName = "value",
            Arity = ArgumentArity.ZeroOrOne,
        })),
    ];

    /// <summary>Only <c>--backend</c> and <c>--threads</c>: for every command that computes.</summary>
    public static RunOptionsOnCommandLine OfExecution() => new(OptionSpec.OfExecution.Select(name => OptionSpec.Find(name)!));

    public void AddTo(Command command)
    {
        foreach ((_, Option<string?> option) in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Those that are given; a switch may stand alone.</summary>
    /// <exception cref="UsageException">A value is missing, or is none of the option's.</exception>
    public IReadOnlyDictionary<string, string> ReadGiven(ParseResult parsed)
    {
        Dictionary<string, string> given = [];
        foreach ((OptionSpec spec, Option<string?> option) in options.Where(o => parsed.GetResult(o.Option) is not null))
        {
            string value = parsed.GetValue(option)
                ?? (spec.Default == "off" ? "on" : throw new UsageException($"--{spec.Name} needs a value"));
            given[spec.Name] = spec.Name == "seed" && SeedRange.TryParse(value, out _) ? value : spec.Refuse(value) is { } allowed
                ? throw new UsageException(
                    $"--{spec.Name} must be {allowed}{(spec.Name == "seed" ? OrSeveral : "")}, not '{value}'")
                : value;
        }

        return given;
    }
}
