using System.Collections.Immutable;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>AMD's conversions of binary32 to FP8 and BF8 (RDNA4 ISA): packed, and stochastic with a seed.</summary>
internal static class AmdConversions
{
    private const string Rdna4 = "RDNA4 (gfx12)";

    private static readonly Clause Isa = new("RDNA4 ISA", "VOP3", "operands, OP_SEL, the seed of the stochastic conversions and FP16_OVFL",
        Provenance.Published);

    private static readonly Clause Captured = new("ROCm/rocm-systems", "float fixtures, a fork at 7ed0e17",
        "results of the conversions captured on an RX 9070 XT", Provenance.Observed);

    /// <summary>A mnemonic, its destination, how many sources it packs, whether it takes a seed and whether it takes a scale.</summary>
    private static readonly ImmutableArray<(string Mnemonic, ElementFormat Format, string Type, int Lanes, bool Seeded, bool Scaled)> Rows =
    [
        ("v_cvt_pk_fp8_f32", ElementFormats.E4M3, "fp8", 2, false, false),
        ("v_cvt_pk_bf8_f32", ElementFormats.E5M2, "bf8", 2, false, false),
        ("v_cvt_sr_fp8_f32", ElementFormats.E4M3, "fp8", 1, true, false),
        ("v_cvt_sr_bf8_f32", ElementFormats.E5M2, "bf8", 1, true, false),
        ("v_cvt_scalef32_pk_fp8_f32", ElementFormats.E4M3, "fp8", 2, false, true),
        ("v_cvt_scalef32_pk_bf8_f32", ElementFormats.E5M2, "bf8", 2, false, true),
        ("v_cvt_scalef32_pk_fp4_f32", ElementFormats.E2M1, "fp4", 2, false, true),
        ("v_cvt_scalef32_sr_fp8_f32", ElementFormats.E4M3, "fp8", 1, true, true),
        ("v_cvt_scalef32_sr_bf8_f32", ElementFormats.E5M2, "bf8", 1, true, true),
        ("v_cvt_scalef32_sr_pk_fp4_f32", ElementFormats.E2M1, "fp4", 2, true, true),
    ];

    private static readonly Clause Simulated = new("ROCm/rocm-systems", "rocjitsu, v_cvt_scalef32",
        "the scale divides by its power of two, the seed's upper bits are added to what is cut off", Provenance.Published);

    /// <summary>The set.</summary>
    public static InstructionSet Set { get; } = new([.. Rows.Select(row => row.Mnemonic)], Rows.Select(row => row.Mnemonic), Parse);

    private static Instruction Parse(string mnemonic, InstructionOptions options)
    {
        (_, ElementFormat format, string type, int lanes, bool seeded, bool scaled) = Rows.First(row => row.Mnemonic == mnemonic);
        int signs = lanes == 1 ? 1 : 3;
        int abs = options.UpTo("abs", signs), neg = options.UpTo("neg", signs);

        // OP_SEL[3] chooses a half of the destination; where the result is a byte OP_SEL[3:2] chooses that.
        int width = lanes * format.Bits;
        int opSel = width == 8 ? options.Number("op_sel", 0, 0, 4, 8, 12) : options.Number("op_sel", 0, 0, 8);
        int omod = options.UpTo("omod", 3), overflow = options.UpTo("fp16_ovfl", 1), denorm = options.UpTo("denorm", 3, usual: 3);
        options.RefuseOthers(mnemonic);

        // The seed's upper bits stand at the top of the discarded field of a normal result: 23 - M of them.
        RandomWordMap? random = seeded ? RandomWordMap.Top(23 - format.MantissaBits) : null;
        ConversionPolicy policy = new()
        {
            Rounding = random is null ? RoundingMode.TiesToEven : RoundingMode.Stochastic(random.Bits),
            Overflow = overflow == 1 || !format.HasNaN ? OverflowPolicy.Saturate : OverflowPolicy.NonFinite,
            InfElement = format.HasNaN ? InfElement.Kept : InfElement.MaxNormal,
            NanCode = NanCode.AllOnesSigned,
        };
        AmdConversion arithmetic = new(new(new FloatType("f32", ElementFormats.Binary32), new FloatType(type, format), policy)
        {
            // A NaN is FF, FE in BF8, whatever its sign; an infinity that FP8 has not is the NaN of its sign; FP4 has neither.
            Nan = format.HasNaN ? NanResult.Fixed : NanResult.Policy,
            NanField = format.HasInfinity ? 0xFEu : 0xFFu,
            FlushSource = (denorm & 1) == 0,
        }, lanes)
        {
            Abs = abs,
            Neg = neg,
            OutputExponent = omod switch { 1 => 1, 2 => 2, 3 => -1, _ => 0 },
            Place = opSel / (width == 8 ? 4 : 8) * width,
            IsScaled = scaled,
            Random = random,
        };
        ImmutableArray<InstructionRegister> sources =
        [
            .. Enumerable.Range(0, lanes).Select(i => new InstructionRegister($"src{i}.f32", 32)),
            .. scaled ? (InstructionRegister[])[new("scale.f32", 32)] : [], new("vdst.b32", 32),
        ];
        string name = mnemonic + InstructionOptions.Written(("abs", abs, 0), ("neg", neg, 0), ("op_sel", opSel, 0), ("omod", omod, 0),
            ("fp16_ovfl", overflow, 0), ("denorm", denorm, 3));
        Evidence evidence = !scaled ? new(EvidenceGrade.Documented, "", Isa)
            : new(format.HasNaN ? EvidenceGrade.Simulator : EvidenceGrade.Extrapolated, "", Simulated);
        return new(name, arithmetic, sources, new($"vdst.{format}", 32), seeded,
            new("amd", scaled ? "CDNA4 (gfx950)" : Rdna4, evidence, Captured, mnemonic));
    }
}
