using System.Text.Json;
using Mxact.Conformance.Randomness;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>What was found of a kernel's own random bits, for another program: every value's count is there to be judged anew.</summary>
internal static class OwnRandomBitsJson
{
    /// <summary>The member <c>own_random_bits</c>, null where the kernel was not said to have any.</summary>
    public static void Write(Utf8JsonWriter json, RandomBitsOutcome? bits)
    {
        if (bits is null)
        {
            json.WriteNull("own_random_bits");
            return;
        }

        json.WriteStartObject("own_random_bits");
        json.WriteNumber("false_alarm_at_most", RandomBitsTest.FalseAlarm);
        json.WriteNumber("counts", bits.Tests);
        json.WriteNumber("draws", bits.Draws);
        json.WriteNumber("left_out", bits.LeftOut);
        json.WriteNumber("detectable_in_one_exponent", bits.DetectableInOne);
        json.WriteObjects("findings", bits.Findings, finding => Members(json, finding));
        json.WriteObjects("questions", bits.Questions, draws =>
        {
            json.WriteString("question", draws.Question.ToString());
            json.WriteNumber("detectable_in_all_exponents", bits.DetectableInAll(draws));
            json.WriteObjects("values", draws.Values, drawn => Members(json, drawn));
        });
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, RandomBitsFinding finding)
    {
        json.WriteString("question", finding.Question.ToString());
        json.WriteString("name", finding.Name);
        json.WriteString("words", finding.Words);
        json.WriteStrings("evidence", finding.Evidence);
        json.WriteStrings("not_told_apart", finding.Alternatives);
    }

    private static void Members(Utf8JsonWriter json, Draws drawn)
    {
        json.WriteString("input", drawn.Value.Input);
        json.WriteString("below", drawn.Value.Below);
        json.WriteString("above", drawn.Value.Above);
        json.WriteNumber("words_up", drawn.Value.Ups);
        json.WriteNumber("words", drawn.Value.Words);
        json.WriteNumber("draws", drawn.Made);
        json.WriteNumber("ups", drawn.Ups);
    }
}
