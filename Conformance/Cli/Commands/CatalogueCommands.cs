using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mxact.Simulator.Reference;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>formats, latitudes, profiles: tables, or the same as JSON.</summary>
internal static class CatalogueCommands
{
    public static Command Formats() => Catalogue("formats", "element, scale and block formats", FormatTables());

    public static Command Latitudes() => Catalogue("latitudes", "the choices that the standard leaves open", () =>
    [
        (["latitude", "what is chosen", "choices", "ocp", "clause"], [.. Latitude.All.Select(l => new[] { l.Id, l.Question, string.Join(" | ", l.Choices), l.Default, l.Source.Citation })]),
    ]);

    public static Command Profiles() => Catalogue("profiles", "named sets of choices", () =>
    [
        (["profile", "whose behaviour", "differs from ocp by", "not modelled"], [.. Profile.All.Select(p => new[] { p.Name, p.Of, string.Join(" ", p.Differences), p.NotModelled })]),
    ]);

    /// <summary>The tables of <c>mxact formats</c>.</summary>
    internal static Func<IReadOnlyList<(string[] Columns, IReadOnlyList<string[]> Rows)>> FormatTables() => () =>
    [
        (["element", "bits", "exp", "man", "bias", "emin", "emax", "max normal", "min normal", "min subnormal", "Inf", "NaN", "source"],
            [.. Mxact.ElementFormats.Elements.Select(Row)]),
        (["scale", "bits", "bias", "least", "greatest", "NaN", "source"],
        [
            ["e8m0", "8", "127", "00 = 2^-127", "fe = 2^127", "ff", ScaleFormat.E8M0.Source.Citation],
            ["ue4m3", "8", "7", "00 = 0", "7e = 448", "7f ff", ScaleFormat.Ue4M3.Source.Citation],
        ]),
        (["block", "element", "scale", "block size", "bits a block", "source"],
            [.. MxFormats.All.Select(b => new[] { b.Name, b.Element.Name, b.Scale.Name, Number(b.BlockSize), Number(b.BitsPerBlock), b.Source.Citation + (b.IsExtension ? " (extension)" : "") })]),
    ];

    private static string[] Row(ElementFormat f)
    {
        bool isInteger = f.Encoding == ElementEncoding.TwosComplement;
        return
        [
            f.Name, Number(f.Bits), Number(f.ExponentBits), Number(f.MantissaBits), isInteger ? "-" : Number(f.Bias), isInteger ? "-" : Number(f.EMin), Number(f.EMax),
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
        string negative = first == last ? Hex(f, first | f.SignMask) : $"{Hex(f, first | f.SignMask)}-{Hex(f, last | f.SignMask)}";
        return $"{positive} {negative}";
    }

    private static string Hex(ElementFormat f, uint code) => code.ToString("x" + f.HexDigits, CultureInfo.InvariantCulture);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static Command Catalogue(string name, string description, Func<IReadOnlyList<(string[] Columns, IReadOnlyList<string[]> Rows)>> tables)
    {
        Command command = new(name, description);
        Option<bool> json = new("--json") { Description = "as JSON" };
        command.Add(json);
        command.SetAction(parsed =>
        {
            foreach ((string[] columns, IReadOnlyList<string[]> rows) in parsed.GetValue(json) ? [] : tables())
            {
                Tables.Write(columns, rows);
            }

            if (parsed.GetValue(json))
            {
                WriteJson(tables());
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static void WriteJson(IReadOnlyList<(string[] Columns, IReadOnlyList<string[]> Rows)> tables)
    {
        using Stream output = Console.OpenStandardOutput();
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach ((string[] columns, IReadOnlyList<string[]> rows) in tables)
        {
            foreach (string[] row in rows)
            {
                json.WriteStartObject();
                for (int i = 0; i < columns.Length; i++)
                {
                    json.WriteString(columns[i], row[i]);
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.Flush();
        output.WriteByte((byte)'\n');
    }
}
