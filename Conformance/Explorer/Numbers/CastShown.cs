using System.Collections.Immutable;
using System.Globalization;
using Mxact.Explorer.Link;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Explorer.Numbers;

/// <summary>Rounding modes that give one code.</summary>
/// <param name="Code">The code.</param>
/// <param name="Value">What it stands for.</param>
/// <param name="Modes">The modes, and what was asked of each.</param>
public sealed record CastGroup(string Code, string Value, ImmutableArray<(string Mode, Asked Answer)> Modes);

/// <summary>Where a value lies between its neighbours, the lesser to the left.</summary>
/// <param name="Left">Code of the lesser.</param>
/// <param name="Right">Code of the greater; empty where the value has one neighbour.</param>
/// <param name="PerMille">The value's place, 0 to 1000; outside where it is beyond the largest number.</param>
/// <param name="Chosen">The code that the chosen rounding gives.</param>
public sealed record LineShown(string Left, string Right, int PerMille, string Chosen);

/// <summary>A number cast to one format: its code, its neighbours, and where each rounding takes it.</summary>
public sealed record CastShown
{
    /// <summary>Beyond both ends of the line.</summary>
    private const int BeyondLeft = -250, BeyondRight = 1250;

    /// <summary>The format's name.</summary>
    public required string Format { get; init; }

    /// <summary>The code under the chosen rounding.</summary>
    public required Asked Chosen { get; init; }

    /// <summary>Its fields.</summary>
    public required IReadOnlyList<BitField> Fields { get; init; }

    /// <summary>What it stands for.</summary>
    public required string Value { get; init; }

    /// <summary>The neighbours in words; empty where there are none.</summary>
    public required string Neighbours { get; init; }

    /// <summary>The line; null where there is nothing to draw.</summary>
    public required LineShown? Line { get; init; }

    /// <summary>What each rounding gives.</summary>
    public required ImmutableArray<CastGroup> Groups { get; init; }

    /// <summary>Casts binary32 bits.</summary>
    public static CastShown Of(ElementFormat format, NumberReading number, string rounding, string overflow)
    {
        Number value = Binary32.Decode(number.Bits);
        Asked Cast(string mode) => Asked.Of($"encode {format} overflow={overflow} rounding={mode}", number.Hex);
        Asked chosen = Cast(rounding);
        return new()
        {
            Format = format.Name,
            Chosen = chosen,
            Fields = BitField.Of(format, Code(chosen.Text)),
            Value = ElementCodec.Decode(format, Code(chosen.Text)).ToString(),
            Neighbours = Explain.Neighbours(format, value) ?? "",
            Line = Simulator.Reference.Neighbours.Of(format, value) is { } around ? LineOf(format, around, chosen.Text) : null,
            Groups = [.. RoundingMode.Deterministic.Select(mode => (Mode: mode.ToString(), Answer: Cast(mode.ToString())))
                .GroupBy(cast => cast.Answer.Text)
                .Select(group => new CastGroup(group.Key, ElementCodec.Decode(format, Code(group.Key)).ToString(), [.. group]))],
        };
    }

    private static LineShown LineOf(ElementFormat format, Neighbours around, string chosen)
    {
        string low = Hex(format, around.Low);
        bool isNegative = around.Value.Negative;
        if (around.Place != NeighbourPlace.Between)
        {
            int beyond = isNegative ? BeyondLeft : BeyondRight;
            int at = isNegative ? 0 : 1000;
            return new(isNegative ? low : "", isNegative ? "" : low, around.Place == NeighbourPlace.Beyond ? beyond : at, chosen);
        }

        string high = Hex(format, around.High);
        int position = around.Position(1000);
        return isNegative ? new(high, low, 1000 - position, chosen) : new(low, high, position, chosen);
    }

    private static string Hex(ElementFormat format, uint code) => code.ToString("x" + format.HexDigits, CultureInfo.InvariantCulture);

    private static uint Code(string hex) => uint.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
