namespace Mxact.Simulator.Tests.ConversionInstructions;

/// <summary>Names of conversion instructions, and what a wrong one is told.</summary>
public sealed class InstructionNameTests
{
    [Theory]
    [InlineData("cvt.rn.relu.satfinite.e4m3x2.f32", "cvt.rn.satfinite.relu.e4m3x2.f32")]
    [InlineData("CVT.rn.satfinite.relu.scaled::n2::ue8m0.bf16x2.e2m1x2", "cvt.rn.relu.satfinite.scaled::n2::ue8m0.bf16x2.e2m1x2")]
    [InlineData("cvt.rs.satfinite.e2m1x4.f32:bits=6", "cvt.rs.satfinite.e2m1x4.f32")]
    [InlineData("cvt.rs.satfinite.e2m1x4.f32:bits=8", "cvt.rs.satfinite.e2m1x4.f32:bits=8")]
    [InlineData("cvt.s16.u64", "cvt.s16.u64")]
    [InlineData("v_cvt_pk_fp8_f32:neg=1,abs=0,op_sel=0x8", "v_cvt_pk_fp8_f32:neg=1,op_sel=8")]
    public void A_name_has_one_form(string typed, string name) => Assert.Equal(name, Instructions.Parse(typed).Name);

    [Fact]
    public void Every_name_of_the_table_is_read_back_and_stands_there_once()
    {
        Assert.All(Instructions.All, instruction => Assert.Equal(instruction.Name, Instructions.Parse(instruction.Name).Name));
        Assert.Equal(Instructions.All.Length, Instructions.All.Select(instruction => instruction.Name).Distinct().Count());
        Assert.True(Instructions.All.Length > 200);
    }

    [Theory]
    [InlineData("cvt.rn.e4m3x2.f32", "'cvt.rn.e4m3x2.f32': to .e4m3x2 from .f32 there is cvt.{rn}.satfinite[.relu]")]
    [InlineData("cvt.rp.satfinite.e4m3x2.f32", "'cvt.rp.satfinite.e4m3x2.f32': to .e4m3x2 from .f32 there is cvt.{rn}.satfinite[.relu]")]
    [InlineData("cvt.rn.satfinite.e4m3x2.f64",
        "'cvt.rn.satfinite.e4m3x2.f64': PTX converts to .e4m3x2 from .f32 .f16x2 .bf16x2, not from .f64")]
    [InlineData("cvt.rn.satfinite.e3m4x2.f32", "'cvt.rn.satfinite.e3m4x2.f32': PTX's cvt has no destination .e3m4x2; it is one of .e4")]
    [InlineData("cvt.rn.saturate.e4m3x2.f32", "'cvt.rn.saturate.e4m3x2.f32': PTX's cvt has no .saturate; roundings are .rn .rz ")]
    [InlineData("cvt.rn.rn.satfinite.e4m3x2.f32",
        "'cvt.rn.rn.satfinite.e4m3x2.f32': a rounding or a modifier stands there more than once")]
    [InlineData("cvt.f32", "'cvt.f32' is no PTX conversion: cvt[.rounding][.modifiers].destination.source, such as cvt.rn.")]
    [InlineData("cvt.f32.s32", "'cvt.f32.s32': to .f32 from .s32 there is cvt.{rn rz rm rp}[.ftz][.sat]")]
    [InlineData("cvt.rs.satfinite.e2m1x4.f32:bits=7", "bits=7: bits is 6 or 8 or 16")]
    [InlineData("cvt.rs.satfinite.e4m3x4.f32:bits=8", "cvt.rs.satfinite.e4m3x4.f32 has no option 'bits'; it has none")]
    [InlineData("cvt.rs.satfinite.e2m1x4.f32:bits", "options of an instruction are key=value,key=value, each key once; 'bits' is none")]
    [InlineData("v_cvt_pk_fp8_f32:op_sel=4", "op_sel=4: op_sel is 0 or 8")]
    [InlineData("v_cvt_sr_fp8_f32:abs=2", "abs=2: abs is 0 to 1")]
    [InlineData("v_cvt_pk_fp8_f32:seed=1",
        "v_cvt_pk_fp8_f32 has no option 'seed'; it has abs, neg, op_sel, omod, fp16_ovfl, denorm")]
    [InlineData("vcvtne2ps2bf16", "no instruction is called 'vcvtne2ps2bf16'; 'mxact instructions' lists them")]
    [InlineData("vcvtph2bf9", "no instruction is called 'vcvtph2bf9'; near it: vcvtph2bf8; 'mxact instructions' lists them")]
    [InlineData("fcvtn.f16:f8d=2", "f8d=2: f8d is 0 (E5M2) or 1 (E4M3); 2 to 7 are reserved")]
    [InlineData("fcvtn.f16:nscale=128", "nscale=128: nscale is -128 to 127")]
    [InlineData("f1cvt:lscale=16", "lscale=16: lscale is 0 to 15")]
    [InlineData("bf1cvt:lscale=64", "lscale=64: lscale is 0 to 63")]
    [InlineData("vfncvt.f.f.q:frm=5", "frm=5: frm is 0 RNE, 1 RTZ, 2 RDN, 3 RUP or 4 RMM; 5 to 7 are reserved")]
    [InlineData("vcvtph2bf8:osc=1", "vcvtph2bf8 has no option 'osc'; it has none")]
    public void A_wrong_name_is_one_line_that_says_what_is_allowed(string name, string line)
    {
        string message = Assert.Throws<ArgumentException>(() => Instructions.Named(name)).Message;
        Assert.StartsWith(line, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("cvt.rs.relu.satfinite.e3m2x4.f32", "a.f32 b.f32 e.f32 f.f32", 32, true, "fp32 e3m2")]
    [InlineData("cvt.rn.scaled::n2::ue8m0.bf16x2.e2m1x2", "a.e2m1x2 scale.ue8m0x2", 32, false, "e2m1 e8m0 bf16")]
    [InlineData("cvt.rn.satfinite.e2m1x2.f16x2", "a.f16x2", 8, false, "fp16 e2m1")]
    [InlineData("v_cvt_sr_bf8_f32", "src0.f32 vdst.b32", 32, true, "fp32 e5m2")]
    [InlineData("v_cvt_scalef32_sr_pk_fp4_f32", "src0.f32 src1.f32 scale.f32 vdst.b32", 32, true, "fp32 e2m1")]
    [InlineData("vcvtbiasph2hf8", "src1.b16 src.f16", 8, false, "fp16 e4m3")]
    public void Registers_are_those_of_the_manual(string name, string sources, int destination, bool random, string formats)
    {
        Instruction instruction = Instructions.Parse(name);
        Assert.Equal(sources, string.Join(' ', instruction.Sources.Select(source => source.Name)));
        Assert.Equal((destination, random), (instruction.Destination.Bits, instruction.TakesRandomWord));
        Assert.Equal(formats, string.Join(' ', instruction.Formats));
    }
}
