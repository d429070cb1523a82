using System.Text;
using Mxact.Conformance.Randomness;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>Supplied random bits read in another order than the one asked.</summary>
internal static class RandomBitFaults
{
    /// <summary>Every one; they act on stochastic questions alone.</summary>
    public static IEnumerable<Fault> All { get; } =
    [
        new("carry of exactly one lost", "greater stands where not less should: what is just enough to round up does not")
        {
            Concerns = RandomOperands.AreTaken,
            Instead = (question, operands) => RandomOperands.AreTaken(question) ? WithoutLastCarry(question, operands) : null,
        },
        .. new[] { "stochastic", "stochastic-b", "stochastic-c", "stochastic-odd" }.Select(mode => new Fault(
            $"carry of exactly one lost where {mode} is asked",
            "greater stands where not less should: what is just enough to round up does not", 22)
        {
            Where = question => Asks(question, mode),
            Concerns = question => Asks(question, mode),
            Instead = (question, operands) => Asks(question, mode) ? WithoutLastCarry(question, operands) : null,
        }),
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

    private static bool Asks(Question question, string mode) => RandomOperands.AreTaken(question)
        && question.Policy.Rounding.ToString().StartsWith($"{mode}:", StringComparison.Ordinal);

    /// <summary>One less of each element's random bits; nothing rounds up where they are zero.</summary>
    private static string? WithoutLastCarry(Question question, string operands)
    {
        uint[] bits = [];
        string less = RandomOperands.With(question, operands, (all, _) =>
        {
            bits = all;
            return Array.ConvertAll(all, r => r == 0 ? 0 : r - 1);
        });
        string answer = Answerer.For(question).Answer(less);
        string down = Answerer.For(question with { Policy = question.Policy with { Rounding = RoundingMode.TowardZero } })
            .Answer(operands.AsSpan(0, operands.LastIndexOf(' ')));
        if (answer.Length != down.Length || Patterns.Items(question, operands, answer) is not { } items)
        {
            return null;
        }

        // The codes are the last numbers of an answer, one for each element.
        StringBuilder text = new(answer);
        foreach ((Item item, uint _) in items.TakeLast(bits.Length).Zip(bits).Where(pair => pair.Second == 0))
        {
            text.Remove(item.At, item.Digits).Insert(item.At, down.AsSpan(item.At, item.Digits));
        }

        return text.ToString();
    }

    private static Fault Of(string name, string words, Func<uint, int, uint> change) => new(name, words)
    {
        Concerns = RandomOperands.AreTaken,
        Operands = (question, operands) => RandomOperands.With(question, operands, (all, n) => Array.ConvertAll(all, r => change(r, n))),
    };
}
