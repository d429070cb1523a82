using System.Globalization;
using System.Numerics;
using System.Text;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Causes;

/// <summary>
/// Explanations that no list has: what is done to an answer (a bit cleared, one code lower), and where (subnormal codes, from 256 on). They
/// are read off the failures, and hold only if no passing answer contradicts them.
/// </summary>
internal static class Patterns
{
    /// <summary>What the cheapest pattern costs: more than anything that has a name.</summary>
    public const int Cost = 40;

    /// <summary>A change may be another cause's in a few places: its region has most of what it explains, not all.</summary>
    private const int Mostly = 60;

    private const int MostChanges = 12;
    private const int MostPairs = 400;

    private sealed record Change(string Words, Func<Item, uint> Apply);

    private sealed record Region(string Words, Func<Item, bool> Holds, int Cost);

    /// <summary>The candidates for what is left.</summary>
    /// <param name="wrong">Questions, operands, the right answers as far as they are known, and what was given in their place.</param>
    /// <param name="ranged">Whether they may hold in a range of inputs: such a range fits almost anything, and is the last resort.</param>
    public static IEnumerable<Fault> Of(IEnumerable<(Question Question, string Operands, string Right, string Given)> wrong, bool ranged)
    {
        List<(Item Item, uint Given)> pairs = Pairs(wrong);
        var changes = pairs.Take(8).SelectMany(pair => Changes(pair.Item, pair.Given)).DistinctBy(c => c.Words)
            .Select(change => (Change: change, Held: pairs.Where(pair => change.Apply(pair.Item) == pair.Given).ToList()))
            .OrderByDescending(c => c.Held.Count).Take(MostChanges);
        foreach ((Change change, List<(Item Item, uint Given)> held) in changes)
        {
            foreach (Region region in Regions([.. held.Select(h => h.Item)], Mostly, ranged))
            {
                yield return new($"{change.Words}{region.Words}", "the right answer, changed; read off the failures",
                    Cost + region.Cost)
                {
                    Answer = (question, operands, answer) => Items(question, operands, answer) is { } items
                        ? Rewritten(items, answer, change, region) : answer,
                    Rewrite = (items, answer) => Rewritten(items, answer, change, region),
                };
            }
        }
    }

    /// <summary>
    /// The flag that all failures have and no passing row has, in words; null where there is none.
    /// </summary>
    public static string? FlagOf(IReadOnlyList<IReadOnlyList<string>> wrong, IEnumerable<IReadOnlyList<string>> passes)
    {
        HashSet<string> right = [.. passes.SelectMany(flags => flags)];
        string? common = wrong.Count == 0 ? null : wrong[0].FirstOrDefault(flag => !right.Contains(flag)
            && wrong.All(flags => flags.Contains(flag)));
        return common is null ? null : $"are rows of the kind {common}";
    }

    /// <summary>The simplest region that holds all failures and no pass, in words; null where there is none.</summary>
    public static string? RegionOf(IEnumerable<(Question Question, string Operands, string Right, string Given)> wrong,
        IEnumerable<(Question Question, string Operands, string Right)> passes)
    {
        List<(Item Item, uint Given)> pairs = Pairs(wrong);
        if (pairs.Count == 0)
        {
            return null;
        }

        Region[] regions = [.. Regions([.. pairs.Select(p => p.Item)], share: 100, ranged: true).Where(r => r.Words.Length > 0)];
        List<Item> right = regions.Length == 0 ? [] : [.. passes.SelectMany(p => Items(p.Question, p.Operands, p.Right) ?? [])];
        return regions.Where(r => !right.Any(r.Holds))
            .OrderBy(r => r.Cost).Select(r => $"lie{r.Words}".Replace("lie of", "are", StringComparison.Ordinal)).FirstOrDefault();
    }

