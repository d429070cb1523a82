using Mxact.Vectors;

namespace Mxact.Kernels.Reports;

/// <summary>A report's kernel behind the protocol. It does the operation, and the format, that the report is about and no other.</summary>
internal sealed class ReportKernel(Report report) : IKernel
{
    /// <inheritdoc/>
    public string[] Answer(IReadOnlyList<string> requests) => [.. requests.Select(Answer)];

    private string Answer(string request)
    {
        Question question = Question.Parse(request, out string operands);
        string[] words = report.Only.Split('+');
        if (words[0] != Names.Of(question.Operation) || (words.Length > 1 && words[1] != question.Formats[0]))
        {
            return IKernel.Unsupported;
        }

        try
        {
            return report.Answer(new(question, operands)) ?? IKernel.Unsupported;
        }
        catch (UnsupportedException)
        {
            return IKernel.Unsupported;
        }
    }
}
