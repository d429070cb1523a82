using CsvHelper;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Causes;

/// <summary>The list of a kernel's departures as a run found them, for <see cref="KnownDepartures"/> to read.</summary>
internal static class DepartureList
{
    /// <summary>The list of what a run found: every failure with the choice that explains it.</summary>
    /// <exception cref="UsageException">The run kept fewer failures than it counted, or the kernel did more than answer.</exception>
    public static byte[] Write(Outcome outcome)
    {
        if (outcome.StoppedEarly || outcome[Verdict.KernelFailed] + outcome[Verdict.NotAsked] > 0)
        {
            throw new UsageException("departures are listed of a kernel that answers every row it is asked, and of a run that reaches "
                + "its end");
        }

        using MemoryStream stream = new();
        using (CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            csv.WriteHeader(KnownDepartures.Columns);
            Findings findings = Diagnosis.Of(outcome);
            foreach (Group group in outcome.Groups)
            {
                if (group.Failures.Count < group[Verdict.Fail])
                {
                    throw new UsageException($"{group.Name}: {group[Verdict.Fail]} failures are too many to be known departures; "
                        + $"declare what the kernel is");
                }

                foreach (Judged failure in group.Failures.Where(f => f.Verdict == Verdict.Fail))
                {
                    csv.WriteRecord([failure.Row.Id, failure.Reply.Text, findings.CauseOf(failure) ?? KnownDepartures.Unnamed]);
                }
            }
        }

        return stream.ToArray();
    }
}
