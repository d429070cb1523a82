using System.Collections.Immutable;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>
/// AVX10.2's conversions between binary16 and FP8, one element of each. MXCSR does not matter to them: subnormals are kept, narrowing goes
/// to the nearest, ties to even, or by a bias byte.
/// </summary>
internal static class IntelConversions
{
    private static readonly Clause Bochs = new("Bochs", "AVX10.2 conversions",
        "the operation of VCVTPH2BF8, VCVTBIASPH2HF8 and the others, with their saturating forms", Provenance.Published);

    private static readonly ImmutableArray<string> Narrowing =
    [
        .. from bias in (string[])["", "bias"]
           from format in (string[])["bf8", "hf8"]
           from saturating in (string[])["", "s"]
           select $"vcvt{bias}ph2{format}{saturating}",
    ];

    private const string Widening = "vcvthf82ph";

    /// <summary>The set.</summary>
    public static InstructionSet Set { get; } = new([.. Narrowing, Widening], [.. Narrowing, Widening], Parse);

    private static Instruction Parse(string mnemonic, InstructionOptions options)
    {
        options.RefuseOthers(mnemonic);
        InstructionFacts facts = new("intel", "AVX10.2", new(EvidenceGrade.Simulator, "", Bochs));
        FloatType half = new("f16", ElementFormats.Binary16), bf8 = new("bf8", ElementFormats.E5M2), hf8 = new("hf8", ElementFormats.E4M3);
        if (mnemonic == Widening)
        {
            return new(mnemonic, new PackedConversion(new(hf8, half, ConversionPolicy.Ocp), 1), [new("src.hf8", 8)], new("dst.f16", 16),
                false, facts);
        }

        bool isHf8 = mnemonic.Contains("hf8", StringComparison.Ordinal), isBiased = mnemonic.Contains("bias", StringComparison.Ordinal);
        FloatType to = isHf8 ? hf8 : bf8;
        LaneConversion lane = new(half, to, new()
        {
            Overflow = mnemonic.EndsWith('s') ? OverflowPolicy.Saturate : OverflowPolicy.NonFinite,
            NanCode = NanCode.AllOnesSigned,
        })
        {
            // BF8 is the upper byte of binary16, and its NaN with the quiet bit set.
            Nan = isHf8 ? NanResult.Policy : NanResult.Kept,
        };
        return new(mnemonic, isBiased ? new BiasedConversion(lane) : new PackedConversion(lane, 1),
            [.. isBiased ? (InstructionRegister[])[new("src1.b16", 16)] : [], new("src.f16", 16)], new($"dst.{to.Name}", 8), false, facts);
    }

    /// <summary>
    /// The bias byte is added at the top of what is cut off. A normal HF8 cuts 7 bits, for which the bias loses its last; a subnormal one
    /// cuts more than 8.
    /// </summary>
    private sealed record BiasedConversion(LaneConversion Lane) : IInstructionArithmetic
    {
        private const int BiasBits = 8;

        public ulong Compute(ReadOnlySpan<ulong> sources, uint random)
        {
            uint bias = (uint)sources[0] & 0xFF;
            int cut = Lane.To.IsSubnormal(Lane.From.Decode(sources[1])) ? BiasBits
                : Math.Min(BiasBits, ((FloatType)Lane.From).Format.MantissaBits - ((FloatType)Lane.To).Format.MantissaBits);
            LaneConversion biased = Lane with { Policy = Lane.Policy with { Rounding = RoundingMode.Stochastic(cut) } };
            return biased.Convert(sources[1], random: bias >> (BiasBits - cut));
        }
    }
}
