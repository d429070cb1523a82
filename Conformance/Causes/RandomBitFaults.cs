using Mxact.Conformance.Randomness;

namespace Mxact.Conformance.Causes;

/// <summary>Supplied random bits read in another order than the one asked.</summary>
internal static class RandomBitFaults
{
    /// <summary>Every one; they act on stochastic questions alone.</summary>
    public static IEnumerable<Fault> All { get; } =
    [
        Of("random bits reversed", "the first bit of each word counts least", (r, n) =>
        {
            uint reversed = 0;
            for (int i = 0; i < n; i++)
            {
                reversed |= ((r >> i) & 1) << (n - 1 - i);
            }

            return reversed;
        }),
        Of("random bits complemented", "2^n - 1 - r stands where r should: the value rounds up where it should not", (r, n)
            => ~r & RandomOperands.Ones(n)),
        Of("random bits halved", "the lowest random bit is not used", (r, _) => r & ~1u),
        Of("random bits shifted", "the random bits stand one place too low", (r, _) => r >> 1),
        Of("random bits zero", "the random bits are not read", (_, _) => 0),
        Of("random bits all ones", "the random bits are not read", (_, n) => RandomOperands.Ones(n)),
        new("random bits of neighbours swapped", "each two elements use each other's random bits")
        {
            Concerns = RandomOperands.AreTaken,
            Operands = (question, operands) => RandomOperands.With(question, operands, (all, _) =>
                [.. all.Select((r, i) => (i ^ 1) < all.Length ? all[i ^ 1] : r)]),
        },
    ];

    private static Fault Of(string name, string words, Func<uint, int, uint> change) => new(name, words)
    {
        Concerns = RandomOperands.AreTaken,
        Operands = (question, operands) => RandomOperands.With(question, operands, (all, n) => Array.ConvertAll(all, r => change(r, n))),
    };
}
