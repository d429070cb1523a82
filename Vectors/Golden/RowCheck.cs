using System.Buffers;
using System.Globalization;

namespace Mxact.Vectors;

/// <summary>
/// Whether a row that was read can be asked, answered and explained: a question there is, operands of its widths, and an expectation in the
/// words that expectations are written in. Whether the answer is right is another matter.
/// </summary>
internal sealed class RowCheck
{
    private const string Digits = "0123456789abcdef";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create(Digits);
    private static readonly SearchValues<char> DigitsOrAnyNaN = SearchValues.Create(Digits + "n");
    private static readonly SearchValues<char> OfIds
        = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._");

    private readonly Dictionary<(Operation Operation, string Formats, string Choices), Question> questions = [];

    /// <summary>What is wrong with a row, or null.</summary>
    public string? Fault(TestVector row)
    {
        if (row.Id.Length == 0 || row.Id.AsSpan().ContainsAnyExcept(OfIds))
        {
            return "the id is not one of letters, digits, '-', '.' and '_'";
        }

        int formats = row.Formats.Split(' ').Count(format => format.Length > 0);
        if (formats != Question.FormatCount(row.Operation) || row.Formats.Count(c => c == ' ') != formats - 1)
        {
            return $"{Names.Of(row.Operation)} names {Question.FormatCount(row.Operation)} formats";
        }

        string[] operands = row.Operands.Split(' ');
        if (!operands.All(IsHex))
        {
            return "the operands are not words of lower-case hexadecimal digits with one blank between them";
        }

        if (!row.Expected.Split(' ').All(word => word.Split('|').All(IsExpectation)))
        {
            return "the expected words are neither hexadecimal digits nor *N or nan:...";
        }

        try
        {
            return Widths(row, QuestionOf(row), operands);
        }
        catch (RequestException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>What a failure's explanation takes apart must have its widths.</summary>
    private static string? Widths(TestVector row, Question question, string[] operands)
    {
        int digits = question.From.HexDigits;
        switch (row.Operation)
        {
            case Operation.Encode or Operation.Scale when operands[0].Length != digits || operands.Length > 2:
                return string.Create(CultureInfo.InvariantCulture, $"the input has {operands[0].Length} digits, not {digits}");
            case Operation.Quantize when MxFormats.Find(row.Formats) is { } block:
                int count = operands[0].Length / digits;
                if (operands[0].Length % digits != 0 || count > block.BlockSize || operands.Length > 2)
                {
                    return string.Create(CultureInfo.InvariantCulture,
                        $"the block is not 1 to {block.BlockSize} inputs of {digits} digits");
                }

                string[] expected = row.Expected.Split(' ');
                return expected.Length == 2 && expected[0].Length == 2 && IsHex(expected[0])
                    && (expected[1].StartsWith(Expectation.Anything, StringComparison.Ordinal)
                        || expected[1].Length == count * block.Element.HexDigits)
                    ? null : "the expected words are not a scale code and a code for every input";
            default:
                return null;
        }
    }

    private static bool IsHex(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(HexDigits);

    /// <summary>Digits, 'n' for each digit of any NaN among them; or one of the patterns.</summary>
    private static bool IsExpectation(string word)
        => word.Length > 0 && (!word.AsSpan().ContainsAnyExcept(DigitsOrAnyNaN)
            || (word.StartsWith(Expectation.Anything, StringComparison.Ordinal)
                && word.AsSpan(1).ContainsAnyExceptInRange('0', '9') is false)
            || (word.StartsWith("nan:", StringComparison.Ordinal) && word.AsSpan(4).ToString() is { Length: > 0 } rest
                && rest.All(c => char.IsAsciiLetterOrDigit(c) || c == '*')));

    private Question QuestionOf(TestVector row)
    {
        (Operation, string, string) key = (row.Operation, row.Formats, row.Choices);
        if (!questions.TryGetValue(key, out Question? question))
        {
            question = row.Question;
            questions.Add(key, question);
        }

        return question;
    }
}
