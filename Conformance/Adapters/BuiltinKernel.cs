using Mxact.Vectors;

namespace Mxact.Conformance.Adapters;

/// <summary>This project's own reference.</summary>
internal sealed class BuiltinKernel : IKernelUnderTest
{
    private readonly Answers answers = new();

    public string Name => "builtin";

    public IReadOnlyList<string> Declared => [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.Select(request =>
    {
        try
        {
            return Reply.Of(answers.Answer(request));
        }
        catch (RequestException exception)
        {
            return new(ReplyKind.BrokeProtocol, exception.Message);
        }
    });

    public void Dispose()
    {
    }
}
