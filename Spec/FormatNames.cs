using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mxact;

/// <summary>
/// The spellings of format names elsewhere: torch, ml_dtypes, JAX, safetensors, ONNX, PTX, Tenstorrent. One table, read wherever a name is
/// parsed; what is printed and sent is always the one name of this project.
/// </summary>
internal static class FormatNames
{
    private const string TorchPrefix = "torch.";

    /// <summary>A format's own name, then every other spelling of it, in lower case.</summary>
    private static readonly ImmutableArray<string[]> Spellings =
    [
        ["e4m3", "e4m3fn", "float8_e4m3fn", "float8e4m3fn", "f8_e4m3", "f8e4m3fn", "fp8_e4m3", "e4m3x2"],
        ["e5m2", "float8_e5m2", "float8e5m2", "f8_e5m2", "f8e5m2", "fp8_e5m2", "e5m2x2"],
        ["e4m3fnuz", "float8_e4m3fnuz", "float8e4m3fnuz", "f8_e4m3fnuz", "f8e4m3fnuz", "fp8_e4m3fnuz"],
        ["e5m2fnuz", "float8_e5m2fnuz", "float8e5m2fnuz", "f8_e5m2fnuz", "f8e5m2fnuz", "fp8_e5m2fnuz"],
        ["e3m2", "e3m2fn", "float6_e3m2fn", "float6e3m2fn", "f6_e3m2", "f6e3m2fn", "fp6_e3m2", "e3m2x2"],
        ["e2m3", "e2m3fn", "float6_e2m3fn", "float6e2m3fn", "f6_e2m3", "f6e2m3fn", "fp6_e2m3", "e2m3x2"],
        ["e2m1", "e2m1fn", "float4_e2m1fn", "float4_e2m1fn_x2", "float4e2m1", "f4", "f4_e2m1", "f4e2m1fn", "fp4", "fp4_e2m1", "e2m1x2"],
        // PTX's s2f6 has INT8's codes: two's complement, six bits after the point.
        ["int8", "i8", "s8", "s2f6"],
        ["e8m0", "e8m0fnu", "float8_e8m0fnu", "float8e8m0", "f8_e8m0", "f8e8m0fnu", "ue8m0", "ue8m0x2"],
        ["ue4m3", "float8_ue4m3"],
        ["ue5m3", "float8_ue5m3"],
        ["fp32", "f32", "float32", "float", "binary32"],
        ["fp16", "f16", "float16", "half", "binary16"],
        ["bf16", "bfloat16"],
        ["tf32", "tfloat32"],
        ["mxfp8-e4m3", "mxfp8_e4m3", "mxfp8_e4m3fn"],
        ["mxfp8-e5m2", "mxfp8_e5m2"],
        ["mxfp6-e3m2", "mxfp6_e3m2", "mxfp6_e3m2fn"],
        ["mxfp6-e2m3", "mxfp6_e2m3", "mxfp6_e2m3fn"],
        ["mxfp4", "mxfp4-e2m1", "mxfp4_e2m1", "mxfp4_e2m1fn"],
        ["mxint8", "mxint8-int8"],
        ["nvfp4", "nvfp4-e2m1", "nvfp4_e2m1"],

        // Tenstorrent's block floats: a sign and a magnitude without a hidden bit are a minifloat of one exponent bit.
        ["e1m6b1/e8m0/16", "bfp8", "bfp8_b", "bfloat8_b"],
        ["e1m2b1/e8m0/16", "bfp4", "bfp4_b", "bfloat4_b"],
        ["e1m0b1/e8m0/16", "bfp2", "bfp2_b", "bfloat2_b"],

        // ml_dtypes and ONNX's draft have these beside the fn formats; here they are declared minifloats (TryDeclare).
        ["e3m4-ieee", "float8_e3m4"],
        ["e4m3b11-fnuz", "float8_e4m3b11fnuz", "e4m3b11fnuz"],
    ];

    /// <summary>Spellings that name more than one format, and which.</summary>
    private static readonly FrozenDictionary<string, string[]> Ambiguous = new Dictionary<string, string[]>
    {
        ["fp8"] = ["e4m3", "e5m2"],
        ["f8"] = ["e4m3", "e5m2"],
        ["float8"] = ["e4m3", "e5m2"],
        ["fp6"] = ["e3m2", "e2m3"],
        ["f6"] = ["e3m2", "e2m3"],
        ["mxfp8"] = ["mxfp8-e4m3", "mxfp8-e5m2"],
        ["mxfp6"] = ["mxfp6-e3m2", "mxfp6-e2m3"],

        // ml_dtypes' type of that name has infinities; elsewhere it means the OCP format.
        ["float8_e4m3"] = ["e4m3", "e4m3-ieee"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Known
        = Spellings.SelectMany(row => row.Select(spelling => (spelling, Name: row[0]))).ToFrozenDictionary(p => p.spelling, p => p.Name);

    /// <summary>Every spelling there is, for tests and for the nearest one.</summary>
    public static IEnumerable<string> All => Known.Keys;

    /// <summary>The project's own name of a format however it is spelt; what is not in the table, in lower case.</summary>
    /// <remarks>Case carries nothing in any of the vocabularies: safetensors writes F8_E4M3, torch float8_e4m3fn.</remarks>
    public static string Canonical(string spelling)
    {
        if (Known.TryGetValue(spelling, out string? same))
        {
            return same;
        }

        string lower = spelling.ToLowerInvariant();
        lower = lower.StartsWith(TorchPrefix, StringComparison.Ordinal) ? lower[TorchPrefix.Length..] : lower;
        return Known.TryGetValue(lower, out string? name) ? name : lower;
    }

    /// <summary>One line that says why a name is no format: which two it may be, or which it is nearest to.</summary>
    /// <param name="shown">The name, as short and printable as the caller needs it.</param>
    /// <param name="names">The formats that would do: those alone are proposed.</param>
    /// <param name="what">What was looked for: format, block format.</param>
    public static string Unknown(string shown, IReadOnlyCollection<string> names, string what = "format")
    {
        string lower = Canonical(shown);
        if (Ambiguous.TryGetValue(lower, out string[]? meant) && names.Contains(meant[0]))
        {
            return $"'{shown}' is {string.Join(" or ", meant)}; say which";
        }

        string[] near = [.. NearbyNames.Fewest(lower, [.. Known.Where(pair => names.Contains(pair.Value)).Select(pair => pair.Key)])
            .Select(Canonical).Distinct()];
        return what == "block format" && shown.Contains('/', StringComparison.Ordinal)
            ? $"unknown {what} '{shown}'; one is composed as ELEMENT/SCALE/SIZE, SCALE being {string.Join(", ", ScaleFormat.All)} and "
                + $"SIZE 1 to {MxFormats.MostComposed}"
            : near.Length is > 0 and < 4 ? $"unknown {what} '{shown}'; did you mean {string.Join(" or ", near.Order())}?"
            : $"unknown {what} '{shown}'; see 'mxact formats'";
    }
}
