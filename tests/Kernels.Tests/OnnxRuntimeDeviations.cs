using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Kernels.Tests;

/// <summary>
/// What ONNX Runtime 1.31.1 does that the golden vectors do not say, as a function of the input alone. The tests hold the suite's
/// findings to this in both directions: every row for which it differs from the golden answer fails, and no other.
/// </summary>
internal static class OnnxRuntimeDeviations
{
    private const uint TwoTo127 = 0x7f00_0000;

    /// <summary>True when Cast has attributes for what a row asks.</summary>
    public static bool IsAsked(Question question) => (question.Operation, question.Formats[0]) switch
    {
        (Operation.Decode, "e4m3" or "e5m2" or "e4m3fnuz" or "e5m2fnuz" or "e8m0") => true,
        (Operation.Encode, "e4m3" or "e5m2" or "e4m3fnuz" or "e5m2fnuz") => question.Policy.Rounding == RoundingMode.TiesToEven,
        (Operation.Encode, "e8m0")
            => question.Policy.Rounding.Direction is RoundingDirection.TiesToAway or RoundingDirection.TowardZero
            or RoundingDirection.TowardPositive,
        _ => false,
    };

    /// <summary>The answer where it is ONNX Runtime's own, or null where it is the standard's.</summary>
    public static string? Answer(Question question, string operand)
    {
        if (question.Operation != Operation.Encode)
        {
            return null;
        }

        Number input = ElementCodec.Decode(question.From, Convert.ToUInt32(operand, 16));
        uint magnitude = input.IsNaN ? 0 : Binary32.Encode(input) & 0x7fff_ffff;
        bool saturate = question.Policy.Overflow == OverflowPolicy.Saturate;
        return question.Formats[0] switch
        {
            // OFP8 lets a NaN be any of 7D, 7E, 7F; the golden answer is the quiet one, this is the one with all bits set.
            "e5m2" when input.IsNaN => input.Negative ? "ff" : "7f",

            // Rounding max normal up sets the exponent bits of infinity and leaves the mantissa's: 7B | 7C = 7F, NaN for infinity.
            "e5m2" when !saturate && magnitude is >= 0x4770_0000 and < 0x4780_0000 => input.Negative ? "ff" : "7f",

            // 480 truncates to 7F, which is taken back to 7E before it is asked whether to saturate; only from 496 does rounding go
            // beyond it.
            "e4m3" when !saturate && magnitude is >= 0x43f0_0000 and < 0x43f8_0000 => input.Negative ? "fe" : "7e",

            // E8M0 has no sign: a negative number is an underflow, or NaN.
            "e8m0" when input.Negative && !input.IsNaN && magnitude != 0 => saturate ? "00" : "ff",

            // Overflow is judged before rounding: whatever exceeds 2^127 is beyond the format, also where it rounds down to FE.
            "e8m0" when !saturate && magnitude > TwoTo127 => "ff",
            _ => null,
        };
    }
}
