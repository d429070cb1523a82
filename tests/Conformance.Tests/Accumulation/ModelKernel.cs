using Mxact.Conformance.Adapters;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>A model as a black box that speaks the protocol and ignores the model's name it is told.</summary>
/// <param name="model">The model.</param>
/// <param name="lastStepFirst">Its steps are taken from the last to the first.</param>
/// <param name="nan">The NaN it makes in place of the model's, from the request.</param>
internal sealed class ModelKernel(MatrixUnit model, bool lastStepFirst = false, Func<string, uint>? nan = null) : IKernelUnderTest
{
    public string Name => "black box";

    public IReadOnlyList<string> Declared => [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.AsParallel().AsOrdered().Select(Answer).ToList();

    public void Dispose()
    {
    }

    private Reply Answer(string request)
    {
        Question question = Question.Parse(request, out string operands);
        Assert.Equal("unknown", question.Model);
        DotOperand a = DotOperand.Parse(question.Formats[0]);
        DotShape shape = new(a.Element, DotOperand.Parse(question.Formats[1]).Element, a.Scale, question.Out == "f16"
            ? ElementFormats.Binary16 : ElementFormats.Binary32);
        HexWords words = new(operands);
        bool scaled = words.Left == 5;
        DotQuestion dot = new()
        {
            Kind = "",
            Shape = shape,
            A = words.Any("A", shape.A.HexDigits),
            B = words.Any("B", shape.B.HexDigits),
            ScalesA = scaled ? Array.ConvertAll(words.Any("SA", 2), s => (byte)s) : [],
            ScalesB = scaled ? Array.ConvertAll(words.Any("SB", 2), s => (byte)s) : [],
            C = words.One("C", shape.Output.HexDigits),
        };
        words.End();
        uint answer = (lastStepFirst ? dot.StepsReversed(model.L) : dot).Answer(shape.In(model));
        answer = nan is not null && ElementCodec.Decode(shape.Output, answer).IsNaN ? nan(request) : answer;
        return Reply.Of(HexWords.Write(answer, shape.Output.HexDigits));
    }
}
