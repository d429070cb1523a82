using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>
/// The choices that are not <c>ocp</c>'s, each at the boundaries where it begins to matter: a row names the choice as a parameter, so
/// that a kernel that declares it is held to a committed answer.
/// </summary>
internal static class LatitudeCases
{
    private const string Flag = "latitude";

    private static readonly string[] NearestAlone = ["ties-to-even"];
    private static readonly string[] Directed = ["toward-zero", "toward-positive", "toward-negative"];

    /// <summary>A tie of the E8M0 cast and the numbers beside it; the ends of what binary16 and bfloat16 hold.</summary>
    private static readonly uint[] NearCastTies =
        [0x4040_0000, 0x4040_0001, 0x4040_0FFF, 0x4040_8001, 0x477F_EFFF, 0x477F_F000, 0x7F7F_7FFF, 0x7F7F_FFFF, 0x3300_0001];

    /// <summary>The choices that single elements make.</summary>
    public static IEnumerable<Case> Encode(ElementFormat format, Catalogue catalogue)
        => from choice in catalogue.AskedChoices
           where ChoiceReach.Acts(Operation.Encode, format.Name, choice)
           from asked in AtBoundaries(format, IdOf(choice)).Distinct()
           select new Case(Operation.Encode, format.Name, $"{asked.Parameters} {choice}", HexWords.Write(asked.Bits, 8),
               Clauses.Fp8Conversion, format.IsExtension ? Flag + " extension" : Flag);

    /// <summary>The choices of the binary32 -> E8M0 cast.</summary>
    public static IEnumerable<Case> Cast(Catalogue catalogue)
        => from choice in catalogue.AskedChoices
           let id = IdOf(choice)
           from bits in id.StartsWith("cast-", StringComparison.Ordinal) ? [0, 1, 0x3F80_0000, 0x7FC0_0000]
               : id == "input-precision" ? NearCastTies : (uint[])[]
           from sign in new uint[] { 0, Inputs.SignBit }
           select new Case(Operation.Encode, ScaleFormat.E8M0.Name, $"{Nearest} {choice}", HexWords.Write(bits | sign, 8), Clauses.E8M0,
               Flag + " scale-cast");

    /// <summary>The choices of scales, from a block's maximum.</summary>
    public static IEnumerable<Case> Scale(BlockFormat format, Catalogue catalogue)
        => format.Scale.Element is not null
            ? from choice in catalogue.AskedChoices
              where ChoiceReach.Acts(Operation.Scale, format.Name, choice)
              from bits in QuotientCases.Maxima(format.Scale.Element, choice)
              select new Case(Operation.Scale, format.Name, choice, HexWords.Write(bits, 8), Clauses.Nvfp4, Flag + " extension")
            : from choice in catalogue.AskedChoices
              where ChoiceReach.Acts(Operation.Scale, format.Name, choice)
              from asked in LatitudeMaxima.Of(format.Element, choice)
              select new Case(Operation.Scale, format.Name, $"scale-rule={asked.Rule} {choice}", HexWords.Write(asked.Bits, 8),
                  Clauses.Open, Flag);

    /// <summary>The choices of blocks.</summary>
    public static IEnumerable<Case> Quantize(BlockFormat format, Catalogue catalogue)
    {
        bool isE8M0 = format.Scale.Element is null;
        string[] rules = isE8M0 ? [] : [$"scale-rule={ScaleRule.FourOverSix}"];
        foreach (string choice in catalogue.AskedChoices.Where(c => ChoiceReach.Acts(Operation.Quantize, format.Name, c)).Concat(rules))
        {
            foreach ((string parameters, uint[] values) in LatitudeBlocks.Of(format, choice))
            {
                uint[] block = new uint[format.BlockSize];
                values.AsSpan(0, Math.Min(values.Length, block.Length)).CopyTo(block);
                string rule = isE8M0 && !parameters.Contains("scale-rule=", StringComparison.Ordinal) ? "scale-rule=floor " : "";
                string rest = parameters.Contains("rounding=", StringComparison.Ordinal) ? parameters : $"{parameters} {Nearest}";
                yield return new(Operation.Quantize, format.Name, $"{rule}{rest} {choice}".Trim(), HexWords.Write(block, 8),
                    Clauses.Conversion, isE8M0 ? Flag : Flag + " extension");
            }
        }
    }

