using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Checkpoints.Which;

/// <summary>
/// A block of a file as a row of the protocol: what a kernel would have been asked, and what it would have answered. So the search that
/// explains kernels explains files.
/// </summary>
internal static class BlockQuestion
{
    /// <summary>The question that a writer answered for every block, under choices of which those that can act are named.</summary>
    /// <param name="pair">The tensor.</param>
    /// <param name="tensorScale">Binary32 bits of NVFP4's second scale, or null where there is none.</param>
    /// <param name="policy">The choices.</param>
    public static Question Of(TensorPair pair, uint? tensorScale, ConversionPolicy policy)
    {
        string format = pair.Stored.Format.Name;
        IEnumerable<string> words =
        [
            .. pair.From == ElementFormats.Binary32 ? [] : (string[])[$"from={pair.From}"],
            .. tensorScale is { } bits ? (string[])[$"tensor-scale={HexWords.Write(bits, 8)}"] : [],
            .. Latitude.All.Where(l => l.Of(policy) != l.Default).Select(l => $"{l.Id}={l.Of(policy)}")
                .Where(word => ChoiceReach.Acts(Operation.Quantize, format, word)),
        ];
        return Question.Of(Operation.Quantize, [format], words);
    }

    /// <summary>The verdicts on blocks, as of a kernel that was asked for them.</summary>
    public static Group Judge(Question question, IEnumerable<SampledBlock> blocks)
    {
        Group group = new($"{Names.Of(question.Operation)} {question.Formats[0]}");
        Answerer answerer = Answerer.For(question);
        foreach (SampledBlock block in blocks)
        {
            group.Add(Judge(question, answerer, block));
        }

        return group;
    }

    /// <summary>The verdict on one.</summary>
    public static Judged Judge(Question question, SampledBlock block) => Judge(question, Answerer.For(question), block);

    private static Judged Judge(Question question, Answerer answerer, SampledBlock block)
    {
        string expected = Expectation.FromAnswer(question, answerer.Answer(block.Operands));
        bool isRight = Expectation.Matches(expected, block.Answer, Expectation.AnswerFormat(question));
        TestVector row = new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"block {block.Index}"), Level.Standard,
            question.Operation, question.Formats[0], string.Join(' ', question.Choices), block.Operands, expected, "",
            question.Policy.ScaleRule.Source.ToString()!, block.Kind);
        return new(row, question, $"{question} {block.Operands}", expected, new(ReplyKind.Answered, block.Answer),
            isRight ? Verdict.Pass : Verdict.Fail);
    }

    /// <summary>
    /// What a fault writes in place of each scale's code, or null where it does more than that: then it can be counted over all blocks.
    /// </summary>
    public static byte[]? Table(Fault fault, BlockFormat format)
    {
        if (fault.WrittenScale is not { } written || fault.Answer is not null || fault.Instead is not null || fault.Question is not null)
        {
            return null;
        }

        BlockContext none = new(format, [], Dyadic.Zero, Dyadic.PowerOfTwo(0), ConversionPolicy.Ocp);
        return [.. Enumerable.Range(0, 256).Select(code => written(none, (byte)code))];
    }
}
