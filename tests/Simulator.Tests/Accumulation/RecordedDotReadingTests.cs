using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Accumulation.Recorded;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>Which model a machine's, an instruction's or a file's name leads to, and what a broken row says.</summary>
public sealed class RecordedDotReadingTests
{
    [Theory]
    [InlineData("NVIDIA H200", "mma.sync(emulated 2xHMMA+add)", "e4m3", "fp32", "hopper-mma-fp8")]
    [InlineData("H100", "mma.sync", "e5m2", "fp16", "hopper-mma-fp8")]
    [InlineData("H100", "wgmma", "e5m2", "fp16", "hopper-wgmma-fp8")]
    [InlineData("H100", "wgmma", "fp16", "fp16", "hopper-wgmma-fp16")]
    [InlineData("H200", "wmma", "bf16", "fp32", "hopper-bf16")]
    [InlineData("B200", "mma.sync", "e4m3", "fp32", "blackwell-mma-fp8")]
    [InlineData("B200", "tcgen05", "e4m3", "fp32", "blackwell-f8f6f4")]
    [InlineData("GB200", "tcgen05.mma", "fp16", "fp16", "blackwell-tcgen05-fp16")]
    [InlineData("B200", "wmma", "tf32", "fp32", "blackwell-tf32")]
    [InlineData("RTX 5090", "mma.sync", "e4m3", "fp16", "rtx-blackwell-f8f6f4")]
    [InlineData("NVIDIA RTX PRO 6000 Blackwell", "mma.sync", "fp16", "fp32", "rtx-blackwell-fp16")]
    [InlineData("L40S", "mma.sync", "e4m3", "fp16", "ada-fp8")]
    [InlineData("RTX 6000 Ada", "wmma", "bf16", "fp32", "ada-bf16")]
    [InlineData("Quadro RTX 6000", "wmma", "fp16", "fp16", "turing-fp16")]
    [InlineData("T4", "wmma", "fp16", "fp32", "turing-fp16")]
    [InlineData("A30", "wmma", "tf32", "fp32", "ampere-tf32")]
    [InlineData("AMD MI300X", "mfma", "e5m2fnuz", "fp32", "cdna3-bf8")]
    [InlineData("MI250X", "mfma_f32_32x32x8bf16 1k", "bf16", "fp32", "cdna2-bf16-1k")]
    [InlineData("MI210", "mfma", "bf16", "fp32", "cdna2-bf16")]
    [InlineData("MI100", "mfma", "fp16", "fp32", "cdna1-fp16")]
    [InlineData("Intel Xeon", "amx", "bf16", "fp32", "intel-tdpbf16ps-sdm")]
    [InlineData("Intel Xeon", "amx", "fp16", "fp32", "intel-tdpfp16ps")]
    [InlineData("Intel Xeon", "vdpbf16ps", "bf16", "fp32", "intel-vdpbf16ps")]
    public void A_machine_leads_to_its_model(string gpu, string path, string format, string output, string model)
        => Assert.Equal(model, RecordedDots.ModelFor(Row(gpu, path, format, format, output), "recorded.csv").Name);

    [Theory]
    [InlineData("rtx_blackwell_f8f6f4_e4m3_f16.csv.gz", "e4m3", "e2m1", "fp16", "rtx-blackwell-f8f6f4")]
    [InlineData("/some/folder/blackwell_tcgen05_fp16_f16.csv", "fp16", "fp16", "fp16", "blackwell-tcgen05-fp16")]
    [InlineData("turing_fp16_f16.csv", "fp16", "fp16", "fp16", "turing-fp16")]
    [InlineData("cdna3_fp8xbf8_f32.csv", "e4m3fnuz", "e5m2fnuz", "fp32", "cdna3-fp8")]
    [InlineData("cdna2_bf16_1k_f32.csv", "bf16", "bf16", "fp32", "cdna2-bf16-1k")]
    [InlineData("fma_chain_e4m3.csv", "e4m3", "e4m3", "fp32", "fma-chain")]
    [InlineData("exact.csv", "e4m3", "int8", "fp16", "exact")]
    public void A_file_name_leads_to_its_model(string file, string a, string b, string output, string model)
        => Assert.Equal(model, RecordedDots.ModelFor(Row("", "", a, b, output), file).Name);

