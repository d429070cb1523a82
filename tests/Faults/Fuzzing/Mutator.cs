using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Mxact.Vectors.Generators;

namespace Mxact.Faults.Fuzzing;

/// <summary>
/// Inputs that are nearly right: a seed of the reader under one to four changes. Which, follows from the run's seed, the reader's name and
/// the input's number alone, so that any input can be made again without the ones before it.
/// </summary>
internal static class Mutator
{
    /// <summary>Inputs grow no longer than this.</summary>
    private const int MostBytes = 1 << 20;

    private const int MostChanges = 4, LongBytes = 1 << 18, MostNesting = 20_000;

    private static readonly byte[][] Numbers = [.. new[]
    {
        "0", "-0", "-1", "1", "2", "255", "256", "65535", "65536", "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e999", "-1e999", "1e-999", "NaN",
        "Infinity", "0x10", "00", "1.5", "1e3", "+1", " 1", "1_000", "99999999999999999999999999999999999999",
    }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] Texts =
    [
        [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xc0, 0x80], [0xe2, 0x82], [0xef, 0xbb, 0xbf], [0],
            [0x1b, (byte)'[', (byte)'3', (byte)'1', (byte)'m'],
        .. new[]
        {
            "\\ud800", "\\u0000", "\u2028", "\u202e", "\"", "\"\"", "'", ",", ":", "=", "{", "}", "[", "]", "(", ")", "\r\n", "\n", "\r",
                " ", "\t", "..", "/../",
            "null", "true", "{}", "[]", "%n", "*", "|", "nan:", "n", "#", "//", "=cmd", "-",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Openings = [.. new[] { "[", "{\"a\":", "(", "\"", "promote:1:",
        "[{\"x\":" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly ImmutableArray<Func<List<byte>, Reader, SplitMix, bool>> Changes =
    [
        ChangeLetter, ChangeLetter, ChangeLetter, FlipBits, SetByte, InsertBytes, Delete, Duplicate, Splice, Truncate, ReplaceNumber,
            ReplaceNumber, MoveToken, MoveToken, InsertText,
        InsertText, Nest, Lengthen, ChangeLines,
    ];

    /// <summary>An input.</summary>
    /// <param name="reader">Whose seeds it comes from.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="number">Which of its inputs.</param>
    public static byte[] Make(Reader reader, ulong seed, long number)
    {
        SplitMix dice = SplitMix.For(string.Create(CultureInfo.InvariantCulture, $"{reader.Name} {number}"), seed);
        List<byte> bytes = [.. Any(reader.Seeds, dice)];
        for (int left = dice.Below(2) == 0 ? 1 : 1 + dice.Below(MostChanges); left > 0;)
        {
            left -= Any(Changes, dice)(bytes, reader, dice) ? 1 : 0;
            if (bytes.Count == 0)
            {
                break;
            }
        }

        byte[] made = [.. bytes.Take(MostBytes)];
        return reader.Repair is { } repair && dice.Below(2) == 0 ? repair(made) : made;
    }

    /// <summary>A digit or a letter becomes another one: most of what is read stays what it was.</summary>
    private static bool ChangeLetter(List<byte> bytes, Reader reader, SplitMix dice)
    {
        if (Find(bytes, dice, b => char.IsAsciiHexDigitLower((char)b)) is not { } found)
        {
            return false;
        }

        bytes[found.At + dice.Below(found.Count)] = (byte)"0123456789abcdef"[dice.Below(dice.Below(2) == 0 ? 10 : 16)];
        return true;
    }

    private static bool FlipBits(List<byte> bytes, Reader reader, SplitMix dice)
    {
        for (int i = dice.Below(4); i >= 0; i--)
        {
            bytes[dice.Below(bytes.Count)] ^= (byte)(1 << dice.Below(8));
        }

        return true;
    }

    private static bool SetByte(List<byte> bytes, Reader reader, SplitMix dice)
    {
        bytes[dice.Below(bytes.Count)] = (byte)dice.Below(256);
        return true;
    }

    private static bool InsertBytes(List<byte> bytes, Reader reader, SplitMix dice)
    {
        int at = dice.Below(bytes.Count + 1);
        bytes.InsertRange(at, Enumerable.Range(0, 1 + dice.Below(8)).Select(_ => (byte)dice.Below(256)));
        return true;
    }

    private static bool Delete(List<byte> bytes, Reader reader, SplitMix dice)
    {
        (int at, int count) = Slice(bytes, dice);
        bytes.RemoveRange(at, count);
        return true;
    }

    private static bool Duplicate(List<byte> bytes, Reader reader, SplitMix dice)
    {
        (int at, int count) = Slice(bytes, dice);
        bytes.InsertRange(dice.Below(bytes.Count + 1), bytes.GetRange(at, count));
        return true;
    }

    private static bool Splice(List<byte> bytes, Reader reader, SplitMix dice)
    {
        byte[] other = Any(reader.Seeds, dice);
        int cut = dice.Below(bytes.Count + 1);
        bytes.RemoveRange(cut, bytes.Count - cut);
        bytes.AddRange(other.AsSpan(dice.Below(other.Length + 1)));
        return true;
    }

    private static bool Truncate(List<byte> bytes, Reader reader, SplitMix dice)
    {
        int cut = dice.Below(bytes.Count);
        bytes.RemoveRange(cut, bytes.Count - cut);
        return true;
    }

    /// <summary>A run of digits becomes a number at the edge of something.</summary>
    private static bool ReplaceNumber(List<byte> bytes, Reader reader, SplitMix dice)
        => Find(bytes, dice, b => char.IsAsciiDigit((char)b)) is { } found && Replace(bytes, found, Any(Numbers, dice));

    /// <summary>A word takes the place of another one, or stands twice.</summary>
    private static bool MoveToken(List<byte> bytes, Reader reader, SplitMix dice)
    {
        static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'/';
        List<byte> other = dice.Below(2) == 0 ? bytes : [.. Any(reader.Seeds, dice)];
        if (Find(bytes, dice, IsWord) is not { } to || Find(other, dice, IsWord) is not { } from)
        {
            return false;
        }

        byte[] word = [.. other.GetRange(from.At, from.Count)];
        byte[] between = Any((byte[][])[[], [(byte)' '], [(byte)','], [(byte)'=']], dice);
        return dice.Below(2) == 0 ? Replace(bytes, to, word) : Replace(bytes, (to.At, 0), [.. word, .. between]);
    }

    private static bool InsertText(List<byte> bytes, Reader reader, SplitMix dice)
        => Replace(bytes, (dice.Below(bytes.Count + 1), dice.Below(2)), Any(Texts, dice));

    private static bool Nest(List<byte> bytes, Reader reader, SplitMix dice)
    {
        byte[] opening = Any(Openings, dice);
        int times = 1 + dice.Below(1 << (1 + dice.Below(15)));
        return Replace(bytes, (dice.Below(bytes.Count + 1), 0),
            [.. Enumerable.Repeat(opening, Math.Min(times, MostNesting)).SelectMany(o => o)]);
    }

    /// <summary>A slice again and again: mostly some hundred bytes, seldom a quarter of a megabyte.</summary>
    private static bool Lengthen(List<byte> bytes, Reader reader, SplitMix dice)
    {
        (int at, int count) = Slice(bytes, dice);
        int length = dice.Below(64) == 0 ? LongBytes : 1 + dice.Below(1 << (1 + dice.Below(11)));
        byte[] slice = [.. bytes.GetRange(at, count)];
        return Replace(bytes, (at, 0), [.. Enumerable.Range(0, length).Select(i => slice[i % slice.Length])]);
    }

    private static bool ChangeLines(List<byte> bytes, Reader reader, SplitMix dice)
    {
        List<byte[]> lines = [.. Encoding.Latin1.GetString([.. bytes]).Split('\n').Select(Encoding.Latin1.GetBytes)];
        if (lines.Count < 2)
        {
            return false;
        }

        int one = dice.Below(lines.Count), other = dice.Below(lines.Count);
        switch (dice.Below(4))
        {
            case 0:
                lines.RemoveAt(one);
                break;
            case 1:
                lines.Insert(other, lines[one]);
                break;
            case 2:
                (lines[one], lines[other]) = (lines[other], lines[one]);
                break;
            default:
                lines[one] = [.. lines[one], (byte)'\r'];
                break;
        }

        bytes.Clear();
        for (int i = 0; i < lines.Count; i++)
        {
            bytes.AddRange(i == 0 ? lines[i] : [(byte)'\n', .. lines[i]]);
        }

        return true;
    }

    private static T Any<T>(IReadOnlyList<T> all, SplitMix dice) => all[dice.Below(all.Count)];

    /// <summary>A slice of at least one byte; short ones are likelier.</summary>
    private static (int At, int Count) Slice(List<byte> bytes, SplitMix dice)
    {
        int at = dice.Below(bytes.Count);
        return (at, 1 + dice.Below(Math.Min(bytes.Count - at, 1 << (1 + dice.Below(8)))));
    }

    /// <summary>The first run of such bytes after a random place.</summary>
    private static (int At, int Count)? Find(List<byte> bytes, SplitMix dice, Predicate<byte> isPart)
    {
        int at = bytes.FindIndex(dice.Below(bytes.Count), isPart);
        if (at < 0)
        {
            return null;
        }

        int end = bytes.FindIndex(at, b => !isPart(b));
        return (at, (end < 0 ? bytes.Count : end) - at);
    }

    private static bool Replace(List<byte> bytes, (int At, int Count) what, byte[] with)
    {
        bytes.RemoveRange(what.At, Math.Min(what.Count, bytes.Count - what.At));
        bytes.InsertRange(what.At, with);
        return true;
    }
}