    private static List<(Item Item, uint Given)> Pairs(IEnumerable<(Question Question, string Operands, string Right,
        string Given)> wrong)
    {
        List<(Item, uint)> pairs = [];
        foreach ((Question question, string operands, string right, string given) in wrong)
        {
            if (pairs.Count >= MostPairs)
            {
                break;
            }

            if (right.Length != given.Length || Items(question, operands, right) is not { } items)
            {
                continue;
            }

            foreach (Item item in items)
            {
                if (uint.TryParse(given.AsSpan(item.At, item.Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                    out uint got) && got != item.Code)
                {
                    pairs.Add((item, got));
                }
            }
        }

        return pairs;
    }

    /// <summary>The numbers of an answer; null where it has none that can be told.</summary>
    public static List<Item>? Items(Question question, string operands, string answer)
    {
        try
        {
            return Item.Of(question, operands, answer);
        }
        catch (FormatException)
        {
            return null; // an expectation that is a pattern, not digits
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static string Rewritten(List<Item> items, string answer, Change change, Region region)
    {
        StringBuilder text = new(answer);
        foreach (Item item in items.Where(region.Holds))
        {
            string digits = HexWords.Write(change.Apply(item), item.Digits);
            for (int i = 0; i < digits.Length; i++)
            {
                text[item.At + i] = digits[i];
            }
        }

        return text.ToString();
    }

    /// <summary>Everything that turns the right code into the one given.</summary>
    private static IEnumerable<Change> Changes(Item pair, uint given)
    {
        uint right = pair.Code;
        string what = pair.What;
        uint difference = right ^ given;
        if (BitOperations.IsPow2(difference))
        {
            int bit = BitOperations.Log2(difference);
            string name = pair.Format is { IsSigned: true } f && difference == f.SignMask ? "the sign bit"
                : string.Create(CultureInfo.InvariantCulture, $"bit {bit} of the {what}");
            if ((right & difference) != 0)
            {
                yield return new($"{name} cleared", item => Same(item, pair) ? item.Code & ~difference : item.Code);
            }
            else
            {
                yield return new($"{name} set", item => Same(item, pair) ? item.Code | difference : item.Code);
            }

            yield return new($"{name} flipped", item => Same(item, pair) ? item.Code ^ difference : item.Code);
        }

        foreach (int low in Enumerable.Range(2, pair.Format is { MantissaBits: > 3 } wide ? wide.MantissaBits - 1 : 3))
        {
            uint mask = (1u << low) - 1;
            if ((right & ~mask) == given)
            {
                yield return new($"the {low} lowest bits of the {what} cleared", item => Same(item, pair) ? item.Code & ~mask : item.Code);
            }
        }

        foreach ((int step, string words) in Steps(pair))
        {
            if (Moved(pair, step) == given)
            {
                yield return new(words, item => Same(item, pair) ? Moved(item, step) : item.Code);
            }
        }

        if (given == 0)
        {
            yield return new($"the {what} becomes zero", item => Same(item, pair) ? 0 : item.Code);
        }

        if (pair.Format is { } format)
        {
            if (given == (right & format.SignMask))
            {
                yield return new($"the {what} becomes a zero of its sign", item => Same(item, pair) ? item.Code & format.SignMask
                    : item.Code);
            }

            if ((given & (format.SignMask - 1)) == format.MaxMagnitude && ((given ^ right) & format.SignMask) == 0)
            {
                yield return new($"the {what} becomes max normal", item => Same(item, pair)
                    ? (item.Code & format.SignMask) | format.MaxMagnitude
                    : item.Code);
            }

            if (pair.Format != ElementFormats.Binary32 && format.IsSigned && ((given ^ right) & format.SignMask) == 0)
            {
                uint magnitude = given & (format.SignMask - 1);
                yield return new($"the {what} becomes {HexWords.Write(magnitude, pair.Digits)} with its sign", item => Same(item, pair)
                    ? (item.Code & format.SignMask) | magnitude : item.Code);
            }

            if (ElementCodec.Decode(format, given).IsNaN)
            {
                yield return new($"the {what} becomes NaN", item => Same(item, pair) ? given : item.Code);
            }
        }

        yield return new(string.Create(CultureInfo.InvariantCulture, $"the {what} becomes {HexWords.Write(given, pair.Digits)}"), item
            => Same(item, pair) ? given : item.Code);
    }

    /// <summary>Moves that are no single bit: by a code, by a binade, by the power of two between the two numbers.</summary>
    private static IEnumerable<(int Step, string Words)> Steps(Item pair)
    {
        if (pair.Format == ElementFormats.Binary32)
        {
            foreach (int k in new[] { -24, -16, -8, -6, -4, -3, -2, -1, 1, 2, 3, 4, 6, 8, 16, 24 })
            {
                yield return (k << 23, $"the result times 2^{k}");
            }

            yield break;
        }

        foreach (int k in new[] { 1, 2, 3 })
        {
            string codes = $"{k} code{(k > 1 ? "s" : "")}";
            yield return (k, pair.Format is null ? $"the {pair.What} {codes} higher" : $"the {pair.What} {codes} further from zero");
            yield return (-k, pair.Format is null ? $"the {pair.What} {codes} lower" : $"the {pair.What} {codes} nearer to zero");
        }

        if (pair.Format is { MantissaBits: > 1 } format)
        {
            yield return (1 << format.MantissaBits, "the code a binade higher");
            yield return (-(1 << format.MantissaBits), "the code a binade lower");
        }
    }

    private static uint Moved(Item item, int step)
    {
        if (item.Format == ElementFormats.Binary32)
        {
            Number value = Binary32.Decode(item.Code);
            return value.IsFinite ? Binary32.Encode(value.Finite.Scale(step >> 23)) : item.Code;
        }

        uint mask = item.Format is null ? 0xFF : item.Format.SignMask - 1;
        long magnitude = (long)(item.Code & mask) + step;
        return magnitude < 0 || magnitude > mask ? item.Code : (item.Code & ~mask) | (uint)magnitude;
    }

    private static bool Same(Item a, Item b) => a.Digits == b.Digits && a.What == b.What && a.Format?.SignMask == b.Format?.SignMask
        && a.Format?.MantissaBits == b.Format?.MantissaBits;

    /// <summary>Everywhere first; then every region that has so great a share of the items in it.</summary>
    private static IEnumerable<Region> Regions(IReadOnlyList<Item> items, int share, bool ranged)
    {
        yield return new("", _ => true, 0);
        Region[] atoms = [.. Atoms(items, ranged).Where(atom => 100 * items.Count(atom.Holds) >= share * items.Count)];
        foreach (Region atom in atoms)
        {
            yield return atom;
        }

        for (int i = 0; i < atoms.Length; i++)
        {
            for (int j = i + 1; j < atoms.Length; j++)
            {
                (Region one, Region other) = (atoms[i], atoms[j]);
                yield return new($"{one.Words},{other.Words}", item => one.Holds(item) && other.Holds(item), one.Cost + other.Cost);
            }
        }

        if (atoms.Length > 2)
        {
            Region[] all = [.. atoms.Where(a => !atoms.Any(b => b != a
                && b.Words.Contains(a.Words.Replace(" where", "", StringComparison.Ordinal),
                StringComparison.Ordinal)))];
            yield return new(string.Join(",", all.Select(a => a.Words)), item => all.All(a => a.Holds(item)), all.Sum(a => a.Cost));
        }
    }

    private static IEnumerable<Region> Atoms(IReadOnlyList<Item> items, bool ranged) =>
    [
        new(" of negative numbers", item => IsNegative(item), 10),
        new(" of positive numbers", item => !IsNegative(item), 10),
        new(" where it is a subnormal number", item => item.IsSubnormal, 10),
        new(" where it is a normal number", item => item.Format is not null && item.Magnitude != 0 && !item.IsSubnormal, 10),
        new(" where it is zero", item => item.Magnitude == 0, 10),
        new(" where it is infinite", item => item.Format is { } f && ElementCodec.Decode(f, item.Code).IsInfinity, 10),
        new(" where it is NaN", item => item.Format is { } f && ElementCodec.Decode(f, item.Code).IsNaN, 10),
        new(" where the input is zero", item => item.Source is { IsFinite: true, Finite.IsZero: true }, 10),
        new(" where it is odd", item => (item.Code & 1) != 0, 15),
        new(" where it is even", item => (item.Code & 1) == 0, 15),
        new(" where the input is a power of two", item => item.Source is { IsFinite: true, Finite.Significand.IsPowerOfTwo: true }, 10),
        new(" where the input is NaN", item => item.Source is { IsNaN: true }, 10),
        new(" where the input is infinite", item => item.Source is { IsInfinity: true }, 10),
        new(" under a subnormal scale", item => item.IsUnderSubnormalScale, 10),
        new(" of padding", item => item.IsPadding, 10),
        new(" in the last place", item => item.IsLast, 10),
        new(" in the first place", item => item.At == 0, 10),
        .. items.Count > 0 && items[0].Scale is { } scale
            ? new[] { new Region($" under scale {HexWords.Write(scale, 2)}", item => item.Scale == scale, 10) } : [],
        new(" at max normal", item => item.Format is { } f && item.Magnitude == f.MaxMagnitude, 10),
        .. ranged ? Thresholds(items) : [],
        .. items.Take(1).SelectMany(first => Askings(first.Asked!)),
    ];

    /// <summary>What was asked of the first of the items.</summary>
    private static IEnumerable<Region> Askings(Question asked)
    {
        yield return new($" where overflow={Names.Of(asked.Policy.Overflow)} is asked", item
            => item.Asked!.Policy.Overflow == asked.Policy.Overflow,
            10);
        yield return new($" where rounding={asked.Policy.Rounding} is asked", item => item.Asked!.Policy.Rounding == asked.Policy.Rounding,
            10);
        yield return new($" where {asked.From} is converted", item => item.Asked!.From == asked.From, 10);
    }

    private static IEnumerable<Region> Thresholds(IReadOnlyList<Item> items)
    {
        Dyadic[] magnitudes = [.. items.Where(i => i.Source is { IsFinite: true }).Select(i => i.Source!.Value.Finite.Abs())];
        if (magnitudes.Length < items.Count || magnitudes.Length == 0)
        {
            yield break;
        }

        Dyadic least = magnitudes.Aggregate((a, b) => Dyadic.CompareMagnitude(a, b) <= 0 ? a : b);
        Dyadic most = magnitudes.Aggregate((a, b) => Dyadic.CompareMagnitude(a, b) >= 0 ? a : b);
        yield return new($" where |x| >= {least}", item => item.Source is { IsFinite: true } x
            && Dyadic.CompareMagnitude(x.Finite, least) >= 0, 12);
        yield return new($" where |x| <= {most}", item => item.Source is { IsFinite: true } x
            && Dyadic.CompareMagnitude(x.Finite, most) <= 0, 12);
        yield return new($" where {least} <= |x| <= {most}", item => item.Source is { IsFinite: true } x
            && Dyadic.CompareMagnitude(x.Finite, least) >= 0 && Dyadic.CompareMagnitude(x.Finite, most) <= 0, 18);
    }

    private static bool IsNegative(Item item) => item.Source?.Negative ?? (item.Format is { IsSigned: true } f
        && (item.Code & f.SignMask) != 0);
}
