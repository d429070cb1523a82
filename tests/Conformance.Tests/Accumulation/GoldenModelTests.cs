using Mxact.Conformance.Recordings;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Vectors;
using Mxact.Vectors.Answers;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>The golden vectors of the models: every model, every kind, and none that a neighbour passes.</summary>
public sealed class GoldenModelTests
{
    private static readonly Lazy<TestVector[]> Rows = new(()
        => [.. VectorFile.Read(Path.Combine(GoldenSet.DefaultFolder(), "dot-models.csv"))]);

    public static TheoryData<string, string> Models() => ModelCases.All();

    [Theory]
    [MemberData(nameof(Models))]
    public void Hold_a_model_and_refuse_its_neighbours(string name, string outputName)
    {
        (MatrixUnit model, DotShape usual, _) = ModelCases.Of(name, outputName);
        TestVector[] rows = [.. Rows.Value.Where(row => row.Choices == $"model={name} out={outputName}")];
        DotQuestions questions = DotQuestions.About(model, usual, 0);
        Assert.Empty(DotQuestions.Kinds.Where(questions.Has).Except(rows.SelectMany(row => row.FlagList)));
        Assert.All(rows, row
            => Assert.True(Expectation.Matches(row.Expected, Answerer.For(row.Question).Answer(row.Operands),
            Expectation.AnswerFormat(row.Question)), row.Id));
        foreach (Variant variant in Variant.Of(model, usual).Where(v => v.Description.StartsWith("F = ", StringComparison.Ordinal)
            || (v.Description.StartsWith("L = ", StringComparison.Ordinal) && model.Family != AccumulationFamily.FlushedFmaChain)))
        {
            Assert.True(rows.Any(row => Differs(row, variant)), $"{name} {outputName}: no golden row tells {variant.Description}");
        }
    }

    [Fact]
    public void Ids_and_flags_are_what_they_must_be()
    {
        Assert.All(Rows.Value, row => Assert.Equal(RowId.Create(row.Operation, row.Formats, row.Choices, row.Operands), row.Id));
        Assert.All(Rows.Value.SelectMany(row => row.FlagList).Distinct(), flag => Assert.NotNull(Flag.Find(flag)));
        Assert.Contains(Rows.Value, row => row.Expected == "nan:7fffffff");
        Assert.Contains(Rows.Value, row => row.Flags.Contains("scale-ff", StringComparison.Ordinal)
            && row.Expected.StartsWith("nan:", StringComparison.Ordinal));
        Assert.All(Rows.Value.Where(row => row.FlagList.Contains("scale-ff")), row => Assert.StartsWith("nan:", row.Expected,
            StringComparison.Ordinal));
        Assert.Contains(Rows.Value, row => row.Flags.Contains("overflow", StringComparison.Ordinal)
            && row.Expected is "7f800000" or "7c00");
        Assert.Contains(Rows.Value, row => row.Flags.Contains("subnormal", StringComparison.Ordinal)
            && row.Expected.StartsWith("800", StringComparison.Ordinal));
    }

    /// <summary>Whether a variant answers a row otherwise; what it cannot be asked, it does not.</summary>
    private static bool Differs(TestVector row, Variant variant)
    {
        string[] formats = row.Formats.Split(' ');
        string[] words = row.Operands.Split(' ');
        DotOperand a = DotOperand.Parse(formats[0]);
        DotOperand b = DotOperand.Parse(formats[1]);
        DotShape shape = new(a.Element, b.Element, a.Scale, words[^1].Length == 4 ? ElementFormats.Binary16 : ElementFormats.Binary32);
        bool scaled = words.Length == 5;
        DotQuestion question = new()
        {
            Kind = "",
            Shape = shape,
            A = Mxact.Common.Hex.ParseMany(words[0], a.Element.HexDigits),
            B = Mxact.Common.Hex.ParseMany(words[1], b.Element.HexDigits),
            ScalesA = scaled ? Convert.FromHexString(words[2]) : [],
            ScalesB = scaled ? Convert.FromHexString(words[3]) : [],
            C = Mxact.Common.Hex.Parse(words[^1]),
        };
        return shape.Fits(variant.Model)
            && !Expectation.Matches(row.Expected, HexWords.Write(variant.Answer(question), shape.Output.HexDigits), shape.Output);
    }
}
