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

    /// <summary>The mnemonics, each with its destination and whether it takes a seed.</summary>
    private static readonly ImmutableArray<(string Mnemonic, ElementFormat Format, string Type, bool Seeded)> Rows =
    [
        ("v_cvt_pk_fp8_f32", ElementFormats.E4M3, "fp8", false),
        ("v_cvt_pk_bf8_f32", ElementFormats.E5M2, "bf8", false),
        ("v_cvt_sr_fp8_f32", ElementFormats.E4M3, "fp8", true),
        ("v_cvt_sr_bf8_f32", ElementFormats.E5M2, "bf8", true),
    ];

    /// <summary>The mnemonics.</summary>
    public static IEnumerable<string> Mnemonics => Rows.Select(row => row.Mnemonic);

    /// <summary>The conversion of that mnemonic with the fields of its encoding and of MODE.</summary>
    /// <exception cref="ArgumentException">A field is not allowed; the line says what is.</exception>
    public static Instruction Parse(string mnemonic, InstructionOptions options)
    {
        (_, ElementFormat format, string type, bool seeded) = Rows.First(row => row.Mnemonic == mnemonic);
        int signs = seeded ? 1 : 3;
        int abs = options.UpTo("abs", signs), neg = options.UpTo("neg", signs);

        // OP_SEL[3] chooses a half of the destination; the stochastic ones have a byte of it, OP_SEL[3:2].
        int opSel = seeded ? options.Number("op_sel", 0, 0, 4, 8, 12) : options.Number("op_sel", 0, 0, 8);
        int omod = options.UpTo("omod", 3), overflow = options.UpTo("fp16_ovfl", 1), denorm = options.UpTo("denorm", 3, usual: 3);
        options.RefuseOthers(mnemonic);

        // The seed's upper bits stand at the top of the discarded field of a normal result: 23 - M of them.
        RandomWordMap? random = seeded ? RandomWordMap.Top(23 - format.MantissaBits) : null;
        ConversionPolicy policy = new()
        {
            Rounding = random is null ? RoundingMode.TiesToEven : RoundingMode.Stochastic(random.Bits),
            Overflow = overflow == 1 ? OverflowPolicy.Saturate : OverflowPolicy.NonFinite,
            InfElement = InfElement.Kept,
            NanCode = NanCode.AllOnesSigned,
        };
        AmdConversion arithmetic = new(new(new FloatType("f32", ElementFormats.Binary32), new FloatType(type, format), policy)
        {
            // A NaN is FF, FE in BF8, whatever its sign; an infinity that FP8 has not is the NaN of its sign.
            Nan = NanResult.Fixed,
            NanField = format.HasInfinity ? 0xFEu : 0xFFu,
            FlushSource = (denorm & 1) == 0,
        }, seeded ? 1 : 2)
        {
            Abs = abs,
            Neg = neg,
            OutputExponent = omod switch { 1 => 1, 2 => 2, 3 => -1, _ => 0 },
            Place = seeded ? opSel / 4 * 8 : opSel / 8 * 16,
            Random = random,
        };
        ImmutableArray<InstructionRegister> sources =
            [new("src0.f32", 32), .. seeded ? Array.Empty<InstructionRegister>() : [new("src1.f32", 32)], new("vdst.b32", 32)];
        string[] fields =
        [
            .. Field("abs", abs), .. Field("neg", neg), .. Field("op_sel", opSel), .. Field("omod", omod), .. Field("fp16_ovfl", overflow),
            .. Field("denorm", denorm, usual: 3),
        ];
        string name = mnemonic + (fields.Length == 0 ? "" : ":" + string.Join(',', fields));
        return new(name, arithmetic, sources, new($"vdst.{format}", 32), seeded,
            new("amd", Rdna4, new(EvidenceGrade.Documented, "", Isa), Captured, mnemonic));
    }

    private static IEnumerable<string> Field(string key, int value, int usual = 0)
        => value == usual ? [] : [string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key}={value}")];
}
