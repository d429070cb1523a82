using System.CommandLine;
using Mxact.Spec;

namespace Mxact.Conformance.Commands;

/// <summary>The options that make choices, shared by every command that takes them.</summary>
internal sealed class Choices
{
    private readonly Option<string?> profile = new("--profile") { Description = "the profile that makes every choice not named here (default: ocp); see 'mxact profiles'", HelpName = "name" };
    private readonly Option<string?> scaleRule = new("--scale-rule") { Description = "floor, round-up, even, ceil, no-saturation, round-log2, nearest-linear, trunc-quotient, mse or threshold:T", HelpName = "rule" };
    private readonly Option<string?> rounding = new("--rounding") { Description = "ties-to-even, ties-to-away, ties-to-zero, toward-zero, toward-positive, toward-negative, to-odd, or stochastic[-b|-c|-odd]:N", HelpName = "mode" };
    private readonly Option<string?> overflow = new("--overflow") { Description = "saturate or non-finite", HelpName = "policy" };
    private readonly Option<string[]> choice = new("--choice") { Description = "any latitude: id=choice; see 'mxact latitudes'", HelpName = "id=choice", DefaultValueFactory = _ => [] };

    public void AddTo(Command command, bool scale)
    {
        command.Add(profile);
        if (scale)
        {
            command.Add(scaleRule);
        }

        command.Add(rounding);
        command.Add(overflow);
        command.Add(choice);
    }

    /// <summary>The choices as the protocol writes them.</summary>
    public IEnumerable<string> Words(ParseResult parsed)
    {
        foreach ((string key, Option<string?> option) in new[] { ("profile", profile), ("scale-rule", scaleRule), ("rounding", rounding), ("overflow", overflow) })
        {
            if (parsed.GetResult(option) is not null && parsed.GetValue(option) is { } value)
            {
                yield return $"{key}={value}";
            }
        }

        foreach (string word in parsed.GetValue(choice) ?? [])
        {
            yield return word.Contains('=') ? word : throw new UsageException($"--choice is id=choice, not '{word}'; the ids are {string.Join(", ", Latitude.All.Select(l => l.Id))}");
        }
    }
}
