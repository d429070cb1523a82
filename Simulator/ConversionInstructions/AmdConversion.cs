using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>
/// An AMD conversion of binary32 to bytes of a register (RDNA4 ISA, VOP3): sign fields of the encoding, then the conversion, then the place
/// in the destination, whose other bits stay.
/// </summary>
/// <param name="Lane">What happens to an element.</param>
/// <param name="Lanes">How many sources there are; the first goes to the lowest byte.</param>
internal sealed record AmdConversion(LaneConversion Lane, int Lanes) : IInstructionArithmetic
{
    /// <summary>ABS: a bit a source, whose sign is dropped.</summary>
    public int Abs { get; init; }

    /// <summary>NEG: a bit a source, whose sign is turned after that.</summary>
    public int Neg { get; init; }

    /// <summary>OMOD: the power of two that the rounded result is multiplied by.</summary>
    public int OutputExponent { get; init; }

    /// <summary>Where in the destination the lowest result begins.</summary>
    public int Place { get; init; }

    /// <summary>
    /// The source before the destination is binary32 whose exponent k scales: values are divided by 2^k (of scalef32 conversions).
    /// </summary>
    public bool IsScaled { get; init; }

    /// <summary>How the seed reaches the elements; null where nothing is random.</summary>
    public RandomWordMap? Random { get; init; }

    public ulong Compute(ReadOnlySpan<ulong> sources, uint random)
    {
        ulong destination = sources[^1];
        Number? scale = IsScaled ? Reciprocal(sources[^2]) : null;
        for (int i = 0; i < Lanes; i++)
        {
            ulong sign = 1UL << (Lane.From.Bits - 1);
            ulong field = (Abs >> i & 1) != 0 ? sources[i] & ~sign : sources[i];
            field ^= (Neg >> i & 1) != 0 ? sign : 0;
            ulong result = Multiplied(Lane.Convert(field, scale, Random?.Take(random, 0) ?? 0));
            int place = Place + (i * Lane.To.Bits);
            destination = (destination & ~(Lane.To.Mask << place)) | (result << place);
        }

        return destination;
    }

    /// <summary>Only the exponent field counts, as E8M0 has it: FF is a NaN.</summary>
    private static Number Reciprocal(ulong scale)
        => ScaleCodec.Decode(ScaleFormat.E8M0, (byte)(scale >> 23)) is { IsFinite: true } power
            ? Dyadic.PowerOfTwo(-power.Finite.FloorLog2) : Number.NaN;

    /// <summary>OMOD acts on what is already rounded, and what leaves the range by it overflows.</summary>
    private ulong Multiplied(ulong result)
        => OutputExponent == 0 || Lane.To.Decode(result) is not { IsFinite: true } value ? result
            : Lane.To.Encode(value.Finite.Scale(OutputExponent), Lane.Policy with { Rounding = RoundingMode.TiesToEven }, 0);
}
