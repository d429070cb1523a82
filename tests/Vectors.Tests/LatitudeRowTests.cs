using Mxact.Common;
using Mxact.Vectors.Generators;

namespace Mxact.Vectors.Tests;

/// <summary>
/// Every choice of every latitude is asked by name, at boundaries where it answers otherwise than <c>ocp</c>; the reference still answers
/// what is committed.
/// </summary>
public sealed class LatitudeRowTests
{
    private static readonly TestVector[] Rows =
        [.. GoldenSet.Open(Repository.At("Vectors", "golden", "v1")).Rows().Where(row => row.FlagList.Contains("latitude"))];

    /// <summary>Latitudes about numbers: at one they matter, at the next they do not.</summary>
    private static readonly string[] HasABoundary =
    [
        "scale-underflow", "scale-overflow", "scale-arithmetic", "scale-application", "element-arithmetic", "subnormal-inputs",
        "input-precision", "int8-minus-two", "negative-zero", "zero-block", "directed-overflow",
    ];

    public static TheoryData<string> Choices() => [.. Catalogue.Default.AskedChoices];

    [Theory]
    [MemberData(nameof(Choices))]
    public void Every_choice_is_asked_where_it_matters_and_beside(string choice)
    {
        TestVector[] asked = [.. Rows.Where(row => row.Choices.Split(' ').Contains(choice))];
        int matters = asked.Count(row => Answers.Answerer.For(Question.Of(row.Operation, [.. row.Formats.Split(' ')],
            row.Choices.Split(' ').Where(c => c != choice))).Answer(row.Operands) != Given(row));
        Assert.InRange(matters, 1, asked.Length);
        if (HasABoundary.Contains(LatitudeCases.IdOf(choice)))
        {
            Assert.True(matters < asked.Length, $"{choice} is asked nowhere that it does not matter");
        }
    }

    [Fact]
    public void The_reference_answers_what_is_committed()
    {
        TestVector[] other = [.. Rows.AsParallel().AsOrdered().Where(row => Expectation.FromAnswer(row.Question, Given(row))
            != row.Expected)];
        Assert.True(other.Length == 0, string.Join('\n', other.Take(5).Select(r => $"{r.Request} -> {r.Expected}, now {Given(r)}")));
        Assert.InRange(Rows.Length, 3_000, 6_000);
    }

    private static string Given(TestVector row) => Answers.Answerer.For(row.Question).Answer(row.Operands);
}
