using System.Collections.Immutable;

namespace Mxact.Tensors.Inspection;

/// <summary>The blocks of a tensor by their largest element.</summary>
internal sealed record FillCounts
{
    /// <summary>Blocks all of whose elements are zero.</summary>
    public long AllZero { get; private init; }

    /// <summary>Blocks that are not all zero and whose scale is code 00.</summary>
    public long UnderZeroScale { get; private init; }

    /// <summary>Blocks that are not all zero and whose scale is one that a rule has chosen freely.</summary>
    public long Testable { get; private init; }

    /// <summary>Of those, the ones whose largest element is smaller than any rule leaves it.</summary>
    public long Underfilled { get; private init; }

    /// <summary>Blocks of which an element is at the maximum, or beyond it.</summary>
    public long AtMax { get; private init; }

    /// <summary>How many blocks there are of each magnitude code of the largest element, those of none left out.</summary>
    public ImmutableArray<(byte Magnitude, long Count)> Largest { get; private init; } = [];

    /// <summary>From a tally.</summary>
    public static FillCounts Of(ReadOnlySpan<long> fills, ElementClasses classes)
    {
        ImmutableArray<(byte, long)>.Builder largest = ImmutableArray.CreateBuilder<(byte, long)>();
        long testable = 0, underfilled = 0, underZero = 0, atMax = 0;
        for (int magnitude = 0; magnitude < ScaleClasses.Codes; magnitude++)
        {
            long zero = fills[magnitude];
            long chosen = fills[(ScaleClasses.Chosen * ScaleClasses.Codes) + magnitude];
            long all = zero + fills[(ScaleClasses.AtTheEnd * ScaleClasses.Codes) + magnitude] + chosen;
            if (all > 0)
            {
                largest.Add(((byte)magnitude, all));
            }

            if (magnitude > 0)
            {
                underZero += zero;
                testable += chosen;
                underfilled += magnitude < classes.LeastFill ? chosen : 0;
                atMax += magnitude >= classes.Max ? all : 0;
            }
        }

        return new()
        {
            AllZero = largest.Count > 0 && largest[0].Item1 == 0 ? largest[0].Item2 : 0,
            UnderZeroScale = underZero,
            Testable = testable,
            Underfilled = underfilled,
            AtMax = atMax,
            Largest = largest.ToImmutable(),
        };
    }
}
