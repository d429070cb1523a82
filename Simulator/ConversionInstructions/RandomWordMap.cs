using System.Globalization;

namespace Mxact;

/// <summary>
/// How an instruction spreads one 32-bit random word over the elements of a vector. It is a source of bits and no rounding mode: what
/// <see cref="Spread"/> gives is what <see cref="RandomBits.Supplied"/> takes, so that any conversion can draw as an instruction does.
/// </summary>
public sealed class RandomWordMap
{
    private readonly Func<uint, int, uint> take;

    private RandomWordMap(string name, int elements, int bits, string says, Func<uint, int, uint> take)
    {
        Name = name;
        Elements = elements;
        Bits = bits;
        Says = says;
        this.take = take;
    }

    /// <summary>The name a user types, such as <c>reversed-halves</c> or <c>top:20</c>.</summary>
    public string Name { get; }

    /// <summary>How many elements share one word, 1 to 4.</summary>
    public int Elements { get; }

    /// <summary>How many random bits each of them gets, 1 to 32.</summary>
    public int Bits { get; }

    /// <summary>The map in words; the elements are a, b, e, f as PTX calls them, a uppermost.</summary>
    public string Says { get; }

    /// <summary>
    /// Four elements and 16 bits each: the pairs a, b and e, f have one half of the word each; the second of a pair reads it as it is,
    /// the first from the other end.
    /// </summary>
    public static RandomWordMap ReversedHalves { get; } = new("reversed-halves", 4, 16,
        "b reads bits 31:16, a the same reversed, f bits 15:0, e the same reversed",
        (word, element) => Paired(word >> 16, word & 0xFFFF, element));

    /// <summary>
    /// Four elements and at most 16 bits each: a, b share the high bytes of both halves and e, f the low ones; of the 16 bits that makes
    /// the second of a pair reads the upper ones, the first those from the other end.
    /// </summary>
    /// <param name="bits">How many, 1 to 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public static RandomWordMap ReversedBytes(int bits)
        => new($"reversed-bytes:{Number(Arguments.Within(bits, 1, 16))}", 4, bits,
            "b reads the top of bits 31:24, 15:8, a the same 16 reversed, f the top of bits 23:16, 7:0, e the same reversed",
            (word, element) => Paired(((word >> 16) & 0xFF00) | ((word >> 8) & 0xFF), ((word >> 8) & 0xFF00) | (word & 0xFF), element)
                >> (16 - bits));

    /// <summary>Two elements: the low bits of the upper half of the word, and of the lower.</summary>
    /// <param name="bits">How many, 1 to 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public static RandomWordMap Halves(int bits)
        => new($"halves:{Number(Arguments.Within(bits, 1, 16))}", 2, bits, "a reads the low bits of bits 31:16, b those of bits 15:0",
            (word, element) => (element == 0 ? word >> 16 : word) & Mask(bits));

    /// <summary>One element, or every element alike: the top bits of the word.</summary>
    /// <param name="bits">How many, 1 to 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public static RandomWordMap Top(int bits)
        => new($"top:{Number(Arguments.Within(bits, 1, 32))}", 1, bits, "the top bits of the word, the same for every element of a vector",
            (word, _) => word >> (32 - bits));

    /// <summary>The map of that name.</summary>
    /// <param name="name">Such as <c>reversed-halves</c>, <c>reversed-bytes:8</c>, <c>halves:13</c>, <c>top:20</c>.</param>
    /// <exception cref="ArgumentException">There is none; the line says what there is.</exception>
    public static RandomWordMap Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(':', 2);
        int bits = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0;
        return (parts[0], parts.Length) switch
        {
            ("reversed-halves", 1) => ReversedHalves,
            ("reversed-bytes", 2) when bits is >= 1 and <= 16 => ReversedBytes(bits),
            ("halves", 2) when bits is >= 1 and <= 16 => Halves(bits),
            ("top", 2) when bits is >= 1 and <= 32 => Top(bits),
            _ => throw new ArgumentException($"no map of a random word is called '{name}'; there are reversed-halves, reversed-bytes:N "
                + "and halves:N (N 1 to 16) and top:N (1 to 32)", nameof(name)),
        };
    }

    /// <summary>The random bits of one element.</summary>
    /// <param name="word">The random word.</param>
    /// <param name="element">Which, 0 the uppermost, below <see cref="Elements"/>.</param>
    /// <returns><see cref="Bits"/> bits at the bottom of a word.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public uint Take(uint word, int element)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(element);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(element, Elements);
        return take(word, element);
    }

    /// <summary>The bits of every element of many words, those of the first word first: one word an element.</summary>
    /// <param name="words">One random word for every <see cref="Elements"/> elements.</param>
    public uint[] Spread(ReadOnlySpan<uint> words)
    {
        uint[] bits = new uint[checked(words.Length * Elements)];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = take(words[i / Elements], i % Elements);
        }

        return bits;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static uint Paired(uint upper, uint lower, int element)
    {
        uint field = element < 2 ? upper : lower;
        return element % 2 == 0 ? Reversed(field) : field;
    }

    private static uint Reversed(uint half)
    {
        uint reversed = 0;
        for (int i = 0; i < 16; i++)
        {
            reversed |= ((half >> i) & 1) << (15 - i);
        }

        return reversed;
    }

    private static uint Mask(int bits) => uint.MaxValue >> (32 - bits);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
