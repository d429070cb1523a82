using System.CommandLine;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>An option in seconds, with a point where there is a fraction, whatever the machine's language.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What the seconds limit.</param>
/// <param name="seconds">Where it is not given.</param>
/// <param name="most">The most that makes sense.</param>
internal sealed class SecondsOption(string name, string description, double seconds, double most)
{
    public Option<string> Option { get; } = new(name)
    {
        Description = description,
        DefaultValueFactory = _ => seconds.ToString(CultureInfo.InvariantCulture),
        HelpName = "s"
    };

    /// <summary><c>--time-limit</c>.</summary>
    public static SecondsOption TimeLimit(string description) => new("--time-limit", description, seconds: 10, most: 86400);

    /// <summary>The time.</summary>
    /// <exception cref="UsageException">It is no number of seconds, or more than makes sense.</exception>
    public TimeSpan Of(ParseResult parsed)
        => double.TryParse(parsed.GetValue(Option), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double given)
            && given > 0 && given <= most
            ? TimeSpan.FromSeconds(given)
            : throw new UsageException($"{name} is 0 to {most} seconds, such as 0.5, not '{parsed.GetValue(Option)}'");
}