    /// <summary>The parameters of most rows.</summary>
    internal const string Nearest = "rounding=ties-to-even overflow=saturate";

    /// <summary>The latitude of <c>id=choice</c>.</summary>
    internal static string IdOf(string choice) => choice[..choice.IndexOf('=', StringComparison.Ordinal)];

    private static IEnumerable<(string Parameters, uint Bits)> AtBoundaries(ElementFormat format, string id)
    {
        uint max = Binary32.Round(Inputs.OnGrid(format, format.MaxMagnitude));
        uint beyond = Binary32.Round(Inputs.OnGrid(format, format.MaxMagnitude + 1));
        uint[] inputs = id switch
        {
            "nan-code" when format.HasNaN => [0x7FC0_0000, Inputs.Infinity + 1, 0x7FFF_FFFF],
            "nan-without-code" when !format.HasNaN => [0x7FC0_0000, Inputs.Infinity + 1],
            "inf-element" => [Inputs.Infinity, beyond],
            "negative-zero" when format.HasNegativeZero
                => [0, 1, .. Inputs.Neighbours(Inputs.Between(format, 0, 1, 1)), .. Inputs.Neighbours(Inputs.OnGrid(format, 1))],
            "int8-minus-two" when format.Encoding == ElementEncoding.TwosComplement
                => [max, .. Inputs.Neighbours(Inputs.Between(format, format.MaxMagnitude, 1, 1)), beyond, beyond + 1, Inputs.Infinity],
            "input-precision" => DoubleRounding(format),
            _ => [],
        };
        foreach (uint bits in inputs)
        {
            yield return (Nearest, bits);
            yield return (Nearest, bits | Inputs.SignBit);
        }

        if (id == "input-precision" && format.HasNaN)
        {
            // What overflows to infinity in the narrower format, and the last that does not.
            foreach (uint bits in new uint[] { 0x477F_EFFF, 0x477F_F000, 0x7F7F_7FFF, 0x7F7F_FFFF })
            {
                yield return ("rounding=ties-to-even overflow=non-finite", bits);
                yield return ("rounding=toward-zero overflow=non-finite", bits | Inputs.SignBit);
            }
        }

        if (id == "subnormal-inputs")
        {
            foreach (uint bits in new uint[] { 1, 0x007F_FFFF, 0x0080_0000 })
            {
                yield return ("rounding=toward-positive overflow=saturate", bits);
                yield return ("rounding=toward-negative overflow=saturate", bits | Inputs.SignBit);
            }
        }

        if (id == "directed-overflow" || (id == "nan-code" && format is { HasNaN: true, HasInfinity: false }))
        {
            foreach (string rounding in id is "nan-code" ? NearestAlone : Directed)
            {
                foreach (uint bits in new[] { max, max + 1, beyond, Inputs.Infinity })
                {
                    yield return ($"rounding={rounding} overflow=non-finite", bits);
                    yield return ($"rounding={rounding} overflow=non-finite", bits | Inputs.SignBit);
                }
            }
        }
    }

    /// <summary>
    /// The midpoints near both ends of the grid with what lies above and below them by less than the narrower formats see, and the numbers
    /// at which binary16 becomes zero or infinity.
    /// </summary>
    private static uint[] DoubleRounding(ElementFormat format)
        => [
            .. from code in new uint[] { 0, 1, format.MaxMagnitude / 2, format.MaxMagnitude - 1 }.Distinct()
               let tie = Binary32.Round(Inputs.Between(format, code, 1, 1))
               from bits in new[] { tie - 1, tie, tie + 1 }
               select bits,
            0x3300_0000, 0x3300_0001, 0x477F_F000, 0x7F7F_FFFF, 0x7FC0_0000,
        ];
}
