using Mxact.Simulator.Exact;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>
/// Arm's conversions to and from FP8 (FEAT_FP8), one element of each. FPMR says which FP8 format, how to scale, and what overflow gives:
/// its fields are options here.
/// </summary>
internal static class ArmConversions
{
    private static readonly Clause Arm = new("Arm ARM, FEAT_FP8", "FPMR, FCVTN, BFCVTN, F1CVT",
        "narrowing multiplies by 2^NSCALE, rounds to nearest even, and saturates where OSC is 1; widening multiplies by 2^-LSCALE; as QEMU "
        + "has it at 0e81c21", Provenance.Published);

    private static readonly FloatType Half = new("f16", ElementFormats.Binary16);

    /// <summary>A mnemonic, its wide type, and whether it narrows.</summary>
    private static readonly (string Mnemonic, FloatType Wide, bool Narrows)[] Rows =
    [
        ("fcvtn.f16", Half, true),
        ("fcvtn.f32", new FloatType("f32", ElementFormats.Binary32), true),
        ("bfcvtn", new FloatType("bf16", ElementFormats.BFloat16), true),
        ("f1cvt", Half, false),
        ("bf1cvt", new FloatType("bf16", ElementFormats.BFloat16), false),
    ];

    /// <summary>The set.</summary>
    public static InstructionSet Set { get; } = new([.. Rows.Select(row => row.Mnemonic)],
        Rows.SelectMany(row => row.Narrows
            ? (string[])[row.Mnemonic, $"{row.Mnemonic}:f8d=1", $"{row.Mnemonic}:osc=1", $"{row.Mnemonic}:f8d=1,osc=1"]
            : [row.Mnemonic, $"{row.Mnemonic}:f8s1=1"]),
        Parse);

    private static Instruction Parse(string mnemonic, InstructionOptions options)
    {
        (_, FloatType wide, bool narrows) = Rows.First(row => row.Mnemonic == mnemonic);
        string formatKey = narrows ? "f8d" : "f8s1";
        int format = options.Number(formatKey, 0, n => n is 0 or 1, "0 (E5M2) or 1 (E4M3); 2 to 7 are reserved");
        int osc = narrows ? options.UpTo("osc", 1) : 0;
        int greatest = wide == Half ? 15 : 63;
        int scale = narrows ? options.Signed("nscale", -128, 127) : -options.UpTo("lscale", greatest);
        options.RefuseOthers(mnemonic);

        FloatType narrow = format == 0 ? new("e5m2", ElementFormats.E5M2) : new("e4m3", ElementFormats.E4M3);
        ConversionPolicy policy = new()
        {
            Overflow = osc == 1 ? OverflowPolicy.Saturate : OverflowPolicy.NonFinite,

            // The default NaN, whatever came in; with OSC 0 it is also what E4M3 has for an infinity.
            NanCode = NanCode.Quiet,
        };
        PackedConversion arithmetic = new(narrows ? new(wide, narrow, policy) : new(narrow, wide, policy), 1)
        {
            Factor = Dyadic.PowerOfTwo(scale),
        };
        InstructionRegister Register(string operand, FloatType type) => new($"{operand}.{type.Name}", type.Bits);
        string name = mnemonic + InstructionOptions.Written((formatKey, format, 0), ("osc", osc, 0), (narrows ? "nscale" : "lscale",
            narrows ? scale : -scale, 0));
        return new(name, arithmetic, [Register("src", narrows ? wide : narrow)], Register("dst", narrows ? narrow : wide), false,
            new("arm", "FEAT_FP8", new(EvidenceGrade.Architected, "", Arm)));
    }
}
