using System.CommandLine;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>--time-limit</c>: seconds, with a point where there is a fraction, whatever the machine's language.</summary>
internal sealed class TimeLimitOption(string description)
{
    private const double Most = 86400;

    public Option<string> Option { get; } = new("--time-limit")
    {
        Description = description,
        DefaultValueFactory = _ => "10",
        HelpName = "s"
    };

    /// <summary>The limit.</summary>
    /// <exception cref="UsageException">It is no number of seconds, or not within a day.</exception>
    public TimeSpan Of(ParseResult parsed)
        => double.TryParse(parsed.GetValue(Option), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is > 0 and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--time-limit is 0 to {Most} seconds, such as 0.5, not '{parsed.GetValue(Option)}'");
}
