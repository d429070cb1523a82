namespace Mxact.Simulator.ConversionInstructions;

/// <summary>
/// RISC-V's conversions to and from FP8 (Zvfofp8min) and from FP4 (Zvfofp4min), one element of each; of FP4 the two of a byte. The rounding
/// is frm's, the format altfmt's.
/// </summary>
internal static class RiscVConversions
{
    private static readonly Clause Spike = new("RISC-V Zvfofp8min, Zvfofp4min", "Spike, the reference model",
        "narrowing in every frm mode with and without saturation, the canonical NaN 7F, and exact widening", Provenance.Published);

    private static readonly RoundingMode[] Frm =
    [
        RoundingMode.TiesToEven, RoundingMode.TowardZero, RoundingMode.TowardNegative, RoundingMode.TowardPositive, RoundingMode.TiesToAway,
    ];

    private static readonly FloatType Bf16 = new("bf16", ElementFormats.BFloat16), F32 = new("f32", ElementFormats.Binary32),
        E4M3 = new("e4m3", ElementFormats.E4M3), E5M2 = new("e5m2", ElementFormats.E5M2), E2M1 = new("e2m1", ElementFormats.E2M1);

    private const string Widening = "vfwcvtbf16.f.f.v", Extending = "vfext.vf2";

    private static readonly (string Mnemonic, FloatType From, bool Saturates)[] Narrowing =
    [
        ("vfncvtbf16.f.f.w", Bf16, false), ("vfncvtbf16.sat.f.f.w", Bf16, true),
        ("vfncvt.f.f.q", F32, false), ("vfncvt.sat.f.f.q", F32, true),
    ];

    private static readonly string[] WithAltfmt = [.. Narrowing.Select(row => row.Mnemonic), Widening];

    /// <summary>The set.</summary>
    public static InstructionSet Set { get; } = new([.. WithAltfmt, Extending],
        [.. WithAltfmt.SelectMany(mnemonic => (string[])[mnemonic, $"{mnemonic}:altfmt=1"]), Extending], Parse);

    private static Instruction Parse(string mnemonic, InstructionOptions options)
    {
        bool narrows = Narrowing.Any(row => row.Mnemonic == mnemonic);
        int altfmt = mnemonic == Extending ? 0 : options.UpTo("altfmt", 1);
        int frm = !narrows ? 0 : options.Number("frm", 0, n => n < Frm.Length, "0 RNE, 1 RTZ, 2 RDN, 3 RUP or 4 RMM; 5 to 7 are reserved");
        options.RefuseOthers(mnemonic);
        InstructionFacts facts = new("risc-v", mnemonic == Extending ? "Zvfofp4min" : "Zvfofp8min",
            new(EvidenceGrade.Architected, "", Spike));
        string name = mnemonic + InstructionOptions.Written(("altfmt", altfmt, 0), ("frm", frm, 0));
        if (mnemonic == Extending)
        {
            return new(name, new PackedConversion(new(E2M1, E4M3, ConversionPolicy.Ocp), 2) { IsPacked = true }, [new("vs2.e2m1x2", 8)],
                new("vd.e4m3x2", 16), false, facts);
        }

        FloatType narrow = altfmt == 0 ? E4M3 : E5M2;
        if (!narrows)
        {
            ConversionPolicy exact = new() { Overflow = OverflowPolicy.NonFinite, NanCode = NanCode.Quiet };
            return new(name, new PackedConversion(new(narrow, Bf16, exact), 1), [new($"vs2.{narrow.Name}", 8)], new("vd.bf16", 16),
                false, facts);
        }

        (_, FloatType from, bool saturates) = Narrowing.First(row => row.Mnemonic == mnemonic);
        LaneConversion lane = new(from, narrow, new()
        {
            Rounding = Frm[frm],
            Overflow = saturates ? OverflowPolicy.Saturate : OverflowPolicy.NonFinite,
            NanCode = NanCode.AllOnes,
        });
        return new(name, new PackedConversion(lane, 1), [new($"vs2.{from.Name}", from.Bits)], new($"vd.{narrow.Name}", 8), false, facts);
    }
}
