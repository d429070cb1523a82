using System.Globalization;

namespace Mxact.Vectors;

/// <summary>Reads and writes the hexadecimal words of requests and answers: lower case, fixed width, element 0 first.</summary>
internal ref struct HexWords
{
    private ReadOnlySpan<char> rest;
    private int read;

    /// <summary>The operands of a request.</summary>
    public HexWords(ReadOnlySpan<char> operands) => rest = operands.Trim(' ');

    /// <summary>True when no word is left.</summary>
    public readonly bool IsEmpty => rest.IsEmpty;

    /// <summary>Words left, counted by blanks.</summary>
    public readonly int Left => rest.IsEmpty ? 0 : rest.Count(' ') + 1;

    /// <summary>The next word.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public ReadOnlySpan<char> Next(string what)
    {
        if (rest.IsEmpty)
        {
            throw new RequestException($"{what} is missing");
        }

        int blank = rest.IndexOf(' ');
        ReadOnlySpan<char> word = blank < 0 ? rest : rest[..blank];
        rest = blank < 0 ? default : rest[(blank + 1)..].TrimStart(' ');
        read++;
        return word;
    }

    /// <summary>The next word as one number of exactly <paramref name="digits"/> digits.</summary>
    /// <exception cref="RequestException">It is missing, of another length, or not hexadecimal.</exception>
    public uint One(string what, int digits)
    {
        ReadOnlySpan<char> word = Next(what);
        if (word.Length != digits)
        {
            throw new RequestException($"{what} has {word.Length} digits, not {digits}");
        }

        return Parse(word, what);
    }

    /// <summary>The next word as <paramref name="count"/> numbers of <paramref name="digits"/> digits each.</summary>
    /// <exception cref="RequestException">It is missing, of another length, or not hexadecimal.</exception>
    public uint[] Many(string what, int digits, int count)
    {
        ReadOnlySpan<char> word = Next(what);
        if (word.Length != count * digits)
        {
            throw new RequestException($"{what} has {word.Length} digits, not {count} x {digits} = {count * digits}");
        }

        uint[] numbers = new uint[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = Parse(word.Slice(i * digits, digits), what);
        }

        return numbers;
    }

    /// <summary>The next word as one or more numbers of <paramref name="digits"/> digits, at most <paramref name="most"/>.</summary>
    /// <exception cref="RequestException">It is missing, no multiple of the width, too long, or not hexadecimal.</exception>
    public uint[] Any(string what, int digits, int most = int.MaxValue)
    {
        ReadOnlySpan<char> word = rest.IsEmpty ? default : rest[..(rest.IndexOf(' ') is int blank && blank >= 0 ? blank : rest.Length)];
        if (word.Length % digits != 0 || word.Length / digits > most)
        {
            throw new RequestException(most == int.MaxValue
                ? $"{what} has {word.Length} digits, not a multiple of {digits}"
                : $"{what} has {word.Length} digits, not 1 to {most} x {digits}");
        }

        return Many(what, digits, word.Length / digits);
    }

    /// <summary>Refuses what is left over.</summary>
    /// <exception cref="RequestException">A word is left.</exception>
    public readonly void End()
    {
        if (!rest.IsEmpty)
        {
            throw new RequestException($"{Left} more word{(Left > 1 ? "s" : "")} than the operation takes, after {read}");
        }
    }

    /// <summary>Writes numbers of <paramref name="digits"/> digits.</summary>
    public static string Write(ReadOnlySpan<uint> numbers, int digits)
    {
        Span<char> text = numbers.Length * digits <= 1024 ? stackalloc char[numbers.Length * digits] : new char[numbers.Length * digits];
        for (int i = 0; i < numbers.Length; i++)
        {
            Write(numbers[i], text.Slice(i * digits, digits));
        }

        return new string(text);
    }

    /// <summary>Writes one number.</summary>
    public static string Write(uint number, int digits) => Write([number], digits);

    private static void Write(uint number, Span<char> text)
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            text[i] = "0123456789abcdef"[(int)(number & 0xF)];
            number >>= 4;
        }
    }

    private static uint Parse(ReadOnlySpan<char> word, string what)
        => uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw new RequestException($"{what} '{Question.Shown(word.ToString())}' is not hexadecimal");
}
