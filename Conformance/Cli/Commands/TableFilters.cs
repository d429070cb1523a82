using System.CommandLine;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>--grade</c>, <c>--vendor</c> and <c>--format</c>: which rows of a table of machines are shown.</summary>
internal sealed class TableFilters
{
    private readonly Option<string?> grade = Filter("--grade", "only those of a grade, such as recorded or architected");
    private readonly Option<string?> vendor = Filter("--vendor", "only those of a vendor, such as nvidia");
    private readonly Option<string?> format = Filter("--format", "only those that read or write a format, such as e2m1");

    /// <summary>The options of a command.</summary>
    public TableFilters(Command command)
    {
        command.Add(grade);
        command.Add(vendor);
        command.Add(format);
    }

    /// <summary>The rows that were asked for.</summary>
    /// <exception cref="UsageException">No row has that grade, vendor or format.</exception>
    public IReadOnlyList<T> Chosen<T>(ParseResult parsed, IEnumerable<T> all, Func<T, IEnumerable<string>> grades,
        Func<T, string> vendorOf, Func<T, IEnumerable<string>> formats)
    {
        T[] rows = [.. all];
        string? ofGrade = Known(parsed, grade, rows.SelectMany(grades));
        string? ofVendor = Known(parsed, vendor, rows.Select(vendorOf));
        string? ofFormat = Known(parsed, format, rows.SelectMany(formats), FormatNames.Canonical);
        return [.. rows.Where(row => (ofGrade is null || grades(row).Contains(ofGrade))
            && (ofVendor is null || vendorOf(row) == ofVendor) && (ofFormat is null || formats(row).Contains(ofFormat)))];
    }

    private static string? Known(ParseResult parsed, Option<string?> option, IEnumerable<string> known,
        Func<string, string>? canonical = null)
    {
        if (parsed.GetValue(option) is not { } given)
        {
            return null;
        }

        string[] names = [.. known.Distinct()];
        string? value = names.Contains(given) ? given : canonical?.Invoke(given);
        return names.Contains(value) ? value : throw new UsageException($"{option.Name} '{given}' is none of {string.Join(", ", names)}");
    }

    private static Option<string?> Filter(string name, string description) => new(name) { Description = description, HelpName = "name" };
}
