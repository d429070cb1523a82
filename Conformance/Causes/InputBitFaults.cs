using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>Bits of the input that come through to the code where it has no place for them.</summary>
internal static class InputBitFaults
{
    /// <summary>Every one; they act on encodes alone.</summary>
    public static IEnumerable<Fault> All { get; } =
    [
        new("NaN keeps the top of its payload", "the first bits of the input's payload stand in the code's, and it is made quiet")
        {
            Concerns = question => question.Operation == Operation.Encode && WithPayload(question) is not null,
            Instead = (question, operands) => WithPayload(question) is { } format ? Payload(format, question.From, operands) : null,
        },
        new("sign lands in the exponent after rounding by sign", "a negative number is rounded as it is, and E8M0 has no bit for its sign")
        {
            Concerns = IsCast,
            Answer = (question, operands, answer) => IsCast(question) ? Signed(question, operands, answer) : answer,
        },
    ];

    private static ElementFormat? WithPayload(Question question)
        => ElementFormat.TryParse(question.Formats[0], out ElementFormat? format) && format.Specials == SpecialValues.Ieee
            && question.From.Specials == SpecialValues.Ieee && question.From.MantissaBits >= format.MantissaBits ? format : null;

    private static bool IsCast(Question question)
        => question.Operation == Operation.Encode && question.Formats[0] == ScaleFormat.E8M0.Name && !question.Policy.Rounding.IsStochastic;

    private static string? Payload(ElementFormat format, ElementFormat from, string operands)
    {
        uint input = Input(from, operands);
        if (!ElementCodec.Decode(from, input).IsNaN)
        {
            return null;
        }

        uint quiet = 1u << (format.MantissaBits - 1);
        uint payload = (input & ((1u << from.MantissaBits) - 1)) >> (from.MantissaBits - format.MantissaBits);
        uint infinity = format.MaxMagnitude + 1;
        return HexWords.Write(infinity | quiet | payload | ((input & from.SignMask) != 0 ? format.SignMask : 0), format.HexDigits);
    }

    /// <summary>
    /// A directed rounding goes by the number, not by its magnitude: toward positive makes the magnitude smaller. What becomes zero below
    /// 2^-127 has lost its sign.
    /// </summary>
    private static string Signed(Question question, string operands, string answer)
    {
        uint input = Input(question.From, operands);
        Number value = ElementCodec.Decode(question.From, input);
        RoundingDirection direction = question.Policy.Rounding.Direction;
        bool isZero = value.IsFinite && (value.Finite.IsZero || (value.Finite.FloorLog2 < ScaleFormat.E8M0EMin
            && direction != RoundingDirection.TowardNegative));
        if (!value.IsFinite || !value.Negative || isZero)
        {
            return answer;
        }

        RoundingDirection? mirrored = direction switch
        {
            RoundingDirection.TowardPositive => RoundingDirection.TowardNegative,
            RoundingDirection.TowardNegative => RoundingDirection.TowardPositive,
            _ => null,
        };
        string code = mirrored is null ? answer
            : Answerer.For(question with { Policy = question.Policy with { Rounding = new(mirrored.Value) } })
                .Answer(HexWords.Write(input & ~question.From.SignMask, question.From.HexDigits));
        return HexWords.Write(Convert.ToUInt32(code, 16) | 0x80, 2);
    }

    private static uint Input(ElementFormat from, string operands) => new HexWords(operands).One("the input", from.HexDigits);
}
