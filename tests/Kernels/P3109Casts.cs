using System.Text.RegularExpressions;
using Mxact.Vectors;

namespace Mxact.Kernels;

/// <summary>
/// The conversions of the P3109 draft that are casts of a tensor library: Binary8p4sf has the values and codes of E4M3FNUZ, Binary8p3sf
/// those of E5M2FNUZ, and neither OCP's E4M3 nor its E5M2 is a format of the draft.
/// </summary>
internal static partial class P3109Casts
{
    /// <summary>The cast that a conversion is, as the question that the library is asked otherwise; null where it is none.</summary>
    public static Question? AsCast(Question question)
    {
        Match match = Conversion().Match(question.Formats[0]);
        return !match.Success ? null : (EightBit(match.Groups["from"].Value), EightBit(match.Groups["to"].Value)) switch
        {
            (null, { } code) when Wide(match.Groups["from"].Value) is { } from => Question.Of(Operation.Encode, [code],
            [
                $"from={from}", "rounding=ties-to-even",
                match.Groups["sat"].Value == "SatFinite" ? "overflow=saturate" : "overflow=non-finite",
            ]),
            ({ } code, null) when match.Groups["to"].Value == "binary32" => Question.Of(Operation.Decode, [code], []),
            _ => null,
        };
    }

    private static string? EightBit(string format) => format switch
    {
        "Binary8p4sf" => "e4m3fnuz",
        "Binary8p3sf" => "e5m2fnuz",
        _ => null,
    };

    private static string? Wide(string format) => format switch
    {
        "binary32" => "fp32",
        "binary16" => "fp16",
        "BFloat16" => "bf16",
        _ => null,
    };

    [GeneratedRegex("^Convert<(?<from>[A-Za-z0-9]+),(?<to>[A-Za-z0-9]+),\\(NearestTiesToEven,(?<sat>SatFinite|SatNone)\\)>$")]
    private static partial Regex Conversion();
}
