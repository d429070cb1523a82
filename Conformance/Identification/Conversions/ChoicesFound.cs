using System.Collections.Immutable;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>A probe that rules a choice out: the operand, what the kernel answered, what the other choice would have.</summary>
internal sealed record RuledOut(string Choice, string Operand, string Answer, string Other);

/// <summary>What the kernel does where a latitude matters, in one conversion.</summary>
/// <param name="Latitude">The latitude.</param>
/// <param name="Choice">The kernel's choice.</param>
/// <param name="Not">The choices that a probe ruled out, with that probe.</param>
/// <param name="NotTold">Choices that answer every operand there is as this one does.</param>
/// <param name="Word">For a parameter: what becomes of a word that asks for another choice.</param>
internal sealed record LatitudeFound(Latitude Latitude, string Choice, ImmutableArray<RuledOut> Not, ImmutableArray<string> NotTold,
    WordEffect Word);

/// <summary>What a kernel does with a word that names another choice than its own.</summary>
internal enum WordEffect
{
    /// <summary>It was not tried.</summary>
    Untried,

    /// <summary>It does as the word says.</summary>
    Followed,

    /// <summary>It answers as before: the word should have been answered with unsupported.</summary>
    Ignored,

    /// <summary>It says that it does not do that.</summary>
    Refused,

    /// <summary>Another answer than either.</summary>
    Unclear,
}

/// <summary>What was found out of one conversion.</summary>
/// <param name="Evidence">What was asked and answered.</param>
/// <param name="Policy">The choices that explain the most of it; those that no probe is about are anybody's.</param>
/// <param name="Latitudes">The latitudes that it exercises.</param>
internal sealed record ConversionFound(ConversionEvidence Evidence, ConversionPolicy Policy, ImmutableArray<LatitudeFound> Latitudes);

/// <summary>A named profile held to every probe: how many it gets wrong, and the first of them.</summary>
internal sealed record ProfileMisses(Profile Profile, int Misses, Departure? First);

/// <summary>A probe at which a policy expects something else than the kernel answered.</summary>
internal sealed record Departure(Conversion Conversion, string Operand, string Expected, string Got);

/// <summary>What was found out of a kernel.</summary>
/// <param name="Conversions">What it does, each with its findings.</param>
/// <param name="Policy">One set of choices for all of it: the nearest profile's where no probe decides.</param>
/// <param name="Base">The profile nearest to that.</param>
/// <param name="Departures">The probes that the one policy does not explain.</param>
/// <param name="Nearest">The named profiles, the nearest first.</param>
/// <param name="Rounds">How often the kernel was asked.</param>
internal sealed record ChoicesFound(ImmutableArray<ConversionFound> Conversions, ConversionPolicy Policy, Profile Base,
    ImmutableArray<Departure> Departures, ImmutableArray<ProfileMisses> Nearest, int Rounds)
{
    /// <summary>What becomes of stochastic modes, one by one.</summary>
    public ImmutableArray<StochasticFound> Stochastic { get; init; } = [];

    /// <summary>Whether the kernel did anything that leaves a choice.</summary>
    public bool IsNothing => Conversions.IsEmpty && Stochastic.IsEmpty;

    /// <summary>Whether choices explain every probe.</summary>
    public bool IsExplained => !IsNothing && Departures.IsEmpty && Stochastic.All(one => one.DoneAs is not null);

    /// <summary>Probes answered.</summary>
    public int Probes => Conversions.Sum(found => found.Evidence.Probes.Count);

    /// <summary>Probes that got no answer.</summary>
    public int Unanswered => Conversions.Sum(found => found.Evidence.Unanswered);

    /// <summary>
    /// Where the kernel leaves a profile: the choices of it that a probe rules out. One that no probe is about is no difference.
    /// </summary>
    public IEnumerable<Difference> DifferencesFrom(Profile profile)
        => from one in Conversions
           from of in one.Latitudes
           let asked = one.Evidence.Conversion
           let choice = ChoiceReach.Effective(asked.Operation, asked.Format, of.Latitude, profile.Policy)
           where of.Not.Any(not => not.Choice == choice)
           group asked by (of.Latitude, Theirs: choice, Own: of.Choice) into shown
           select new Difference(shown.Key.Latitude, shown.Key.Theirs, shown.Key.Own, [.. shown]);
}

/// <summary>A choice of a profile that the kernel does not make.</summary>
/// <param name="Latitude">The latitude.</param>
/// <param name="Profile">The profile's choice.</param>
/// <param name="Kernel">The kernel's.</param>
/// <param name="Conversions">Where that shows.</param>
internal sealed record Difference(Latitude Latitude, string Profile, string Kernel, ImmutableArray<Conversion> Conversions);
