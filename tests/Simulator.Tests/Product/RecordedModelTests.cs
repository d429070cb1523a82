using Mxact.Common;
using Mxact.Simulator.Product;

namespace Mxact.Simulator.Tests.Product;

/// <summary>The recorded rows of every model, through the exact definition and through every path of the fast product.</summary>
public sealed class RecordedModelTests
{
    /// <summary>
    /// Rows on which bit-accurate simulators disagree with one another, by file: E2M1's 0.5 and CDNA3 bf8 with a NaN or Inf c.
    /// </summary>
    private static readonly Dictionary<string,
        int> Disputed = new() { ["cdna3_bf8_f32"] = 5, ["blackwell_mxf8f6f4_e2m1"] = 9, ["blackwell_mxfp8_e4m3xe2m1"] = 9 };

    public static TheoryData<string> Models()
        => [.. GroundTruth.Files("models", "*.csv.gz").Select(f
        => Path.GetFileName(f)!.Replace(".csv.gz", "", StringComparison.Ordinal)).DefaultIfEmpty("ada_e4m3_f32")];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_path_reproduces_the_rows(string file)
    {
        StepUnit unit = Units.OfFile(file);
        int rows = 0;
        int slowMismatches = 0;
        List<string> fastMismatches = [];
        foreach (IDictionary<string, string> row in GroundTruth.Rows("models", file + ".csv.gz"))
        {
            int k = int.Parse(row["K"], System.Globalization.CultureInfo.InvariantCulture);
            OperandData a = Operand(row["fa"], row["A"], row.TryGetValue("SA", out string? sa) ? sa : null, k);
            OperandData b = Operand(row["fb"], row["B"], row.TryGetValue("SB", out string? sb) ? sb : null, k);
            uint c = Hex.Parse(row["C"]);
            uint expected = Hex.Parse(row["D"]);
            uint slow = SlowDot.Compute(unit, a, 0, b, 0, k, c);
            rows++;
            slowMismatches += slow == expected ? 0 : 1;
            foreach (Backend backend in Backends.OfProcessor)
            {
                uint[] d = [c];
                MatrixProduct.Multiply(unit, a.Operand, b.Operand, d, 1, 1, k, new() { Execution = new(backend) });
                if (d[0] != slow)
                {
                    fastMismatches.Add($"{backend} {row["id"]} {row["kind"]}: {slow:x8}, got {d[0]:x8}, recorded {expected:x8}");
                }
            }
        }

        Assert.True(fastMismatches.Count == 0,
            $"{fastMismatches.Count} differ from the definition in {rows} rows\n{string.Join('\n', fastMismatches.Take(8))}");
        Assert.True(slowMismatches <= Disputed.GetValueOrDefault(file),
            $"the definition differs from {slowMismatches} of {rows} recorded rows");
    }

    internal static OperandData Operand(string name, string codes, string? scales, int k)
    {
        string[] parts = name.Split('/');
        Assert.True(ElementFormat.TryParse(parts[0], out ElementFormat? format));
        uint[] parsed = Hex.ParseMany(codes, codes.Length / k);
        if (scales is null)
        {
            return new(format, parsed);
        }

        ScaleFormat scale = parts.Length > 1 && parts[1] == "ue4m3" ? ScaleFormat.Ue4M3 : ScaleFormat.E8M0;
        int block = parts.Length > 2 ? int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) : 32;
        return new(format, parsed, scale, block, Array.ConvertAll(Hex.ParseMany(scales, 2), s => (byte)s));
    }
}
