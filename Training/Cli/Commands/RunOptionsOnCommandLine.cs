using Mxact.Shell;
using System.CommandLine;
using Mxact.Training.Runs;

namespace Mxact.Training.Cli.Commands;

/// <summary>The options of a run as options of a command.</summary>
internal sealed class RunOptionsOnCommandLine
{
    private readonly (OptionSpec Spec, Option<string?> Option)[] options =
    [
        .. OptionSpec.All.Select(spec => (spec, new Option<string?>("--" + spec.Name) { Description = $"{spec.Description} [default: {(spec.Default.Length == 0 ? "none" : spec.Default)}]", HelpName = "value", Arity = ArgumentArity.ZeroOrOne })),
    ];

    public void AddTo(Command command)
    {
        foreach ((_, Option<string?> option) in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Those that are given; a switch may stand alone.</summary>
    public IReadOnlyDictionary<string, string> Given(ParseResult parsed)
        => options.Where(o => parsed.GetResult(o.Option) is not null).ToDictionary(
            o => o.Spec.Name,
            o => parsed.GetValue(o.Option) ?? (o.Spec.Default == "off" ? "on" : throw new UsageException($"--{o.Spec.Name} needs a value")));
}
