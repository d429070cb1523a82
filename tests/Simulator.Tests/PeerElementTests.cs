using Mxact.Common;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests;

/// <summary>Recorded decode tables and element conversions of other implementations.</summary>
public sealed class PeerElementTests
{
    [Theory]
    [InlineData("e5m2")]
    [InlineData("e4m3")]
    [InlineData("e3m2")]
    [InlineData("e2m3")]
    [InlineData("e2m1")]
    [InlineData("int8")]
    [InlineData("e8m0")]
    public void Decode_tables(string format)
    {
        int rows = 0;
        foreach (IDictionary<string, string> row in GroundTruth.Rows("peers", $"decode_{format}.csv.gz"))
        {
            rows++;
            uint code = Hex.Parse(row["code"]);
            uint bits = Binary32.Encode(format == "e8m0" ? ScaleCodec.Decode(ScaleFormat.E8M0, (byte)code)
                : ElementCodec.Decode(ElementFormats.Elements.First(f => f.Name == format), code));
            bool isNaN = row["value"].Contains("nan", StringComparison.OrdinalIgnoreCase);
            Assert.True(isNaN ? (bits & 0x7FFFFFFF) > 0x7F800000 : bits == Hex.Parse(row["f32_hex"]),
                $"{format} {code:x2}: {bits:x8}, not {row["f32_hex"]}");
        }

        Assert.Equal(format == "e8m0" ? 256 : (int)ElementFormats.Elements.First(f => f.Name == format).CodeMask + 1, rows);
    }

    public static TheoryData<string, string, string> Columns() => new()
    {
        { "e5m2", "exact_sat", "" }, { "e5m2", "exact_nosat", "overflow=non-finite" },
        { "e4m3", "exact_sat", "" }, { "e4m3", "exact_nosat", "overflow=non-finite" },
        { "e3m2", "exact_sat", "" }, { "e2m3", "exact_sat", "" }, { "e2m1", "exact_sat", "" }, { "int8", "exact_sat", "" },
        { "e5m2", "cuda_sat", "nan-code=all-ones" }, { "e5m2", "cuda_nosat", "nan-code=all-ones overflow=non-finite" },
        { "e4m3", "cuda_sat", "nan-code=all-ones" }, { "e4m3", "cuda_nosat", "nan-code=quiet-signed overflow=non-finite" },
        { "e3m2", "cuda_sat", "" }, { "e2m3", "cuda_sat", "" }, { "e2m1", "cuda_sat", "" },
        { "e4m3", "onnx_sat", "nan-code=quiet" }, { "e5m2", "onnx_sat", "nan-code=quiet" },
        { "e4m3", "ml_dtypes", "overflow=non-finite" }, { "e5m2", "ml_dtypes", "overflow=non-finite" },
        { "e3m2", "ml_dtypes", "nan-without-code=negative-zero" }, { "e2m3", "ml_dtypes", "nan-without-code=negative-zero" },
            { "e2m1", "ml_dtypes", "nan-without-code=negative-zero" },
        { "e4m3", "gfloat_sat", "nan-code=negative-all-ones" }, { "e5m2", "gfloat_sat", "nan-code=negative-all-ones" },
        { "e4m3", "gfloat_nosat", "nan-code=negative-all-ones overflow=non-finite" },
            { "e5m2", "gfloat_nosat", "nan-code=negative-all-ones overflow=non-finite" },
        { "e4m3", "mxdatagen_sat", "nan-code=all-ones negative-zero=made-only" },
            { "e4m3", "mxdatagen_nosat", "nan-code=all-ones negative-zero=made-only overflow=non-finite" },
        { "e2m1", "mxdatagen_sat", "negative-zero=made-only" },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Conversions_from_binary32(string name, string column, string choices)
    {
        ElementFormat format = ElementFormats.Elements.First(f => f.Name == name);
        ConversionPolicy policy = choices.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(ConversionPolicy.Ocp, (p, c)
            => Latitude.Find(c.Split('=')[0])!.With(p, c.Split('=')[1])!);
        int rows = 0;
        foreach (IDictionary<string, string> row in GroundTruth.Rows("peers", $"convert_{name}.csv.gz"))
        {
            rows++;
            string expected = row[column];
            uint code = ElementCodec.Encode(format, Binary32.Decode(Hex.Parse(row["f32_hex"])), policy);

            // 1fe: any NaN, or anything where the format has none.
            bool same = expected == "1fe" ? !format.HasNaN || ElementCodec.Decode(format, code).IsNaN : code == Hex.Parse(expected);
            Assert.True(same, $"{row["f32_hex"]} -> {name} under {column}: {code:x2}, not {expected}");
        }

        Assert.True(rows > 5000);
    }

    public static TheoryData<string, string> CastColumns() => new()
    {
        { "cuda_rp_sat", "rounding=toward-positive" }, { "cuda_rz_sat", "rounding=toward-zero" }, { "te_host", "rounding=toward-positive" },
        { "cuda_rp_nosat", "rounding=toward-positive overflow=non-finite" },
            { "cuda_rz_nosat", "rounding=toward-zero overflow=non-finite" },
            { "torchao_rceil", "rounding=toward-positive overflow=non-finite" },
    };

    [Theory]
    [MemberData(nameof(CastColumns))]
    public void Casts_to_E8M0(string column, string choices)
    {
        ConversionPolicy policy = choices.Split(' ').Aggregate(ConversionPolicy.Ocp, (p, c)
            => Latitude.Find(c.Split('=')[0])!.With(p, c.Split('=')[1])!);
        foreach (IDictionary<string, string> row in GroundTruth.Rows("peers", "convert_e8m0.csv.gz"))
        {
            uint bits = Hex.Parse(row["f32_hex"]);
            byte code = ScaleCodec.EncodeE8M0(Binary32.Decode(bits), policy);
            Assert.True(code == Hex.Parse(row[column]), $"{bits:x8} under {column}: {code:x2}, not {row[column]}");
        }
    }
}
