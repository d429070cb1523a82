using System.Globalization;

namespace Mxact.Vectors.Answers;

/// <summary>
/// <c>p3109 OPERATION</c>: the operands' codes in order, a block's elements in one word, then for each result that a stochastic mode
/// projects a word with its R -> the results' codes.
/// </summary>
internal sealed class P3109Answerer : Answerer
{
    private readonly P3109Operation operation;

    public P3109Answerer(Question question) => operation = Named(question, P3109Operation.Named, "p3109");

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        uint[] codes = Read(ref words, operation.Operands);
        List<uint> random = [];
        foreach (P3109Slot slot in operation.Results.Where(slot => slot.RandomBits > 0))
        {
            random.AddRange(words.Many("R", (slot.RandomBits + 3) / 4, slot.Count));
        }

        words.End();
        uint[] r = [.. random];
        return (operation.OperandRefusal(codes) ?? operation.RandomRefusal(r)) is { } refusal ? throw new RequestException(refusal)
            : Written(operation.Results, operation.Compute(codes, r));
    }

    /// <summary>The codes of operands or of an answer, a word each.</summary>
    /// <exception cref="RequestException">A word is missing, of another length, or not hexadecimal.</exception>
    public static uint[] Read(ref HexWords words, IEnumerable<P3109Slot> slots)
    {
        List<uint> codes = [];
        foreach (P3109Slot slot in slots)
        {
            codes.AddRange(slot.Count == 1 ? [words.One(slot.Name, slot.Digits)] : words.Many(slot.Name, slot.Digits, slot.Count));
        }

        return [.. codes];
    }

    /// <summary>Codes in words, as operands and answers have them.</summary>
    public static string Written(IEnumerable<P3109Slot> slots, ReadOnlySpan<uint> codes)
    {
        List<string> words = [];
        int at = 0;
        foreach (P3109Slot slot in slots)
        {
            string word = "";
            for (int i = 0; i < slot.Count; i++)
            {
                word += codes[at++].ToString($"x{slot.Digits}", CultureInfo.InvariantCulture);
            }

            words.Add(word);
        }

        return string.Join(' ', words);
    }
}
