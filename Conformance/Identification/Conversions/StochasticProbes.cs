using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>
/// Values between one and the code above it, each with random bits near where the value begins to round up: what is added to the discarded
/// fraction before it is compared, and how many bits of either count, shows there.
/// </summary>
internal sealed class StochasticProbes
{
    private const int Blocks = 4, Turns = 4, Elements = Turns * RoundingMode.MaxRandomBits;
    private const int Significand = 23;
    private const uint One = 0x3F80_0000;

    private readonly Conversion conversion;
    private readonly RoundingMode mode;

    private StochasticProbes(Conversion conversion, RoundingMode mode)
    {
        this.conversion = conversion;
        this.mode = mode;
    }

    /// <summary>The probes of a mode: values, and the bits of each.</summary>
    public static IReadOnlyList<(string Values, uint[] Bits)> Of(Conversion conversion, RoundingMode mode)
    {
        StochasticProbes probes = new(conversion, mode);
        SplitMix random = SplitMix.For($"{conversion} {mode}");
        return conversion.Operation == Operation.Encode ? [.. Enumerable.Range(0, Elements).Select(i => probes.Element(random, i))]
            : [.. Enumerable.Range(0, Blocks).Select(block => probes.Block(random, block))];
    }

    /// <summary>A probe's operands under a mode that takes the bits as they are.</summary>
    public static string Operands((string Values, uint[] Bits) probe, RoundingMode mode)
        => mode.IsStochastic ? $"{probe.Values} {HexWords.Write(probe.Bits, mode.RandomDigits)}" : probe.Values;

    private (string Values, uint[] Bits) Element(SplitMix random, int i)
    {
        (uint value, uint bits) = Between(random, i);
        return (HexWords.Write(value | (IsSigned && i / Turns % 2 == 1 ? 0x8000_0000 : 0), 8), [bits]);
    }

    /// <summary>A maximum under which the scale is 1 or near it, then values as above.</summary>
    private (string Values, uint[] Bits) Block(SplitMix random, int block)
    {
        BlockFormat format = MxFormats.Find(conversion.Format)!;
        (uint Value, uint Bits)[] all = [.. Enumerable.Range(0, format.BlockSize).Select(i
            => Between(random, (block * format.BlockSize) + i))];
        all[0].Value = One + ((uint)format.Element.EMax << Significand);
        return (HexWords.Write(Array.ConvertAll(all, one => one.Value), 8), Array.ConvertAll(all, one => one.Bits));
    }

    /// <summary>
    /// By turns: bits on either side of where so many of them round up; where just so many of the first ones do, and with one fewer would
    /// not; any; and a fraction halfway between two numbers of n bits, at which alone some variants part.
    /// </summary>
    private (uint Value, uint Bits) Between(SplitMix random, int i)
    {
        (int n, int width) = (mode.RandomBits, Significand - MantissaBits);
        (int turn, int round) = (i % Turns, i / Turns);
        int read = turn == 1 ? 1 + (round % n) : n;
        uint discarded = (uint)random.Next() & ((1u << width) - 1);
        discarded = turn switch
        {
            1 when read <= width => discarded | (1u << (width - read)),
            3 when n < width => (discarded >> (width - n) << (width - n)) | (1u << (width - n - 1)),
            _ => discarded,
        };
        ulong below = turn switch
        {
            1 => 0,
            3 => 1,
            _ => random.Next() & 1,
        };
        ulong scaled = ((ulong)discarded << read) >> width;
        ulong first = Math.Min((1UL << read) - scaled - below, (1UL << read) - 1);
        ulong any = random.Next();
        ulong bits = turn == 2 ? any : (first << (n - read)) | (any & ((1UL << (n - read)) - 1));
        return (One | discarded, (uint)(bits & ((1UL << n) - 1)));
    }

    private int MantissaBits => conversion.Operation == Operation.Encode
        ? ElementFormat.TryParse(conversion.Format, out ElementFormat? element) ? element.MantissaBits : 0
        : MxFormats.Find(conversion.Format)!.Element.MantissaBits;

    private bool IsSigned => ElementFormat.TryParse(conversion.Format, out ElementFormat? element) && element.IsSigned;
}
