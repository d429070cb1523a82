using Mxact.Conformance.Adapters;
using Mxact.Conformance.Randomness;
using Mxact.Vectors;

namespace Mxact.Conformance.Checks;

/// <summary>Asks a kernel every selected row and judges its replies.</summary>
internal static class Suite
{
    /// <summary>Rows asked together, of one process: enough that starting it costs little, few enough to hold in memory.</summary>
    private const int BatchRows = 1 << 16;

    private const int ProgressRows = 1024;

    /// <summary>Runs the suite.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="declaration">What it declares.</param>
    /// <param name="selection">Which rows.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="maxFailures">Stop after so many mismatches; 0 never stops.</param>
    /// <param name="known">The departures the kernel is known for.</param>
    /// <param name="progress">Told the number of rows done.</param>
    /// <param name="ownRandomBits">The kernel draws its own random bits: stochastic rows take every answer that some bits give, are not
    /// asked again, and the bits are held to what random bits are.</param>
    /// <param name="stop">Ends the run after the reply under way; what was judged until then stands.</param>
    public static Outcome Run(
        IKernelUnderTest kernel,
        Declaration declaration,
        Selection selection,
        IEnumerable<TestVector> rows,
        int maxFailures = 0,
        KnownDepartures? known = null,
        Action<int>? progress = null,
        bool ownRandomBits = false,
        CancellationToken stop = default)
    {
        Judge judge = new(declaration, ownRandomBits);
        Outcome outcome = new(kernel.Name, declaration.ToString(), selection) { Known = known };
        Sample sample = new(ownRandomBits);
        RandomBitsTest? randomBits = ownRandomBits && kernel.CanBeAskedAgain ? new() : null;
        int failures = 0;
        int dead = 0;
        int done = 0;
        foreach (TestVector[] batch in rows.Chunk(BatchRows))
        {
            if (dead >= ProgramKernel.MaxDeaths)
            {
                outcome.StoppedEarly = true;
                break;
            }

            List<Asked> asked = new(batch.Length);
            foreach (TestVector row in batch)
            {
                if (judge.Ask(row) is { } question)
                {
                    asked.Add(question);
                    continue;
                }

                Reply none = new(ReplyKind.Unsupported, "no answer under the declared choices");
                outcome.Add(new(row, row.Question, row.Request, row.Expected, none, Verdict.Unsupported));
            }

            // Judged as they come, and counted when none of them can be taken back any more.
            List<Judged> judgements = new(asked.Count);
            foreach (Reply reply in kernel.Ask([.. asked.Select(question => question.Request)], stop))
            {
                if (reply.Kind == ReplyKind.TakenBack)
                {
                    foreach (Judged misplaced in judgements.TakeLast(reply.Taken))
                    {
                        failures -= IsFailure(misplaced) ? 1 : 0;
                        judge.Withdraw(misplaced);
                    }

                    judgements.RemoveRange(judgements.Count - reply.Taken, reply.Taken);
                    done -= reply.Taken;
                    continue;
                }

                if (stop.IsCancellationRequested)
                {
                    break;
                }

                Judged judged = judge.Of(asked[judgements.Count], reply);
                judged = known?.Recognize(judged) ?? judged;
                judgements.Add(judged);
                failures += IsFailure(judged) ? 1 : 0;
                if (++done % ProgressRows == 0)
                {
                    progress?.Invoke(done);
                }

                if (maxFailures > 0 && failures >= maxFailures)
                {
                    outcome.StoppedEarly = true;
                    break;
                }
            }

            foreach (Judged judged in judgements)
            {
                outcome.Add(judged);
                sample.Add(judged);
                randomBits?.Add(judged.Question, judged.Reply);
                dead += judged.Verdict is Verdict.KernelFailed or Verdict.NotAsked ? 1 : 0;
            }

            if (stop.IsCancellationRequested)
            {
                outcome.StoppedEarly = true;
                outcome.Interrupted = true;
            }

            progress?.Invoke(done);
            if (outcome.StoppedEarly)
            {
                break;
            }
        }

        IncidentLog again = new();
        if (!outcome.StoppedEarly && kernel.CanBeAskedAgain && sample.Count > 1)
        {
            outcome.AskedAgain = sample.AskAgain(kernel, again, stop);
            outcome.Interrupted = stop.IsCancellationRequested;
        }

        if (randomBits is not null && !outcome.StoppedEarly && !outcome.Interrupted)
        {
            outcome.RandomBits = randomBits.Run(kernel, stop);
            outcome.Interrupted = stop.IsCancellationRequested;
        }

        outcome.Incidents = [.. kernel.Incidents, .. again.All];
        outcome.ControlsMade = judge.ControlsMade;
        outcome.ControlsAccepted = judge.ControlsAccepted;
        return outcome;
    }
    private static bool IsFailure(Judged judged) => judged.Verdict is Verdict.Fail or Verdict.KernelFailed;
}
