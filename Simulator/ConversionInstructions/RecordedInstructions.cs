using System.Collections.Frozen;
using System.Globalization;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>
/// How many rows captured on hardware this project was given of an instruction, all of which it reproduces (a test counts).
/// </summary>
internal static class RecordedInstructions
{
    private static readonly FrozenDictionary<string, int> Rows = Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ')).ToFrozenDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture));

    /// <summary>The instructions with rows.</summary>
    public static IEnumerable<string> Names => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);

    /// <summary>The rows of one; 0 for none.</summary>
    public static int RowsOf(string name) => Rows.GetValueOrDefault(name);

    private const string Text = """
        cvt.ftz.f32.bf16 3
        cvt.ftz.f32.f32 10
        cvt.ftz.f64.f32 8
        cvt.rm.f32.f64 10
        cvt.rm.f32.s64 4
        cvt.rm.f32.u64 10
        cvt.rm.f64.u64 7
        cvt.rmi.f32.f32 8
        cvt.rmi.ftz.s32.f32 10
        cvt.rmi.s32.f32 7
        cvt.rn.bf16.f32 4
        cvt.rn.bf16x2.e2m1x2 117
        cvt.rn.bf16x2.e4m3x2 118
        cvt.rn.bf16x2.e5m2x2 132
        cvt.rn.bf16x2.ue8m0x2 123
        cvt.rn.f16.f32 10
        cvt.rn.f16x2.e2m1x2 131
        cvt.rn.f16x2.e4m3x2 134
        cvt.rn.f16x2.e5m2x2 131
        cvt.rn.f32.f64 6
        cvt.rn.f32.s64 7
        cvt.rn.f32.u64 12
        cvt.rn.f64.u64 13
        cvt.rn.relu.bf16.f32 11
        cvt.rn.relu.bf16x2.e2m1x2 139
        cvt.rn.relu.bf16x2.e4m3x2 125
        cvt.rn.relu.bf16x2.e5m2x2 124
        cvt.rn.relu.f16.f32 9
        cvt.rn.relu.f16x2.e2m1x2 122
        cvt.rn.relu.f16x2.e4m3x2 129
        cvt.rn.relu.f16x2.e5m2x2 143
        cvt.rn.relu.satfinite.bf16.f32 8
        cvt.rn.relu.satfinite.bf16x2.e2m1x2 132
        cvt.rn.relu.satfinite.bf16x2.e4m3x2 108
        cvt.rn.relu.satfinite.bf16x2.e5m2x2 119
        cvt.rn.relu.satfinite.f16.f32 7
        cvt.rn.relu.satfinite.scaled::n2::ue8m0.bf16x2.e2m1x2 128
        cvt.rn.relu.satfinite.scaled::n2::ue8m0.bf16x2.e4m3x2 119
        cvt.rn.relu.satfinite.scaled::n2::ue8m0.bf16x2.e5m2x2 123
        cvt.rn.relu.scaled::n2::ue8m0.bf16x2.e2m1x2 119
        cvt.rn.relu.scaled::n2::ue8m0.bf16x2.e4m3x2 128
        cvt.rn.relu.scaled::n2::ue8m0.bf16x2.e5m2x2 128
        cvt.rn.relu.tf32.f32 10
        cvt.rn.satfinite.bf16.f32 7
        cvt.rn.satfinite.bf16x2.e2m1x2 137
        cvt.rn.satfinite.bf16x2.e4m3x2 138
        cvt.rn.satfinite.bf16x2.e5m2x2 123
        cvt.rn.satfinite.e2m1x2.bf16x2 115
        cvt.rn.satfinite.e2m1x2.f16x2 127
        cvt.rn.satfinite.e2m1x2.f32 116
        cvt.rn.satfinite.e4m3x2.bf16x2 126
        cvt.rn.satfinite.e4m3x2.f16x2 134
        cvt.rn.satfinite.e4m3x2.f32 131
        cvt.rn.satfinite.e5m2x2.bf16x2 123
        cvt.rn.satfinite.e5m2x2.f16x2 117
        cvt.rn.satfinite.e5m2x2.f32 129
        cvt.rn.satfinite.f16.f32 6
        cvt.rn.satfinite.relu.e2m1x2.bf16x2 136
        cvt.rn.satfinite.relu.e2m1x2.f16x2 111
        cvt.rn.satfinite.relu.e2m1x2.f32 126
        cvt.rn.satfinite.relu.e4m3x2.bf16x2 131
        cvt.rn.satfinite.relu.e4m3x2.f16x2 130
        cvt.rn.satfinite.relu.e4m3x2.f32 122
        cvt.rn.satfinite.relu.e5m2x2.bf16x2 125
        cvt.rn.satfinite.relu.e5m2x2.f16x2 131
        cvt.rn.satfinite.relu.e5m2x2.f32 129
        cvt.rn.satfinite.relu.tf32.f32 9
        cvt.rn.satfinite.scaled::n2::ue8m0.bf16x2.e2m1x2 117
        cvt.rn.satfinite.scaled::n2::ue8m0.bf16x2.e4m3x2 119
        cvt.rn.satfinite.scaled::n2::ue8m0.bf16x2.e5m2x2 125
        cvt.rn.satfinite.tf32.f32 7
        cvt.rn.scaled::n2::ue8m0.bf16x2.e2m1x2 121
        cvt.rn.scaled::n2::ue8m0.bf16x2.e4m3x2 119
        cvt.rn.scaled::n2::ue8m0.bf16x2.e5m2x2 130
        cvt.rn.tf32.f32 8
        cvt.rna.satfinite.tf32.f32 8
        cvt.rna.tf32.f32 6
        cvt.rni.f32.f32 9
        cvt.rni.f64.f64 8
        cvt.rni.s32.f32 14
        cvt.rni.s64.f64 8
        cvt.rp.f32.f64 8
        cvt.rp.f32.s64 10
        cvt.rp.f32.u64 10
        cvt.rp.f64.u64 6
        cvt.rp.ftz.f32.f64 9
        cvt.rp.ftz.f32.u64 9
        cvt.rp.satfinite.ue8m0x2.bf16x2 119
        cvt.rp.satfinite.ue8m0x2.f32 127
        cvt.rp.ue8m0x2.bf16x2 135
        cvt.rp.ue8m0x2.f32 133
        cvt.rpi.f32.f32 7
        cvt.rpi.ftz.f32.f32 8
        cvt.rpi.ftz.s32.f32 11
        cvt.rpi.s32.f32 9
        cvt.rpi.u32.f64 9
        cvt.rs.relu.satfinite.e2m1x4.f32 122
        cvt.rs.relu.satfinite.e4m3x4.f32 121
        cvt.rs.relu.satfinite.e5m2x4.f32 135
        cvt.rs.satfinite.e2m1x4.f32 133
        cvt.rs.satfinite.e4m3x4.f32 126
        cvt.rs.satfinite.e5m2x4.f32 133
        cvt.rz.bf16.f32 7
        cvt.rz.f16.f32 9
        cvt.rz.f32.f64 8
        cvt.rz.f32.s64 8
        cvt.rz.f32.u64 6
        cvt.rz.f64.u64 9
        cvt.rz.ftz.f32.s64 5
        cvt.rz.relu.bf16.f32 11
        cvt.rz.relu.f16.f32 6
        cvt.rz.relu.satfinite.bf16.f32 9
        cvt.rz.relu.satfinite.f16.f32 8
        cvt.rz.relu.tf32.f32 9
        cvt.rz.satfinite.bf16.f32 11
        cvt.rz.satfinite.f16.f32 5
        cvt.rz.satfinite.relu.tf32.f32 7
        cvt.rz.satfinite.tf32.f32 11
        cvt.rz.satfinite.ue8m0x2.bf16x2 120
        cvt.rz.satfinite.ue8m0x2.f32 128
        cvt.rz.tf32.f32 7
        cvt.rz.ue8m0x2.bf16x2 120
        cvt.rz.ue8m0x2.f32 139
        cvt.rzi.f32.f32 9
        cvt.rzi.s32.bf16 6
        cvt.rzi.s32.f16 8
        cvt.rzi.s32.f32 6
        cvt.rzi.s32.f64 7
        cvt.rzi.s64.f32 6
        cvt.rzi.sat.s32.f32 9
        cvt.rzi.u32.f32 9
        cvt.rzi.u8.f32 7
        cvt.rzi.u8.f64 8
        v_cvt_pk_bf8_f32 18
        v_cvt_pk_fp8_f32 30
        v_cvt_sr_bf8_f32 4
        v_cvt_sr_fp8_f32 17
        """;
}
