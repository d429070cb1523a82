using System.Collections.Immutable;
using System.Globalization;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>PTX's cvt: what a name's parts say, as choices over the reference (PTX ISA, cvt; captured on a B200).</summary>
internal static class PtxConversions
{
    private const string Hardware = "sm_100 (B200) and what else has the form";

    /// <summary>
    /// How many random bits .rs to E2M1 takes is open. With 6, against the residue rounded to 6, every captured row that is known of comes
    /// out, so they are the usual ones.
    /// </summary>
    private const int RoundedE2M1Bits = 6;

    /// <summary>
    /// The other counts, against a truncated residue. With 8, one published row does not come out (1.1864851 with a0 of 256 goes up); with
    /// all 16 that the two bytes of a pair make, it does too.
    /// </summary>
    private static readonly ImmutableArray<int> TruncatedE2M1Bits = [8, 16];

    private static readonly Clause Ptx = new("PTX ISA", "cvt", "which conversions there are, how each rounds and saturates, and that the "
        + "random bits of .rs are an operand", Provenance.Published);

    private static readonly Clause Captured = new("mlc-ai/TIRx-harness", "numsim goldens of cvt",
        "results of cvt captured on a B200, driver 595.58.03, CUDA 13.2", Provenance.Observed);

    private static readonly Clause Neighbour = new("mlc-ai/TIRx-harness", "numsim goldens of cvt",
        "no row of this form: as its neighbours that were captured", Provenance.ThisProject);

    /// <summary>Every narrow conversion.</summary>
    public static IEnumerable<Instruction> Narrow()
        => PtxForms.Narrow.SelectMany(form => from destination in form.Destinations
                                              from source in form.Sources
                                              from rounding in form.Roundings
                                              from modifiers in form.Choices()
                                              select Create(new(form, rounding, modifiers, destination, source)));

    /// <summary>The conversion of that name.</summary>
    /// <param name="name">The mnemonic.</param>
    /// <param name="options">Its options: <c>bits</c>, of .rs to E2M1.</param>
    /// <exception cref="ArgumentException">There is none; the line says what is allowed.</exception>
    public static Instruction Parse(string name, InstructionOptions options)
    {
        PtxName parts = PtxName.Parse(name);
        int? bits = IsRandomE2M1(parts) ? options.Number("bits", RoundedE2M1Bits, [RoundedE2M1Bits, .. TruncatedE2M1Bits]) : null;
        options.RefuseOthers(parts.ToString());
        return bits is RoundedE2M1Bits or null ? Create(parts) : Create(parts, bits.Value);
    }

    private static bool IsRandomE2M1(PtxName name) => name is { Rounding: "rs", Destination: "e2m1x4" };

    private static Instruction Create(PtxName name, int e2M1Bits = RoundedE2M1Bits)
    {
        (RegisterType to, int lanes) = PtxTypes.Of(name.Destination);
        (RegisterType from, int sourceLanes) = PtxTypes.Of(name.Source);
        bool scaled = name.Has("scaled::n2::ue8m0");
        RandomWordMap? random = name.Rounding == "rs" ? Random(name.Destination, e2M1Bits) : null;
        PackedConversion arithmetic = new(Lane(name, from, to, random), lanes)
        {
            IsPacked = sourceLanes > 1,
            IsScaled = scaled,
            Random = random,
        };
        ImmutableArray<InstructionRegister> sources =
        [
            .. sourceLanes > 1 ? [Register("a", name.Source, from.Bits * sourceLanes)]
                : "abef"[..lanes].Select(operand => Register(operand.ToString(), name.Source, from.Bits)),
            .. scaled ? (InstructionRegister[])[Register("scale", "ue8m0x2", 16)] : [],
        ];
        string option = e2M1Bits == RoundedE2M1Bits ? "" : string.Create(CultureInfo.InvariantCulture, $":bits={e2M1Bits}");
        Evidence evidence = IsExtrapolated(name) ? new(EvidenceGrade.Extrapolated, "", Neighbour) : new(EvidenceGrade.Documented, "", Ptx);
        return new(name + option, arithmetic, sources, Register("d", name.Destination, to.Bits * lanes), random is not null,
            new("nvidia", Hardware, evidence, Captured));
    }