    [Theory]
    [InlineData("TPU v5", "mxu", "bf16", "no model for 'TPU v5', instruction 'mxu', bf16 x bf16 -> fp32; name one")]
    [InlineData("A100", "wmma", "e4m3", "no model for 'A100', instruction 'wmma', e4m3 x e4m3 -> fp32; name one")]
    public void No_model_is_an_error(string gpu, string path, string format, string message)
        => Assert.Equal(message,
            Assert.Throws<ArgumentException>(() => RecordedDots.ModelFor(Row(gpu, path, format, format, "fp32"), "recorded.csv")).Message);

    [Fact]
    public void A_row_names_its_scales()
    {
        RecordedDot nvfp4 = RecordedDots.Parse(Cells(("fa", "e2m1/ue4m3/16"), ("fb", "e2m1/ue4m3/16"), ("K", "16"),
            ("A", "0123456789abcdef"), ("B", "fedcba9876543210"), ("SA", "38"), ("SB", "40")));
        Assert.Equal(BlockScale.Nvfp4, nvfp4.Scale);
        Assert.Equal(15u, nvfp4.ACodes[15]);
        Assert.Equal("blackwell-nvfp4", RecordedDots.ModelFor(nvfp4, "blackwell_nvfp4.csv").Name);
        Assert.Equal(nvfp4.Compute(MatrixUnits.Parse("exact:ue4m3/16")), nvfp4.Compute(MatrixUnits.Parse("blackwell-nvfp4")));

        RecordedDot mx = RecordedDots.Parse(Cells(("K", "2"), ("A", "3838"), ("B", "3838"), ("SA", "7f"), ("SB", "7f")));
        Assert.Equal(new BlockScale(ScaleFormat.E8M0, 2), mx.Scale);
    }

    [Theory]
    [InlineData("fa", "e4m9-x", "row 7: 'e4m9-x' is no operand format such as e4m3 or e2m1/ue4m3/16")]
    [InlineData("K", "0", "row 7: K = '0' is not a number of elements")]
    [InlineData("K", "3", "row 7: A has 4 digits, which are not 3 elements")]
    [InlineData("A", "38zz", "row 7: A = 'zz' is not hexadecimal")]
    [InlineData("C", "000", "row 7: C = '000' has neither the 8 digits of binary32 nor the 4 of binary16")]
    [InlineData("D", "x", "row 7: D = 'x' is not hexadecimal")]
    [InlineData("SA", "7", "row 7: SA = '7' is not two digits a scale")]
    public void A_broken_cell_is_named(string column, string cell, string message)
    {
        Dictionary<string, string> row = Cells();
        row[column] = cell;
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => RecordedDots.Parse(row)).Message);
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        Dictionary<string, string> row = Cells();
        row.Remove("B");
        Assert.StartsWith("no column B (columns: id, ", Assert.Throws<ArgumentException>(() => RecordedDots.Parse(row)).Message,
            StringComparison.Ordinal);
    }

    private static RecordedDot Row(string gpu, string path, string a, string b, string output) => new()
    {
        Id = "0",
        Gpu = gpu,
        Path = path,
        A = Ask.Format(a),
        ACodes = [0],
        B = Ask.Format(b),
        BCodes = [0],
        Output = Ask.Format(output),
        C = 0,
        D = 0,
    };

    private static Dictionary<string, string> Cells(params (string Column, string Cell)[] cells)
    {
        Dictionary<string,
            string> row = new()
            {
                ["id"] = "7",
                ["fa"] = "e4m3",
                ["fb"] = "e4m3",
                ["K"] = "2",
                ["A"] = "3838",
                ["B"] = "3838",
                ["C"] = "00000000",
                ["D"] = "00000000"
            };
        foreach ((string column, string cell) in cells)
        {
            row[column] = cell;
        }

        return row;
    }
}
