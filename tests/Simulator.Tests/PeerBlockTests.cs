using Mxact.Common;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests;

/// <summary>
/// Block conversions of other implementations, recorded: the exact columns under <c>ocp</c>, each peer's under its profile.
/// </summary>
public sealed class PeerBlockTests
{
    private static readonly string[] Elements = ["e5m2", "e4m3", "e3m2", "e2m3", "e2m1", "int8"];

    /// <summary>Column prefix, the file's rule, and the profile with the choices the file's columns were made under.</summary>
    public static TheoryData<string, string, string, string> Columns()
    {
        TheoryData<string, string, string, string> data = [];
        foreach (string element in Elements)
        {
            foreach ((string column, string rule, string profile) in new[]
            {
                ("exact", "floor", "ocp"), ("exact", "ceil", "ocp"), ("exact", "even", "ocp"), ("exact", "rceil", "ocp"),
                ("torchao", "floor", "torchao-floor"), ("torchao", "ceil", "torchao-ceil"), ("torchao", "even", "torchao-even"),
                    ("torchao", "rceil", "torchao-rceil"),
                ("te_host", "rceil", "transformer-engine"), ("cuda_mulrcp", "rceil", "transformer-engine"),
                ("microxcaling_even", "floor", "microxcaling"), ("ggml", "floor", "ggml"), ("triton_down", "floor", "triton-down"),
                    ("triton_up", "rceil", "triton-up"),
            })
            {
                bool recorded = element switch
                {
                    "int8" => rule is "floor" or "rceil" && column is "exact" or "microxcaling_even",
                    _ => column switch
                    {
                        "te_host" => element is "e4m3" or "e5m2",
                        "ggml" => element == "e2m1",
                        "triton_down" or "triton_up" => element is "e4m3" or "e5m2" or "e2m1",
                        _ => true,
                    },
                };
                if (recorded)
                {
                    data.Add(element, column, rule, profile);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Reproduces_the_column(string element, string column, string rule, string profile)
    {
        BlockFormat format = MxFormats.All.First(f => f.Element.Name == element && f.Scale == ScaleFormat.E8M0);
        ConversionPolicy policy = Profile.Find(profile)!.Policy;
        if (profile == "ocp")
        {
            Assert.True(ScaleRule.TryParse(rule == "rceil" ? "round-up" : rule, out ScaleRule? scaleRule));
            policy = policy with { ScaleRule = scaleRule };
        }

        int rows = 0;
        List<string> mismatches = [];
        uint[] codes = new uint[format.BlockSize];
        foreach (IDictionary<string, string> row in GroundTruth.Rows("peers", $"blocks_{element}_{rule}.csv.gz"))
        {
            string scale = row[column + "_scale"];
            if (scale.Length == 0)
            {
                continue; // a block with NaN or Inf has no exact answer
            }

            rows++;
            uint[] values = Hex.ParseMany(row["x_hex"], 8);
            byte got = BlockConversion.Quantize(format, ElementFormats.Binary32, values, policy, codes);
            string gotCodes = Shown(format, got, codes, row[column + "_codes"]);
            if (got != Hex.Parse(scale) || (scale != "ff" && gotCodes != row[column + "_codes"]))
            {
                mismatches.Add($"{row["id"]} {row["class"]}: {scale} {row[column + "_codes"]}, got {got:x2} {gotCodes}");
            }
        }

        Assert.True(mismatches.Count == 0, $"{mismatches.Count} of {rows} rows differ\n{string.Join('\n', mismatches.Take(5))}");
        Assert.True(rows > 900, $"only {rows} rows");
    }

    /// <summary>The codes as recorded: a peer that dequantises shows PI and MI where the product is beyond binary32.</summary>
    private static string Shown(BlockFormat format, byte scale, uint[] codes, string recorded)
    {
        uint[] values = new uint[codes.Length];
        BlockConversion.Dequantize(format, scale, codes, values);
        return string.Concat(codes.Select((code, i) => recorded.Substring(2 * i, 2) is "PI" or "MI"
            ? values[i] == 0x7F800000 ? "PI" : values[i] == 0xFF800000 ? "MI" : $"{code:x2}"
            : $"{code:x2}"));
    }
}
