using Mxact.Common;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Accumulation.Recorded;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>The table's names, its errors, and that recordings can tell its parameters from their neighbours.</summary>
public sealed class ModelTableTests
{
    [Fact]
    public void Every_row_is_found_by_its_name_and_says_how_far_to_trust_it()
    {
        Assert.Equal(MatrixUnits.All.Length, MatrixUnits.All.Select(model => model.Name).Distinct().Count());
        foreach (MatrixUnit model in MatrixUnits.All)
        {
            Assert.Same(model, MatrixUnits.Find(model.Name.ToUpperInvariant().Replace('-', '_')));
            Assert.NotEmpty(model.Hardware);
            foreach (ModelOutput output in model.Outputs)
            {
                foreach (ElementFormat a in model.Elements)
                {
                    foreach (ElementFormat b in model.Elements)
                    {
                        Assert.NotEmpty(model.EvidenceFor(a, b, output.Format));
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("blackwell-mxf8f6f4", "e4m3", "e5m2", "fp32", "SIM (FP8), EXT (FP6, FP4)")]
    [InlineData("blackwell-mxf8f6f4", "e4m3", "e2m1", "fp32", "EXT (FP6, FP4)")]
    [InlineData("hopper-wgmma-fp8", "e4m3", "e4m3", "fp16", "SIM (FP16 output)")]
    [InlineData("hopper-wgmma-fp8", "e4m3", "e4m3", "fp32", "HW (FP32 output, c = 0), SIM (c other than 0, e_zero, NaN and Inf)")]
    [InlineData("turing-fp16", "fp16", "fp16", "fp32", "SIM")]
    [InlineData("exact", "e2m1", "e2m1", "fp32", "definition")]
    public void Evidence_belongs_to_a_use(string model, string a, string b, string output, string evidence)
        => Assert.Equal(evidence,
            string.Join(", ", MatrixUnits.Parse(model).EvidenceFor(Ask.Format(a), Ask.Format(b), Ask.Format(output))));

    [Theory]
    [InlineData("t-fdpa:L=16,F=25", "t-fdpa:L=16,F=25,rho=rz-fp32,ezero=-133")]
    [InlineData("T-FDPA:f=13,l=32,rho=RZ-E8M13,ezero=-132,scale=ue8m0/32", "t-fdpa:L=32,F=13,rho=rz-e8m13,ezero=-132,scale=e8m0/32")]
    [InlineData("t-fdpa:L=4,rho=rd-e8m7", "t-fdpa:L=4,F=25,rho=rd-e8m7,ezero=-133")]
    [InlineData("promote:128:hopper_wgmma_fp8", "promote:128:hopper-wgmma-fp8")]
    [InlineData("promote:64:promote:32:t-fdpa:L=8,F=10", "promote:64:promote:32:t-fdpa:L=8,F=10,rho=rz-fp32,ezero=-133")]
    [InlineData("exact:ue4m3/16", "exact:ue4m3/16")]
    public void Names_with_parameters(string name, string normal)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        Assert.Equal(normal, model.Name);
        Assert.Equal(normal, MatrixUnits.Parse(normal).Name);
    }

    [Theory]
    [InlineData("blackwell-fp8", "no accumulation model is called 'blackwell-fp8'; near it: blackwell-fp16")]
    [InlineData("", "no accumulation model is called ''; the table lists them")]
    [InlineData("t-fdpa", "L, the products in one step, is missing")]
    [InlineData("t-fdpa:L=0", "L = '0' is not a number from 1 to 65536")]
    [InlineData("t-fdpa:L=8,F=81", "F = '81' is not a number from 0 to 80")]
    [InlineData("t-fdpa:L=8,G=4", "'g' is none of L, F, rho, ezero, scale")]
    [InlineData("t-fdpa:L=8,rho=rz-e8m24", "rho = 'rz-e8m24' is no conversion")]
    [InlineData("t-fdpa:L=8,scale=e8m0/32", "L = 8 is not a multiple of the 32 elements")]
    [InlineData("promote:128", "write promote:N:model")]
    [InlineData("promote:x:exact", "N = 'x' is not a number")]
    [InlineData("promote:128:nothing", "no accumulation model is called 'nothing'")]
    [InlineData("promote:16:blackwell-mxf8f6f4", "N = 16 is not a multiple of the 32 elements")]
    [InlineData("exact:e9m0/32", "'e9m0/32' is no scale")]
    [InlineData("hopper-fp16:e8m0/32", "no accumulation model is called 'hopper-fp16:e8m0/32'")]
    public void Wrong_names_say_what_is_wrong(string name, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentException>(() => MatrixUnits.Parse(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("hopper-fp16", "bf16", 1, "bf16", 1, 0, 0, "fp32", "hopper-fp16 does not take bf16 as A, only fp16")]
    [InlineData("hopper-wgmma-fp8", "e4m3", 1, "e2m1", 1, 0, 0, "fp32", "hopper-wgmma-fp8 does not take e2m1 as B, only e4m3, e5m2")]
    [InlineData("hopper-bf16", "bf16", 1, "bf16", 1, 0, 0, "fp16", "hopper-bf16 has no fp16 output, only fp32")]
    [InlineData("hopper-bf16", "bf16", 3, "bf16", 4, 0, 0, "fp32", "A has 3 elements and B has 4")]
    [InlineData("hopper-bf16", "bf16", 32, "bf16", 32, 1, 1, "fp32", "hopper-bf16 takes no scales, but 1 of A and 1 of B are given")]
    [InlineData("blackwell-mxf8f6f4", "e4m3", 33, "e4m3", 33, 1, 1, "fp32", "K = 33 is not a multiple of the 32 elements under one scale")]
    [InlineData("blackwell-mxf8f6f4", "e4m3", 64, "e4m3", 64, 2, 1, "fp32", "B has 1 scales; blackwell-mxf8f6f4 needs 2")]
    [InlineData("blackwell-mxf8f6f4", "e4m3", 64, "e4m3", 64, 0, 0, "fp32", "A has 0 scales; blackwell-mxf8f6f4 needs 2")]
    [InlineData("blackwell-nvfp4", "e2m1", 64, "e2m1", 64, 2, 2, "fp32",
        "A has 2 scales; blackwell-nvfp4 needs 4, one for each 16 elements (ue4m3/16)")]
    [InlineData("exact", "e2m1", 48, "e2m1", 48, 2, 2, "fp32", "K = 48 is not a multiple of the 32")]
    [InlineData("promote:16:exact", "e2m1", 64, "e2m1", 64, 2, 2, "fp32",
        "promote:16:exact promotes within a block: N = 16 is not a multiple of the 32")]
    public void Wrong_operands_say_what_is_wrong(string model, string a, int aLength, string b, int bLength, int scalesA, int scalesB,
        string output, string message)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(()
            => Ask.Dot(model, a, new uint[aLength], b, new uint[bLength], 0, output, new byte[scalesA], new byte[scalesB]));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Codes_wider_than_their_format_are_errors()
    {
        Assert.Equal("A[1] = 3f800000 is not a code of tf32, which has 19 bits",
            Assert.Throws<ArgumentException>(() => Ask.Dot("hopper-tf32", "tf32", [0x1FC00, 0x3F800000], [0, 0])).Message);
        Assert.Equal("B[0] = 10 is not a code of e2m1, which has 4 bits",
            Assert.Throws<ArgumentException>(() => Ask.Dot("exact", "e2m1", [0], [0x10])).Message);
        Assert.StartsWith("c[0] = 3f800000 is not a code of fp16",
            Assert.Throws<ArgumentException>(() => Ask.Dot("hopper-fp16", "fp16", [0], [0], 0x3F800000, "fp16")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f32", "fp32")]
    [InlineData("FP32", "fp32")]
    [InlineData("f16", "fp16")]
    [InlineData("bf16", null)]
    public void Outputs_have_short_names(string name, string? format)
        => Assert.Equal(format, MatrixUnits.Parse("hopper-fp16").Output(name)?.Format.Name);

    /// <summary>A file that a neighbouring model also reproduced would prove nothing: recordings tell F and L, halved or by one.</summary>
    [Theory]
    [InlineData("hw_V100_fp16_fp32", 4, 23, "rz-fp32")]
    [InlineData("hw_A100_fp16_fp32", 8, 24, "rz-fp32")]
    [InlineData("hw_H100_bf16_fp32", 16, 25, "rz-fp32")]
    [InlineData("hw_Ada_e4m3_fp32", 16, 13, "rz-e8m13")]
    [InlineData("hw_H100_e5m2_fp32", 32, 13, "rz-e8m13")]
    public void Recordings_tell_neighbours_apart(string file, int l, int f, string rho)
    {
        RecordedDot[] dots = [.. GroundTruth.Rows("hardware", file + ".csv.gz").Take(2000).Select(row
            => RecordedDots.Parse((IReadOnlyDictionary<string, string>)row))];
        Assert.Equal(0, Mismatches(l, f, rho));
        Assert.NotEqual(0, Mismatches(l, f - 1, rho));
        Assert.NotEqual(0, Mismatches(l, f + 1, rho));
        Assert.NotEqual(0, Mismatches(l / 2, f, rho));
        Assert.NotEqual(0, Mismatches(l, f, rho.Replace("rz", "rne", StringComparison.Ordinal)));

        int Mismatches(int l, int f, string rho)
        {
            MatrixUnit model = MatrixUnits.Parse($"t-fdpa:L={l},F={f},rho={rho}");
            return dots.Count(dot => dot.Compute(model) != dot.D);
        }
    }
}
