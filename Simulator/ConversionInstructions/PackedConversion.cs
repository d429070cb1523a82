using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>
/// One conversion for every element of a vector: where the elements lie, and where their scales and random bits come from.
/// </summary>
/// <param name="Lane">What happens to an element.</param>
/// <param name="Lanes">How many there are; the first operand or the uppermost field comes first and goes to the uppermost field.</param>
internal sealed record PackedConversion(LaneConversion Lane, int Lanes) : IInstructionArithmetic
{
    /// <summary>The elements are fields of the first source; otherwise each is a source of its own.</summary>
    public bool IsPacked { get; init; }

    /// <summary>
    /// The last source holds a byte of E8M0 for each element, the uppermost for the uppermost; the value is multiplied by it.
    /// </summary>
    public bool IsScaled { get; init; }

    /// <summary>What every value is multiplied by; null for nothing.</summary>
    public Dyadic? Factor { get; init; }

    /// <summary>How the random word reaches the elements; null where nothing is random.</summary>
    public RandomWordMap? Random { get; init; }

    public ulong Compute(ReadOnlySpan<ulong> sources, uint random)
    {
        ulong result = 0;
        for (int i = 0; i < Lanes; i++)
        {
            int place = Lanes - 1 - i;
            ulong field = IsPacked ? sources[0] >> (place * Lane.From.Bits) : sources[i];
            Number? scale = IsScaled ? ScaleCodec.Decode(ScaleFormat.E8M0, (byte)(sources[^1] >> (place * 8)))
                : Factor is { } factor ? factor : null;
            result |= Lane.Convert(field, scale, Random?.Take(random, i) ?? 0) << (place * Lane.To.Bits);
        }

        return result;
    }
}
