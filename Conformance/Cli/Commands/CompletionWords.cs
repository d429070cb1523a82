using System.CommandLine;
using Mxact.Tensors.Layouts;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary>
/// The words that a shell offers for an option's value, from the same tables that the option is read with. What is offered is no limit:
/// files of profiles, parametrised modes and other minifloats may be typed as well.
/// </summary>
internal static class CompletionWords
{
    private static readonly Dictionary<string, Func<IEnumerable<string>>> Of = new()
    {
        ["--backend"] = () => Backends.All.Select(Backends.NameOf),
        ["--level"] = () => Enum.GetValues<Level>().Select(level => Names.Kebab(level.ToString())),
        ["--format"] = () => MxFormats.All.Select(format => format.Name).Concat(ElementFormats.Mx.Select(format => format.Name)),
        ["--profile"] = () => Profile.All.Select(profile => profile.Name),
        ["--scale-rule"] = () => ScaleRule.All.Select(rule => rule.Name),
        ["--rounding"] = () => RoundingMode.Deterministic.Select(mode => mode.ToString()),
        ["--overflow"] = () => Enum.GetValues<OverflowPolicy>().Select(policy => Names.Kebab(policy.ToString())),
        ["--choice"] = () => Latitude.All.SelectMany(latitude => latitude.Choices.Select(choice => $"{latitude.Id}={choice}")),
        ["--model"] = () => MatrixUnits.All.Select(unit => unit.Name),
        ["--instruction"] = () => Instructions.All.Select(instruction => instruction.Name),
        ["--grade"] = () => Enum.GetValues<EvidenceGrade>().Select(InstructionsCommand.Grade),
        ["--vendor"] = () => Instructions.All.Select(instruction => instruction.Vendor).Distinct(),
        ["--to-layout"] = () => LayoutTable.All.Select(layout => layout.Name),
    };

    /// <summary>Gives every option of a command and of the commands under it the words for its value.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            if (Of.TryGetValue(option.Name, out Func<IEnumerable<string>>? words))
            {
                option.CompletionSources.Add(_ => words().Select(word => new System.CommandLine.Completions.CompletionItem(word)));
            }
        }

        foreach (Command subcommand in command.Subcommands)
        {
            AddTo(subcommand);
        }
    }
}
