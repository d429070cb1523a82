using System.Collections.Immutable;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>The parts of a PTX cvt: rounding, modifiers, destination, source, and the form that allows them together.</summary>
/// <param name="Form">The form.</param>
/// <param name="Rounding">The rounding; empty for none.</param>
/// <param name="Modifiers">The modifiers, in the form's order.</param>
/// <param name="Destination">The destination type.</param>
/// <param name="Source">The source type.</param>
internal sealed record PtxName(PtxForm Form, string Rounding, ImmutableArray<string> Modifiers, string Destination, string Source)
{
    /// <summary>What the instruction is called.</summary>
    public const string Mnemonic = "cvt";

    private const int MostParts = 12;

    /// <summary>Whether there is such a modifier.</summary>
    public bool Has(string modifier) => Modifiers.Contains(modifier);

    public override string ToString()
        => string.Join('.', ((string[])[Mnemonic, Rounding, .. Modifiers, Destination, Source]).Where(part => part.Length > 0));

    /// <summary>Reads a name, whose modifiers may stand in any order.</summary>
    /// <exception cref="ArgumentException">There is no such conversion; the line says what is allowed in its place.</exception>
    public static PtxName Parse(string name)
    {
        string[] parts = name.Split('.');
        if (parts.Length is < 3 or > MostParts)
        {
            throw new ArgumentException($"'{name}' is no PTX conversion: cvt[.rounding][.modifiers].destination.source, "
                + "such as cvt.rn.satfinite.e4m3x2.f32");
        }

        (string destination, string source) = (parts[^2], parts[^1]);
        PtxForm[] forms = [.. PtxForms.All.Where(form => form.Destinations.Contains(destination) && form.Sources.Contains(source))];
        if (forms.Length == 0)
        {
            throw new ArgumentException(NoForm(name, destination, source));
        }

        string[] middle = parts[1..^2];
        if (middle.FirstOrDefault(part => !PtxForms.Roundings.Contains(part) && !PtxForms.Modifiers.Contains(part)) is { } stranger)
        {
            throw new ArgumentException($"'{name}': PTX's cvt has no .{stranger}; roundings are {List(PtxForms.Roundings)}, modifiers "
                + List(PtxForms.Modifiers));
        }

        string[] roundings = [.. middle.Where(part => PtxForms.Roundings.Contains(part))];
        string rounding = roundings.Length == 0 ? "" : roundings[0];
        string[] modifiers = [.. middle.Where(part => PtxForms.Modifiers.Contains(part))];
        if (roundings.Length > 1 || modifiers.Distinct().Count() < modifiers.Length)
        {
            throw new ArgumentException($"'{name}': a rounding or a modifier stands there more than once");
        }

        return forms.SelectMany(form => form.Choices().Select(choice => new PtxName(form, rounding, choice, destination, source)))
                .FirstOrDefault(candidate => candidate.Form.Roundings.Contains(rounding) && candidate.Modifiers.Length == modifiers.Length
                    && candidate.Modifiers.All(modifiers.Contains))
            ?? throw new ArgumentException($"'{name}': to .{destination} from .{source} there is "
                + string.Join(" and ", forms.Select(Pattern)));
    }

    private static string NoForm(string name, string destination, string source)
    {
        string[] sources =
            [.. PtxForms.All.Where(form => form.Destinations.Contains(destination)).SelectMany(form => form.Sources).Distinct()];
        return sources.Length > 0
            ? $"'{name}': PTX converts to .{destination} from {List(sources)}, not from .{source}"
            : $"'{name}': PTX's cvt has no destination .{destination}; it is one of "
                + List(PtxForms.All.SelectMany(form => form.Destinations).Distinct());
    }

    private static string Pattern(PtxForm form)
        => $"{Mnemonic}{(form.Roundings is [""] ? "" : $".{{{string.Join(' ', form.Roundings.Select(r => r.Length == 0 ? "none" : r))}}}")}"
            + string.Concat(form.Modifiers.Select(modifier => modifier.EndsWith('?') ? $"[.{modifier[..^1]}]" : $".{modifier}"));

    private static string List(IEnumerable<string> parts) => string.Join(" ", parts.Select(part => $".{part}"));
}
