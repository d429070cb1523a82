using System.CommandLine;
using Mxact.Conformance.Adapters;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>The options that make choices, shared by every command that takes them.</summary>
internal sealed class Choices
{
    private readonly Option<string?> profile = new("--profile")
    {
        Description = "the profile that makes every choice not named here "
        + "(default: ocp): a name of 'mxact profiles', or a file (its path has a slash or ends in .json)",
        HelpName = "name|path"
    };
    private readonly Option<string?> scaleRule = new("--scale-rule")
    {
        Description = "floor, round-up, even, ceil, no-saturation, "
        + "round-log2, nearest-linear, trunc-quotient, mse or threshold:T; four-over-six for nvfp4",
        HelpName = "rule"
    };
    private readonly Option<string?> rounding = new("--rounding")
    {
        Description = "ties-to-even, ties-to-away, ties-to-zero, "
        + "toward-zero, toward-positive, toward-negative, to-odd, or stochastic[-b|-c|-odd]:N",
        HelpName = "mode"
    };
    private readonly Option<string?> overflow = new("--overflow") { Description = "saturate or non-finite", HelpName = "policy" };
    private readonly Option<string[]> choice = new("--choice")
    {
        Description = "any latitude: id=choice; see 'mxact latitudes'",
        HelpName = "id=choice",
        DefaultValueFactory = _ => []
    };

    private readonly Option<string[]> scaleRules = new("--scale-rule") { HelpName = "rule", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> roundings = new("--rounding") { HelpName = "mode", DefaultValueFactory = _ => [] };

    /// <summary>The file that was named, read once: a pipe that a shell opened gives its text a single time.</summary>
    private ProfileFile? file;

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

    /// <summary>The same for a command that tries several scale rules and roundings: both repeatable.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaultRules">What its help says it takes where no rule is named.</param>
    public void AddSeveralTo(Command command, string defaultRules)
    {
        scaleRules.Description = $"{scaleRule.Description}; repeatable (default: {defaultRules})";
        roundings.Description = $"{rounding.Description}; repeatable";
        foreach (Option option in (Option[])[scaleRules, roundings, profile, overflow, choice])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether a scale rule or a rounding of several is named.</summary>
    public bool IsSeveralGiven(ParseResult parsed)
        => parsed.GetValue(scaleRules) is { Length: > 0 } || parsed.GetValue(roundings) is { Length: > 0 };

    /// <summary>
    /// Every pair of the scale rules and roundings that the command line names, as the protocol writes them; one empty set where it
    /// names none.
    /// </summary>
    public IEnumerable<string[]> Pairs(ParseResult parsed, params string[] defaultRules)
    {
        string[] rules = parsed.GetValue(scaleRules) is { Length: > 0 } named ? named : defaultRules;
        string[] modes = parsed.GetValue(roundings) ?? [];
        return from rule in rules.Distinct().Select(r => $"scale-rule={r}").DefaultIfEmpty()
               from mode in modes.Distinct().Select(m => $"rounding={m}").DefaultIfEmpty()
               select (string[])[.. new[] { rule, mode }.OfType<string>()];
    }

    /// <summary>Whether the command line names a profile.</summary>
    public bool HasProfile(ParseResult parsed) => parsed.GetValue(profile) is not null;

    /// <summary>The shipped profile that is taken, or that a file is based on.</summary>
    public string Profile(ParseResult parsed) => FileOf(parsed)?.Base ?? parsed.GetValue(profile) ?? Mxact.Profile.Ocp.Name;

    /// <summary>The choices as the protocol writes them: of a profile's file its choices, unless the command line names another.</summary>
    public IEnumerable<string> Words(ParseResult parsed)
    {
        string[] named = [.. Named(parsed)];
        HashSet<string> keys = [.. named.Select(word => word[..word.IndexOf('=', StringComparison.Ordinal)])];
        keys.UnionWith(parsed.GetResult(scaleRules) is not null && parsed.GetValue(scaleRules) is { Length: > 0 } ? ["scale-rule"] : []);
        keys.UnionWith(parsed.GetResult(roundings) is not null && parsed.GetValue(roundings) is { Length: > 0 } ? ["rounding"] : []);
        IEnumerable<string> ofFile = FileOf(parsed)?.Words ?? [];
        return [.. ofFile.Where(word => !keys.Contains(word[..word.IndexOf('=', StringComparison.Ordinal)])), .. named];
    }

    private ProfileFile? FileOf(ParseResult parsed)
        => parsed.GetResult(profile) is not null && parsed.GetValue(profile) is { } named && ProfileFile.IsPath(named)
            ? file ??= ProfileFile.Read(named) : null;

    private IEnumerable<string> Named(ParseResult parsed)
    {
        foreach ((string key, Option<string?> option) in new[] { ("profile", profile), ("scale-rule", scaleRule), ("rounding", rounding),
            ("overflow", overflow) })
        {
            bool isFile = option == profile && FileOf(parsed) is not null;
            if (!isFile && parsed.GetResult(option) is not null && parsed.GetValue(option) is { } value)
            {
                yield return $"{key}={value}";
            }
        }

        foreach (string word in parsed.GetValue(choice) ?? [])
        {
            yield return word.Contains('=') ? word
                : throw new UsageException($"--choice is id=choice, not '{word}'; the ids are "
                + $"{string.Join(", ", Latitude.All.Select(l => l.Id))}");
        }
    }
}
