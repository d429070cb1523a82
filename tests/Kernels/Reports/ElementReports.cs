namespace Mxact.Kernels.Reports;

/// <summary>Reports of a number's cast to an element.</summary>
internal static class ElementReports
{
    private const int E4M3MinExponent = -6;

    /// <summary>Where E2M1 passes to its next code.</summary>
    private static readonly float[] E2M1Midpoints = [0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5];

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        new("triton-ties-up", "triton-lang/triton#5925",
            "On an A100 a binary16 number halfway between two E5M2 numbers always goes up. Is that not meant to be ties to even?",
            "encode+e5m2", ["rounding=ties-to-away"], TiesUp),
        new("triton-double-rounding", "triton-lang/triton#11753",
            "Why does a float32 just above a midpoint become the lower float8 on this card, and the upper one on that?",
            "encode+e4m3", ["input-precision=binary16"], asked => asked.IsPlain
                ? asked.Encoded((float)(Half)asked.Value) : null),
        new("flashinfer-through-bfloat16", "flashinfer-ai/flashinfer#5128",
            "The packed float2 to E4M3 cast goes through bfloat16. Which numbers come out different?",
            "encode+e4m3", ["input-precision=bfloat16"], asked => asked.IsPlain ? asked.Encoded(ThroughBfloat16(asked.Value)) : null),
        new("tt-metal-three-faults", "tenstorrent/tt-metal#51971",
            "Our MX encoder disagrees with the reference on many values, small ones above all. What is wrong with it?",
            "encode+e4m3", ["bit 0 of the code cleared where it is a normal number",
                "subnormal results a binade too small",
                "sticky bit dropped, 2 bits kept"], ThreeFaults),
        new("cutile-truncation", "NVlabs/cutile-rs#250",
            "My FP8 constants come out a little too small. Are they cut where they should be rounded?",
            "encode+e4m3", ["rounding=toward-zero"], Truncated),
        new("ml-dtypes-overflow", "jax-ml/ml_dtypes#260",
            "Why is 500 NaN in float8_e4m3fn and not 448?",
            "encode+e4m3", ["overflow=non-finite"], asked => asked.IsPlain
                ? asked.Under(p => p with { Overflow = OverflowPolicy.NonFinite }) : null),
        new("aiter-e2m1-ties", "ROCm/aiter#3992",
            "The FP4 quantiser sends ties away from zero, the hardware to even. Which values differ?",
            "encode+e2m1", ["rounding=ties-to-away"], E2M1TiesAway),
        new("pytorch-flushed-results", "pytorch/pytorch#126848",
            "Values that float8 could hold as subnormals come out as zero.",
            "encode+e4m3", ["subnormal codes flushed to zero"], asked => asked.IsPlain
                ? Flushed(Asked.Hex(asked.Right)) : null),
        new("ao-negative-zero", "pytorch/ao#4762",
            "A tensor with -0 in it comes back with NaN in it. Where do they come from?",
            "encode+e4m3", ["the code becomes NaN of negative numbers, where the input is zero"], asked
                => !asked.IsPlain ? null : asked.Bits == 0x8000_0000 ? "7f" : asked.Right),
        new("te-stochastic-order", "NVIDIA/TransformerEngine#2751",
            "Same input, same random bits, another result: how does the unit read its random bits?",
            "encode+e4m3", ["random bits reversed"], BitsReversed),
    ];

    /// <summary>E5M2 is binary16's upper byte: half a code is added and the rest cut off.</summary>
    private static string? TiesUp(Asked asked)
    {
        if (asked.Question.From != ElementFormats.Binary16 || !asked.IsNearestSaturating)
        {
            return null;
        }

        uint sign = (asked.Bits >> 8) & 0x80;
        uint magnitude = asked.Bits & 0x7FFF;
        return Asked.Code(sign | (magnitude > 0x7C00 ? 0x7E : Math.Min((magnitude + 0x80) >> 8, 0x7B)));
    }

    private static float ThroughBfloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsFinite(value) ? BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF_0000) : value;
    }

    /// <summary>The number in steps of its binade, eight of them to a power of two, or of the subnormals'.</summary>
    private static (int Exponent, float Steps) Steps(float value)
    {
        int exponent = value == 0 ? E4M3MinExponent : Math.Max(Math.ILogB(value), E4M3MinExponent);
        return (exponent, MathF.ScaleB(Math.Abs(value), 3 - exponent));
    }

    /// <summary>Steps counted from zero: a carry walks into the exponent.</summary>
    private static string E4M3(float value, int exponent, float steps)
        => Asked.Code((float.IsNegative(value) ? 0x80u : 0) | (uint)(((exponent - E4M3MinExponent) << 3) + (int)steps));

    private static string? Truncated(Asked asked)
    {
        if (!asked.IsPlain || !float.IsFinite(asked.Value))
        {
            return null;
        }

        float value = Math.Clamp(asked.Value, -448, 448);
        (int exponent, float steps) = Steps(value);
        return E4M3(value, exponent, MathF.Truncate(steps));
    }

    /// <summary>
    /// Subnormals come out at half their size, after their low bits were thrown away; and the mask that keeps E4M3's significand is
    /// max normal's, 6.
    /// </summary>
    private static string? ThreeFaults(Asked asked)
    {
        if (!asked.IsPlain || !float.IsFinite(asked.Value))
        {
            return null;
        }

        float value = asked.Value;
        if (Math.Abs(value) >= 448)
        {
            return float.IsNegative(value) ? "fe" : "7e";
        }

        (int exponent, float steps) = Steps(value);
        return steps < 8
            ? E4M3(value, exponent, MathF.Round(MathF.Truncate(steps / 2 * 4) / 4, MidpointRounding.ToEven))
            : Asked.Code(Asked.Hex(E4M3(value, exponent, MathF.Round(steps, MidpointRounding.ToEven))) & ~1u);
    }

    private static string? E2M1TiesAway(Asked asked) => !asked.IsPlain || !float.IsFinite(asked.Value) ? null
        : Asked.Code((float.IsNegative(asked.Value) ? 8u : 0) | (uint)E2M1Midpoints.Count(midpoint => Math.Abs(asked.Value) >= midpoint));

    private static string Flushed(uint code) => Asked.Code((code & 0x7F) < 8 ? code & 0x80 : code);

    private static string? BitsReversed(Asked asked)
    {
        RoundingMode mode = asked.Question.Policy.Rounding;
        if (mode != RoundingMode.Stochastic(8))
        {
            return null;
        }

        uint bits = Asked.Hex(asked.Words[1]);
        uint reversed = 0;
        for (int i = 0; i < 8; i++)
        {
            reversed = (reversed << 1) | ((bits >> i) & 1);
        }

        return (asked with { Operands = $"{asked.Words[0]} {Asked.Code(reversed)}" }).Right;
    }
}
