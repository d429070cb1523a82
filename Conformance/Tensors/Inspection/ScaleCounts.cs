using System.Collections.Immutable;

namespace Mxact.Tensors.Inspection;

/// <summary>The scales of a tensor.</summary>
internal sealed record ScaleCounts
{
    /// <summary>How many there are: blocks.</summary>
    public long Count { get; private init; }

    /// <summary>The least that is a number, or NaN where none is.</summary>
    public double Least { get; private init; } = double.NaN;

    /// <summary>Half of the numbers are not above it, and it is one of them.</summary>
    public double Median { get; private init; } = double.NaN;

    /// <summary>The greatest.</summary>
    public double Greatest { get; private init; } = double.NaN;

    /// <summary>Those of code 00: under E8M0 2^-127, under UE4M3 and binary32 zero.</summary>
    public long Zeros { get; private init; }

    /// <summary>Those that are NaN; of binary32 scales also infinities.</summary>
    public long NaN { get; private init; }

    /// <summary>Those with a sign, which a scale has not.</summary>
    public long Signed { get; private init; }

    /// <summary>How many different ones there are, NaN one of them; -1 where that is not known.</summary>
    public int Distinct { get; private init; }

    /// <summary>How many there are of each code, those of none left out; none where scales are binary32 numbers.</summary>
    public ImmutableArray<(byte Code, long Count)> Codes { get; private init; } = [];

    /// <summary>Of scales that are codes.</summary>
    public static ScaleCounts Of(ReadOnlySpan<long> counts, ScaleClasses classes)
    {
        ImmutableArray<(byte, long)>.Builder codes = ImmutableArray.CreateBuilder<(byte, long)>();
        long all = 0, nan = 0, signed = 0;
        for (int code = 0; code < counts.Length; code++)
        {
            all += counts[code];
            nan += classes.IsNaN(code) ? counts[code] : 0;
            signed += classes.IsSigned(code) ? counts[code] : 0;
            if (counts[code] > 0)
            {
                codes.Add(((byte)code, counts[code]));
            }
        }

        (double Value, long Count)[] numbers = [.. codes.Where(c => !classes.IsNaN(c.Item1))
            .Select(c => (classes.ValueOf(c.Item1), c.Item2)).OrderBy(c => c.Item1)];
        return new()
        {
            Count = all,
            Least = numbers.Length == 0 ? double.NaN : numbers[0].Value,
            Median = MedianOf(numbers, all - nan),
            Greatest = numbers.Length == 0 ? double.NaN : numbers[^1].Value,
            Zeros = counts[0],
            NaN = nan,
            Signed = signed,
            Distinct = numbers.Length + (nan > 0 ? 1 : 0),
            Codes = codes.ToImmutable(),
        };
    }

    /// <summary>Of scales that are binary32 numbers.</summary>
    public static ScaleCounts Of(ReadOnlySpan<float> scales)
    {
        float[] numbers = [.. scales.ToArray().Where(float.IsFinite).Order()];
        return new()
        {
            Count = scales.Length,
            Least = numbers.Length == 0 ? double.NaN : numbers[0],
            Median = numbers.Length == 0 ? double.NaN : numbers[(numbers.Length - 1) / 2],
            Greatest = numbers.Length == 0 ? double.NaN : numbers[^1],
            Zeros = numbers.Count(scale => scale == 0),
            NaN = scales.Length - numbers.Length,
            Signed = numbers.Count(scale => scale < 0),
            Distinct = numbers.Distinct().Count() + (numbers.Length < scales.Length ? 1 : 0),
        };
    }

    /// <summary>
    /// Of the scales of several tensors that are binary32 numbers, of which only ends and counts are kept: the median and how many are
    /// distinct are not known.
    /// </summary>
    public static ScaleCounts Together(IEnumerable<ScaleCounts> several)
    {
        ScaleCounts[] all = [.. several];
        return new()
        {
            Count = all.Sum(scales => scales.Count),
            Least = all.Select(scales => scales.Least).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min(),
            Greatest = all.Select(scales => scales.Greatest).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max(),
            Zeros = all.Sum(scales => scales.Zeros),
            NaN = all.Sum(scales => scales.NaN),
            Signed = all.Sum(scales => scales.Signed),
            Distinct = -1,
        };
    }

    private static double MedianOf((double Value, long Count)[] numbers, long all)
    {
        long before = 0;
        foreach ((double value, long count) in numbers)
        {
            before += count;
            if (2 * before >= all)
            {
                return value;
            }
        }

        return double.NaN;
    }
}
