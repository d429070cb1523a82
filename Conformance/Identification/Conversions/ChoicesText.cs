using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>What was found out of a kernel's choices, for a person to read.</summary>
internal static class ChoicesText
{
    private const int MostWords = 44;

    /// <summary>Codes of up to eight bits have two digits, and blocks hold no wider ones.</summary>
    private const int CodeDigits = 2;

    private const int MostProfiles = 3;
    private const int MostDepartures = 5;
    private const int MostLatitudes = 4;

    /// <summary>The findings, the general first.</summary>
    public static IEnumerable<string> Lines(string kernel, ChoicesFound found)
    {
        yield return Text($"kernel       {kernel}: {found.Conversions.Length} conversions, {found.Probes} probes in {found.Rounds} rounds")
            + (found.Unanswered > 0 ? Text($", {found.Unanswered} not answered") : "");
        foreach (string line in Repertoire(found).Concat(Latitudes(found)).Concat(Stochastic(found)).Concat(Verdict(found)))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Repertoire(ChoicesFound found)
        => found.Conversions.GroupBy(one => one.Evidence.Conversion.Operation).Select(group
            => $"{Names.Of(group.Key),-12} {string.Join(", ", group.Select(one => Named(one.Evidence)))}");

    /// <summary>A conversion's format, with the words it needs where they are not the usual ones.</summary>
    private static string Named(ConversionEvidence evidence)
    {
        string format = $"{evidence.Conversion.Format}{(evidence.Conversion.IsNarrow ? $" from {evidence.Conversion.From}" : "")}";
        string usual = evidence.Conversion.Ask(ConversionPolicy.Ocp).ToString();
        IEnumerable<string> words = evidence.Header.Split(' ').Except(usual.Split(' '));
        return evidence.IsUsual ? format : $"{format} (only under {string.Join(' ', words)})";
    }

    private static IEnumerable<string> Latitudes(ChoicesFound found)
    {
        HashSet<Latitude> exercised = [];
        foreach (Latitude latitude in Latitude.All)
        {
            (ConversionFound One, LatitudeFound Of)[] where = [.. found.Conversions.SelectMany(one
                => one.Latitudes.Where(l => l.Latitude == latitude).Select(l => (one, l)))];
            foreach (IGrouping<string, (ConversionFound One, LatitudeFound Of)> choice in where.GroupBy(w => w.Of.Choice))
            {
                exercised.Add(latitude);
                string scope = choice.Count() == where.Length ? ""
                    : $" in {string.Join(", ", choice.Select(w => w.One.Evidence.Conversion))}";
                yield return $"{latitude.Id} = {choice.Key}{scope}{Words(choice.Select(w => w.Of.Word))}";
                (ConversionFound one, LatitudeFound of) = choice.MaxBy(w => w.Of.Not.Length);
                yield return $"  not {string.Join(", ", of.Not.Select(n => n.Choice))}"
                    + (of.NotTold.IsEmpty ? "" : $"; the same here: {string.Join(", ", of.NotTold)}");
                RuledOut telling = of.Not.FirstOrDefault(n => n.Choice == latitude.Default) ?? of.Not[0];
                (string got, string other) = Difference(telling.Answer, telling.Other);
                yield return $"  {one.Evidence.Conversion} {Short(telling.Operand)} -> {got}, {telling.Choice}: {other}";
            }
        }

        string[] open = [.. Latitude.All.Where(latitude => !exercised.Contains(latitude)).Select(latitude => latitude.Id)];
        if (open.Length > 0)
        {
            yield return $"not exercised: {string.Join(", ", open)}";
        }
    }

    /// <summary>The stochastic modes: those done as asked together, every other one by itself.</summary>
    private static IEnumerable<string> Stochastic(ChoicesFound found)
    {
        foreach (IGrouping<string, StochasticFound> right in found.Stochastic.Where(one => one.IsAsAsked).GroupBy(one
            => Text($"{Bare(one.Asked)} of {Counts(one.Taken)} bits")))
        {
            string[] where = [.. right.Select(one => one.Conversion.ToString()).Distinct()];
            string[] same = [.. right.SelectMany(one => one.NotTold.Select(reading => $"{reading} for {one.Asked}")).Distinct()];
            yield return $"stochastic   {right.Key} as asked in {string.Join(", ", where.Take(MostLatitudes))}"
                + (where.Length > MostLatitudes ? Text($" and {where.Length - MostLatitudes} more") : "");
            if (same.Length > 0)
            {
                yield return $"  the same on every probe: {string.Join(", ", same.Take(MostLatitudes))}"
                    + (same.Length > MostLatitudes ? Text($" and {same.Length - MostLatitudes} more") : "");
            }
        }

        foreach (StochasticFound other in found.Stochastic.Where(one => !one.IsAsAsked))
        {
            yield return other.DoneAs is { } reading ? $"stochastic   {other.Conversion} rounding={other.Asked} is done as {reading}"
                : $"unexplained  rounding={other.Asked}, {Line(other.First!)}";
        }
    }

    private static string Bare(RoundingMode mode) => mode.ToString().Split(':')[0];

    private static string Counts(ImmutableArray<int> taken) => taken.Length == 1 ? Text($"{taken[0]}")
        : taken[^1] - taken[0] == taken.Length - 1 ? Text($"{taken[0]} to {taken[^1]}") : string.Join(", ", taken);

    private static string Words(IEnumerable<WordEffect> effects)
    {
        WordEffect[] tried = [.. effects.Where(e => e != WordEffect.Untried).Distinct()];
        return tried is not [WordEffect one] ? tried.Length > 1 ? " (other words: differently by conversion)" : ""
            : one switch
            {
                WordEffect.Followed => " (and any other that is asked for)",
                WordEffect.Ignored => " (whatever is asked for: other words should be answered with unsupported)",
                WordEffect.Refused => " (others are unsupported)",
                _ => " (other words have answers of their own)",
            };
    }

    private static IEnumerable<string> Verdict(ChoicesFound found)
    {
        if (found.Conversions.IsEmpty)
        {
            yield return found.IsNothing ? "nothing to identify: it answered no encode, scale or quantize"
                : "no profile: it answered under stochastic rounding alone";
            yield break;
        }

        ProfileMisses[] equal = [.. found.Nearest.Where(one => one.Misses == 0)];
        if (equal.Length > 0)
        {
            yield return $"profile      {string.Join(", ", equal.Select(one => one.Profile))}"
                + (equal.Length > 1 ? ": no probe of these conversions tells them apart" : "");
        }

        foreach (ProfileMisses near in found.Nearest.Where(one => one.Misses > 0).Take(MostProfiles))
        {
            string[] where = [.. found.DifferencesFrom(near.Profile).Select(difference => difference.Latitude.Id).Distinct()];
            string by = where.Length == 0 ? "" : $", by {string.Join(", ", where.Take(MostLatitudes))}"
                + (where.Length > MostLatitudes ? Text($" and {where.Length - MostLatitudes} more") : "");
            yield return Text($"nearest      {near.Profile} misses {near.Misses} of {found.Probes}{by}: ") + Line(near.First!);
        }

        if (equal.Length == 0)
        {
            string[] differences = [.. Latitude.All.Where(l => l.Of(found.Policy) != l.Of(found.Base.Policy)).Select(l
                => $"{l.Id}={l.Of(found.Policy)}")];
            yield return $"choices      {found.Base}{string.Concat(differences.Select(d => " " + d))}"
                + (found.Departures.IsEmpty ? ": every probe is explained" : "");
        }

        foreach (string line in found.Departures.Take(MostDepartures).Select(d => "unexplained  " + Line(d)))
        {
            yield return line;
        }

        if (found.Departures.Length > MostDepartures)
        {
            yield return Text($"             and {found.Departures.Length - MostDepartures} more: no choices explain them all");
        }
    }

    private static string Line(Departure departure)
    {
        (string expected, string got) = Difference(departure.Expected, departure.Got);
        return $"{departure.Conversion} {Short(departure.Operand)}: {expected} expected, {got} got";
    }

    /// <summary>Where two answers differ: the scales, or the codes from the first that does; a short answer whole.</summary>
    private static (string One, string Other) Difference(string one, string other)
    {
        string[] first = one.Split(' ');
        string[] second = other.Split(' ');
        if (first.Length != 2 || second.Length != 2)
        {
            return (Short(one), Short(other));
        }

        if (first[0] != second[0] || first[1].Length != second[1].Length)
        {
            return ($"scale {first[0]}", $"scale {second[0]}");
        }

        int at = first[1].AsSpan().CommonPrefixLength(second[1]) / CodeDigits;
        string Code(string codes) => Text($"code {at} = {codes.Substring(at * CodeDigits, CodeDigits)}");
        return (Code(first[1]), Code(second[1]));
    }

    private static string Short(string words) => Printable.Short(words, MostWords);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
