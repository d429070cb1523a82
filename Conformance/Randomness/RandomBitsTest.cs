using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Randomness;

/// <summary>
/// Holds random bits that a kernel draws itself to what random bits are: the stochastic encodes that it answered are asked again, the
/// same values many times, and every count is compared with its exact probability.
/// </summary>
internal sealed class RandomBitsTest
{
    /// <summary>How often perfect bits are found guilty of anything, over all questions and counts together: at most.</summary>
    public const double FalseAlarm = 1e-6;

    private readonly Dictionary<string, Question> questions = [];

    /// <summary>Takes note of what the kernel answers.</summary>
    public void Add(Question question, Reply reply)
    {
        if (reply.Kind == ReplyKind.Answered && question.Operation == Operation.Encode && RandomOperands.AreTaken(question))
        {
            questions.TryAdd(question.ToString(), question);
        }
    }

    /// <summary>Asks and judges. A question at which the kernel fails is left out; that it failed is its own to log.</summary>
    public RandomBitsOutcome Run(IKernelUnderTest kernel, CancellationToken stop)
    {
        // How many counts are looked at is settled before the first draw: each gets its share of the false-alarm rate, half a side.
        QuestionDraws[] all = [.. questions.Values.Select(question => new QuestionDraws(question, DrawnValue.Of(question)))
            .Where(draws => draws.Values.Count > 0)];
        int tests = all.Sum(draws => draws.Tests);
        double limit = Math.Log(FalseAlarm / (2.0 * Math.Max(1, tests)));
        List<QuestionDraws> drawn = [];
        foreach (QuestionDraws draws in all)
        {
            // One process for a question: a generator that begins anew with each process must not be taken for one that repeats itself.
            List<string> answers = [];
            foreach (Reply reply in kernel.Ask(draws.Requests, stop))
            {
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                if (reply.Kind == ReplyKind.TakenBack)
                {
                    answers.RemoveRange(answers.Count - reply.Taken, reply.Taken);
                }
                else if (reply.Kind == ReplyKind.Answered)
                {
                    answers.Add(reply.Text);
                }
            }

            if (stop.IsCancellationRequested)
            {
                break;
            }

            if (answers.Count == draws.Values.Count * Draws.Count)
            {
                draws.Add(answers);
                drawn.Add(draws);
            }
        }

        return new(drawn, all.Length - drawn.Count, tests, limit, [.. drawn.SelectMany(draws => RandomBitsFinding.Of(draws, limit))]);
    }
}
