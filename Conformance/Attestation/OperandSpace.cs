using Mxact.Simulator.Exact;
using Mxact.Simulator.P3109;
using Mxact.Vectors;
using Mxact.Vectors.Answers;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Attestation;

/// <summary>Operands of one evaluation, and R of its stochastic projections.</summary>
/// <param name="Codes">The operands' codes.</param>
/// <param name="Random">R.</param>
internal readonly record struct Operands(uint[] Codes, uint[] Random);

/// <summary>
/// The operands that an operation is asked about: all of them, R included, where their bits are at most <see cref="ExhaustiveBits"/>;
/// else a sample. Half of a sample are codes drawn evenly; in the other half an operand in binary32, binary16 or BFloat16 lies where the
/// result's rounding changes: on a value of the result format or halfway to the next, or one code beside it.
/// </summary>
internal sealed class OperandSpace
{
    /// <summary>The most bits of operands and R of which all combinations are asked.</summary>
    public const int ExhaustiveBits = 16;

    private readonly P3109Operation operation;
    private readonly P3109Format[] formats;
    private readonly int[] widths;
    private readonly long sample;
    private readonly ulong seed;

    /// <summary>The space of an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="sample">How many to draw where not all are asked.</param>
    /// <param name="seed">What they are drawn from.</param>
    public OperandSpace(P3109Operation operation, long sample, ulong seed)
    {
        this.operation = operation;
        this.sample = sample;
        this.seed = seed;
        formats = [.. operation.Operands.SelectMany(slot => Enumerable.Repeat(slot.Format!, slot.Count))];
        widths = [.. formats.Select(format => format.Bits), .. operation.Random];
    }

    /// <summary>Whether all are asked.</summary>
    public bool IsExhaustive => widths.Sum() <= ExhaustiveBits;

    /// <summary>How many are asked.</summary>
    public long Count => IsExhaustive ? 1L << widths.Sum() : sample;

    /// <summary>All that are asked, in an order that depends on nothing but the constructor's arguments.</summary>
    public IEnumerable<Operands> All()
    {
        SplitMix random = SplitMix.For(operation.Name, seed);
        for (long i = 0; i < Count; i++)
        {
            yield return IsExhaustive ? Numbered(i) : Drawn(random, atEdges: i % 2 == 1);
        }
    }

    /// <summary>The request that asks about them.</summary>
    public string Request(Operands operands)
    {
        List<string> words = ["p3109", operation.Name];
        if (operands.Codes.Length > 0)
        {
            words.Add(P3109Answerer.Written(operation.Operands, operands.Codes));
        }

        int at = 0;
        foreach (P3109Slot slot in operation.Results.Where(slot => slot.RandomBits > 0))
        {
            int digits = (slot.RandomBits + 3) / 4;
            words.Add(string.Concat(operands.Random.Skip(at).Take(slot.Count).Select(r => HexWords.Write(r, digits))));
            at += slot.Count;
        }

        return string.Join(' ', words);
    }

    private Operands Numbered(long number)
    {
        uint[] fields = new uint[widths.Length];
        for (int i = fields.Length - 1; i >= 0; i--)
        {
            fields[i] = (uint)(number & ((1L << widths[i]) - 1));
            number >>= widths[i];
        }

        return new(fields[..formats.Length], fields[formats.Length..]);
    }

    private Operands Drawn(SplitMix random, bool atEdges)
    {
        P3109Format? result = operation.Results[0].Format;
        uint[] fields = [.. widths.Select(width => (uint)(random.Next() >> (64 - width)))];
        for (int i = 0; atEdges && result is { IsExternal: false } && i < formats.Length; i++)
        {
            if (formats[i].IsExternal)
            {
                fields[i] = Edge(formats[i], result, random);
            }
        }

        return new(fields[..formats.Length], fields[formats.Length..]);
    }

    /// <summary>A code of the operand's format at or beside a value of the result's, or the middle above one.</summary>
    private static uint Edge(P3109Format format, P3109Format result, SplitMix random)
    {
        uint magnitude = (uint)(random.Next() % (result.MaxFinite + 1));
        Dyadic low = Codec.Decode(result, magnitude).Finite;
        int quantum = (low.IsZero ? 1 - result.Bias : Math.Max(low.FloorLog2, 1 - result.Bias)) - result.TrailingBits;
        ulong bits = random.Next();
        Dyadic value = low + new Dyadic(false, (bits & 1) != 0 ? 1 : 0, quantum - 1);
        uint code = Projection.Project(format, new(RoundingMode.TiesToEven, P3109Saturation.SatFinite), (Number)value);
        int beside = (int)((bits >> 1) % 3) - 1;
        code = beside < 0 && code == 0 ? 0 : (uint)(code + beside);
        return Math.Min(code, format.MaxFinite) | ((bits & 8) != 0 ? format.SignMask : 0);
    }
}