    /// <summary>What the manual leaves open without a captured row: where .rs takes its bits from.</summary>
    private static bool IsExtrapolated(PtxName name) => name.Rounding == "rs";

    private static InstructionRegister Register(string operand, string type, int bits) => new($"{operand}.{type}", bits);

    private static RandomWordMap Random(string destination, int e2M1Bits) => destination switch
    {
        "f16x2" => RandomWordMap.Halves(13),
        "bf16x2" => RandomWordMap.Halves(16),
        "e2m1x4" => RandomWordMap.ReversedBytes(e2M1Bits),
        _ => RandomWordMap.ReversedHalves,
    };

    private static LaneConversion Lane(PtxName name, RegisterType from, RegisterType to, RandomWordMap? random)
    {
        bool saturates = name.Has("satfinite"), sat = name.Has("sat"), flushes = name.Has("ftz");
        ConversionPolicy policy = new()
        {
            Rounding = Rounding(name.Rounding, random),
            Overflow = saturates ? OverflowPolicy.Saturate : OverflowPolicy.NonFinite,
            NanCode = NanCode.AllOnes,
            NanWithoutCode = NanWithoutCode.PositiveMax,
        };
        (NanResult nan, ulong field) = Nan(name, from, to);
        return new(from, to, policy)
        {
            Nan = nan,
            NanField = field,
            FlushSource = flushes && name.Source == "f32",
            FlushResult = flushes && name.Destination == "f32",
            Integral = name.Rounding is "rni" or "rzi" or "rmi" or "rpi" && to is not IntegerType,
            Relu = name.Has("relu"),
            ClampToOne = sat && to is not IntegerType,
            Wraps = from is IntegerType && to is IntegerType && !sat,
        };
    }

    private static RoundingMode Rounding(string rounding, RandomWordMap? random) => rounding switch
    {
        "rn" or "rni" or "" => RoundingMode.TiesToEven,
        "rz" or "rzi" => RoundingMode.TowardZero,
        "rm" or "rmi" => RoundingMode.TowardNegative,
        "rp" or "rpi" => RoundingMode.TowardPositive,
        "rna" => RoundingMode.TiesToAway,

        // The magnitude and the random bits are added above what is cut off: variant A. Six bits of E2M1 are what is left of a residue that
        // was itself rounded to six: variant C.
        "rs" when random!.Bits == RoundedE2M1Bits => RoundingMode.Stochastic(RoundedE2M1Bits, StochasticVariant.C),
        "rs" => RoundingMode.Stochastic(random!.Bits),
        _ => throw new InvalidOperationException($"no such rounding: {rounding}"),
    };

    /// <summary>
    /// Everywhere all bits below the sign, with these exceptions: an integer is 0, or where one of the two has 64 bits, its upper bit
    /// alone (PTX ISA, cvt); binary64 keeps what it can of the fraction, and so does a bfloat16 that merely gets 16 zeros;
    /// .rna to TF32 rounds a NaN like a number, and .satfinite takes a step back from it.
    /// </summary>
    private static (NanResult Result, ulong Field) Nan(PtxName name, RegisterType from, RegisterType to) => (to, name) switch
    {
        (IntegerType integer, _) => (NanResult.Fixed, from.Bits == 64 || to.Bits == 64 ? 1UL << (integer.Bits - 1) : 0),
        (_, { Rounding: "rna" }) => (NanResult.Fixed, name.Has("satfinite") ? 0x7FBFE000u : 0x7FC00000u),
        (Binary64Type, { Source: "f32" or "f16" or "bf16" }) => (NanResult.Fixed, 0x7FFF_FFFF_E000_0000),
        (Binary64Type, _) => (NanResult.Kept, 0),
        (FloatType, { Source: "f64" }) => (NanResult.Kept, 0),
        (FloatType, { Source: "bf16", Destination: "f32" }) when !name.Has("ftz") => (NanResult.Kept, 0),
        _ => (NanResult.Policy, 0),
    };
}
