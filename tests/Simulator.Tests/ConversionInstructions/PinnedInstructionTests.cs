namespace Mxact.Simulator.Tests.ConversionInstructions;

/// <summary>Results that decide something: published rows, and what a rule says at its edge.</summary>
public sealed class PinnedInstructionTests
{
    /// <summary>
    /// The published row that 8 random bits against a truncated residue miss: a captured result has 7fb7 there, of which element e is the
    /// third digit from the right.
    /// </summary>
    [Theory]
    [InlineData("cvt.rs.satfinite.e2m1x4.f32", 0xB0u)]
    [InlineData("cvt.rs.satfinite.e2m1x4.f32:bits=16", 0xB0u)]
    [InlineData("cvt.rs.satfinite.e2m1x4.f32:bits=8", 0xA0u)]
    public void The_count_of_random_bits_to_e2m1_is_a_choice(string name, uint result)
        => Assert.Equal(result, Instructions.Parse(name).Compute([0, 0, 0xBF97DEBE, 0], 0xE43D4005));

    [Theory]
    [InlineData("cvt.rn.satfinite.e2m3x2.f32", "7fc00000;ff800000", "1f3f")] // NaN is +max; FP6 lies in the lower six bits of a byte
    [InlineData("cvt.rn.satfinite.e3m2x2.f32", "c1e00000;be800000", "3f24")]
    [InlineData("cvt.rn.satfinite.relu.s2f6x2.f32", "bf800000;7fc00000", "007f")]
    [InlineData("cvt.rn.satfinite.s2f6x2.f32", "c0800000;bf800000", "80c0")]
    [InlineData("cvt.rn.bf16x2.s2f6x2", "80c0", "c000bf80")]
    [InlineData("cvt.rn.f16x2.e3m2x2", "1f3f", "4f00cf00")]
    [InlineData("cvt.rs.f16x2.f32", "3f800fff;3f801fff", "3c003c01", 0x0000_1FFFu)]
    [InlineData("cvt.rs.f16x2.f32", "477fffff;477fffff", "7c007bff", 0x1FFF_0000u)] // carried out of range: infinity
    [InlineData("cvt.rs.satfinite.f16x2.f32", "477fffff;477fffff", "7bff7bff", 0x1FFF_0000u)]
    [InlineData("cvt.rs.bf16x2.f32", "3f80ffff;3f800001", "3f803f80", 0x0000_FFFEu)]
    [InlineData("cvt.rs.bf16x2.f32", "3f80ffff;3f800001", "3f813f81", 0x0001_FFFFu)]
    [InlineData("cvt.rs.relu.satfinite.e2m3x4.f32", "bf800000;40f00000;3f800000;7fc00000", "001f081f", 0u)]
    [InlineData("cvt.s32.s8", "80", "ffffff80")]
    [InlineData("cvt.u8.s32", "ffffff01", "01")]
    [InlineData("cvt.sat.u8.s32", "ffffff01", "00")]
    [InlineData("cvt.sat.s8.u32", "ffffff01", "7f")]
    [InlineData("cvt.f32.bf16", "7fc1", "7fc10000")]
    [InlineData("cvt.f32.f16", "7e01", "7fffffff")]
    [InlineData("cvt.rn.sat.f32.s32", "00000007", "3f800000")]
    [InlineData("cvt.rn.sat.f32.s32", "ffffffff", "00000000")]
    [InlineData("cvt.rzi.s64.f32", "7fc00000", "8000000000000000")]
    [InlineData("cvt.rzi.u16.f16", "7e00", "0000")]
    [InlineData("cvt.rn.ftz.f32.f64", "3800000000000000", "00000000")]
    [InlineData("cvt.rn.f64.s64", "8000000000000001", "c3e0000000000000")]
    [InlineData("v_cvt_pk_fp8_f32:abs=1,neg=1", "3f800000;40000000;a5a5a5a5", "a5a540b8")]
    [InlineData("v_cvt_pk_fp8_f32:omod=1", "3f800000;43c00000;00000000", "00007f40")] // 384 doubled leaves the range: NaN
    [InlineData("v_cvt_pk_fp8_f32:omod=1,fp16_ovfl=1", "3f800000;43c00000;00000000", "00007e40")]
    [InlineData("v_cvt_sr_fp8_f32:op_sel=8", "3f800001;a5a5a5a5", "a538a5a5", 0xFFFFE000u)] // the seed's lower 12 bits do nothing
    [InlineData("v_cvt_sr_fp8_f32:op_sel=4", "3f800001;a5a5a5a5", "a5a539a5", 0xFFFFF000u)]
    [InlineData("v_cvt_sr_bf8_f32", "3f800002;00000000", "0000003d", 0xFFFFF800u)]
    public void Its_bits(string name, string sources, string result, uint? random = null)
        => Assert.Equal(result, Ask.Hex(name, sources, random));
}
