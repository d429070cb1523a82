using Mxact.Cli.Commands;
using Mxact.Conformance.Recordings;
using Mxact.Shell;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>
/// The questions of <c>requests --recordings</c> tell a model from its neighbours, and come back through <c>recordings</c>.
/// </summary>
public sealed class RecordingRequestTests
{
    private const int Rows = 1500;

    public static TheoryData<string, string> Models() => ModelCases.All();

    [Theory]
    [MemberData(nameof(Models))]
    public void Tell_every_model_from_its_neighbours(string name, string outputName)
    {
        (MatrixUnit model, DotShape shape, ModelOutput output) = ModelCases.Of(name, outputName);
        DotQuestion[] questions = [.. RecordingRequests.Questions(model, shape, 7).Take(Rows)];
        uint[] answers = [.. questions.AsParallel().AsOrdered().Select(q => q.Answer(model))];
        foreach (Variant variant in Variant.Of(model, shape).Where(v => MustShow(v, model, shape, output)))
        {
            Assert.True(questions.Zip(answers).AsParallel().Any(pair => variant.Answer(pair.First) != pair.Second),
                $"{name} {outputName}: no question tells {variant.Description}");
        }
    }

    /// <summary>The changes of one parameter that some question must show: all but those that are the same arithmetic.</summary>
    private static bool MustShow(Variant variant, MatrixUnit model, DotShape shape, ModelOutput output)
        => variant.Description.Split(' ')[0] switch
        {
            "F" => true,
            "e_zero" => ModelCases.EZeroCanMatter(model, shape, output),
            // Intel's and RDNA's operations round each step ties to even, whatever their rows say.
            "rho" => !model.IsRdna && model.Family is not (AccumulationFamily.EmulatedFp8 or AccumulationFamily.FlushedFmaChain
                or AccumulationFamily.FlushedFmaPairs or AccumulationFamily.FlushedFmaOddFirst or AccumulationFamily.FlushedFoursInPairs
                or AccumulationFamily.FlushedFoursInLanes),

            // One chain over all products is the same in steps of any length; so is one that starts anew from c each step.
            "L" => model.Family is not AccumulationFamily.FlushedFmaChain,
            "the" => true,
            _ => false,
        };

    [Theory]
    [InlineData("hopper-fp16", "f16", "F = 24")]
    [InlineData("blackwell-nvfp4", "f32", "F = 34")]
    [InlineData("blackwell-mxf8f6f4", "f32", "F = 24")]
    [InlineData("hopper-tf32", "f32", "L = 4")]
    [InlineData("cdna3-fp8", "f32", "F = 23")]
    public void A_recording_of_a_neighbour_is_judged_and_explained(string name, string outputName, string change)
    {
        (MatrixUnit model, DotShape shape, _) = ModelCases.Of(name, outputName);
        Variant machine = Variant.Of(model, shape).First(v => v.Description == change);
        DotQuestions questions = RecordingRequests.Questions(model, shape, 7);
        using TemporaryFolder folder = new();
        string right = folder.Write("right.csv", s
            => RecordedDotFile.Write(s, shape, RecordingRequests.Questions(model, shape, 7).Take(400), q => q.Answer(model)));
        string wrong = folder.Write("wrong.csv", s => RecordedDotFile.Write(s, shape, questions.Take(400), machine.Answer));
        using StringWriter output = new();
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(right, model, output));
        Assert.EndsWith("\n400 rows, 0 mismatches\n", output.ToString(), StringComparison.Ordinal);

        output.GetStringBuilder().Clear();
        Assert.Equal(ExitCodes.Mismatches, RecordingsCommand.Run(wrong, model, output));
        string[] lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Matches("^400 rows, [1-9][0-9]* mismatches$", lines[^1]);
        Assert.Contains(lines, line => line.StartsWith("of the first", StringComparison.Ordinal)
            && line.Contains($"with {change}", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  agrees", StringComparison.Ordinal)
            && line.Contains(change, StringComparison.Ordinal));
    }

    /// <summary>What no public recording settles is asked first, and its answer tells the two sources apart.</summary>
    [Theory]
    [InlineData("volta-fp16", -19)]
    [InlineData("ampere-fp16", -20)]
    [InlineData("hopper-fp16", -21)]
    public void The_e_zero_of_binary16_outputs_is_asked_first(string name, int other)
    {
        (MatrixUnit model, DotShape shape, _) = ModelCases.Of(name, "f16");
        MatrixUnit disputed = MatrixUnits.Parse($"{name}:ezero={other}");
        DotQuestion[] questions = [.. RecordingRequests.InOrder(RecordingRequests.Questions(model, shape, 1), shape, 40)];
        Assert.All(questions, q => Assert.Equal("e-zero", q.Kind));
        Assert.Contains(questions, q => q.Answer(model) != q.Answer(disputed));
    }

    [Fact]
    public void Unanswered_questions_are_no_recording()
    {
        (MatrixUnit model, DotShape shape, _) = ModelCases.Of("hopper-fp16", "f32");
        using TemporaryFolder folder = new();
        string path = folder.Write("hopper_fp16.csv", s
            => RecordedDotFile.Write(s, shape, RecordingRequests.Questions(model, shape, 7).Take(5)));
        Assert.Equal($"{path}:2: row 0: D is empty: the machine has not answered",
            Assert.Throws<UsageException>(() => RecordingsCommand.Run(path, null, TextWriter.Null)).Message);
    }

    [Fact]
    public void Questions_about_unknown_units_ask_every_kind()
    {
        DotShape shape = ModelOption.Shape(null, "nvfp4", null, null);
        DotQuestion[] questions = [.. DotQuestions.AboutAny(shape, 1).Take(200)];
        Assert.Equal(DotQuestions.Kinds.Order(StringComparer.Ordinal),
            questions.Select(q => q.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.All(DotQuestions.Kinds, kind => Assert.NotNull(Flag.Find(kind)));
    }
}
