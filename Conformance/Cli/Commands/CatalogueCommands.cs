using System.CommandLine;
using System.Globalization;
using Mxact.Cli.Reports;
using Mxact.Simulator.Reference;
using Mxact.Tensors.Layouts;

namespace Mxact.Cli.Commands;

/// <summary>formats, latitudes, profiles: tables, or the same as JSON.</summary>
internal static class CatalogueCommands
{
    public static Command Formats() => Catalogue("formats", "element, scale and block formats", FormatTables(), ShownFormats);

    public static Command Latitudes() => Catalogue("latitudes", "the choices that the standard leaves open", () =>
    [
        new(["latitude", "what is chosen", "choices", "ocp", "clause"],
            [.. Latitude.All.Select(l => new[] { l.Id, l.Question, string.Join(" | ", l.Choices), l.Default, l.Source.Citation })]),
    ]);

    public static Command Profiles() => Catalogue("profiles", "named sets of choices", () =>
    [
        new(["profile", "whose behaviour", "differs from ocp by", "not modelled"],
            [.. Profile.All.Select(p => new[] { p.Name, p.Of, string.Join(" ", p.Differences), p.NotModelled })]),
    ]);

    public static Command Layouts() => Catalogue("layouts", "how checkpoints store quantised tensors", () =>
    [
        new(["layout", "written by", "formats", "codes", "scales", "tensor scale", "note"],
            [.. LayoutTable.All.Select(l => l.Row())]),
    ]);

    /// <summary>The tables of <c>mxact formats</c>.</summary>
    internal static Func<IReadOnlyList<CatalogueTable>> FormatTables() => () =>
    [
        new(["element", "bits", "exp", "man", "bias", "emin", "emax", "max normal", "min normal", "min subnormal", "Inf", "NaN", "source"],
            [.. Mxact.ElementFormats.Elements.Select(Row)]),
        new(["scale", "bits", "bias", "least", "greatest", "NaN", "source"],
        [
            ["e8m0", "8", "127", "00 = 2^-127", "fe = 2^127", "ff", ScaleFormat.E8M0.Source.Citation],
            ["ue4m3", "8", "7", "00 = 0", "7e = 448", "7f ff", ScaleFormat.Ue4M3.Source.Citation],
            ["ue5m3", "8", "15", "00 = 0", "fe = 114688", "ff", ScaleFormat.Ue5M3.Source.Citation],
        ]),
        new(["block", "element", "scale", "block size", "bits a block", "source"],
            [.. MxFormats.All.Concat(MxFormats.Further).Select(b
                => new[] { b.Name, b.Element.Name, b.Scale.Name, Number(b.BlockSize), Number(b.BitsPerBlock),
                b.Source.Citation + (b.IsExtension ? " (extension)" : "") })]),
    ];

    /// <summary>For a person the table of elements is two: how they are laid out, and what they hold.</summary>
    private static IReadOnlyList<CatalogueTable> ShownFormats()
    {
        IReadOnlyList<CatalogueTable> tables = FormatTables()();
        CatalogueTable elements = tables[0];
        return
        [
            elements.With("element", "bits", "exp", "man", "bias", "emin", "emax", "source"),
            elements.With("element", "max normal", "min normal", "min subnormal", "Inf", "NaN"),
            .. tables.Skip(1),
        ];
    }

    private static string[] Row(ElementFormat f)
    {
        bool isInteger = f.Encoding == ElementEncoding.TwosComplement;
        return
        [
            f.Name, Number(f.Bits), Number(f.ExponentBits), Number(f.MantissaBits), isInteger ? "-" : Number(f.Bias), isInteger ? "-"
                : Number(f.EMin), Number(f.EMax),
            ElementCodec.Decode(f, f.MaxMagnitude).ToString(),
            isInteger ? "-" : ElementCodec.Decode(f, 1u << f.MantissaBits).ToString(),
            ElementCodec.Decode(f, 1).ToString(),
            f.HasInfinity ? Codes(f, f.MaxMagnitude + 1, f.MaxMagnitude + 1) : "none",
            NaNs(f),
            f.Source.Citation + (Mxact.ElementFormats.Wide.Contains(f) ? " (inputs and results)" : f.IsExtension ? " (extension)" : ""),
        ];
    }

    private static string NaNs(ElementFormat f) => f.Specials switch
    {
        SpecialValues.None => "none",
        SpecialValues.NanAtNegativeZero => Hex(f, f.SignMask),
        SpecialValues.NanOnly => Codes(f, f.SignMask - 1, f.SignMask - 1),
        _ => Codes(f, f.MaxMagnitude + 2, f.SignMask - 1),
    };

    private static string Codes(ElementFormat f, uint first, uint last)
    {
        string positive = first == last ? Hex(f, first) : $"{Hex(f, first)}-{Hex(f, last)}";
        if ((f.SignMask & f.CodeMask) == 0)
        {
            return positive;
        }

        string negative = first == last ? Hex(f, first | f.SignMask) : $"{Hex(f, first | f.SignMask)}-{Hex(f, last | f.SignMask)}";
        return $"{positive} {negative}";
    }

    private static string Hex(ElementFormat f, uint code) => code.ToString("x" + f.HexDigits, CultureInfo.InvariantCulture);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>A command that shows tables.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">Its help.</param>
    /// <param name="tables">The tables, complete: what --json and --csv give.</param>
    /// <param name="shown">The same for a person, where that differs.</param>
    private static Command Catalogue(string name, string description, Func<IReadOnlyList<CatalogueTable>> tables,
        Func<IReadOnlyList<CatalogueTable>>? shown = null)
    {
        Command command = new(name, description);
        CatalogueOutput output = new(command);
        command.SetAction(parsed => output.Write(parsed, tables, () =>
        {
            foreach (CatalogueTable table in (shown ?? tables)())
            {
                Tables.Write(table.Columns, table.Rows);
            }
        }));
        return command;
    }
}
