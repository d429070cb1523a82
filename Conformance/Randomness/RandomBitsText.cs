using System.Globalization;

namespace Mxact.Conformance.Randomness;

/// <summary>Counts of draws in words.</summary>
internal static class RandomBitsText
{
    /// <summary>One value: 41080000 = 8.5, half of the gap from 50 to 51.</summary>
    public static string Of(Draws draws, double probability)
    {
        DrawnValue value = draws.Value;
        return $"{value.Input}, {Where(value.Place)} from {value.Below} to {value.Above}: rounded up {Number(draws.Ups)} of "
            + $"{Number(draws.Made)} times, {Expected(draws.Made, probability)} expected";
    }

    /// <summary>All values of one probability.</summary>
    public static string Of(IReadOnlyList<Draws> alike, long made, long ups, double probability)
        => $"{Number(alike.Count)} values, {string.Join(" or ", alike.Select(draws => Where(draws.Value.Place)).Distinct())}: rounded up "
            + $"{Number(ups)} of {Number(made)} times, {Expected(made, probability)} expected";

    /// <summary>The spread of counts.</summary>
    public static string OfSpread(IReadOnlyList<Draws> some, int batches, double sum)
        => string.Create(CultureInfo.InvariantCulture, $"{Which(some)}: the counts of {batches} times {Draws.BatchDraws} draws have the "
            + $"variance {sum / batches:0.00}, {Draws.BatchDraws / 4.0:0.00} expected");

    /// <summary>Pairs of draws at a distance.</summary>
    public static string OfAgreement(IReadOnlyList<Draws> some, int distance, int pairs, int equal)
        => string.Create(CultureInfo.InvariantCulture,
            $"{Which(some)}: {equal} of {pairs} draws are the one {distance} before, {pairs / 2.0:0.0} expected");

    private static string Which(IReadOnlyList<Draws> some)
        => some.Count == 1 ? $"{some[0].Value.Input}, {Where(some[0].Value.Place)}" : $"{Number(some.Count)} values, {Where(Place.Half)}";

    private static string Where(Place place) => place switch
    {
        Place.Beneath => "3/4 of 2^-n of the gap",
        Place.Least => "2^-n of the gap",
        Place.Half => "half of the gap",
        _ => "1 - 2^-n of the gap",
    };

    private static string Expected(long made, double probability)
        => (made * probability).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);
}
