using CsvHelper;
using Mxact.Conformance.Causes;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Checks;

/// <summary>A row on which a kernel is known to leave what it is held to.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Answer">What the kernel answers.</param>
/// <param name="Cause">The choice that explains it, or <see cref="KnownDepartures.Unnamed"/>.</param>
internal sealed record KnownDeparture(string Id, string Answer, string Cause);

/// <summary>
/// The departures a kernel is known for, by row id and answer: those it may keep, no other, and all of them. A new one, another answer,
/// or one that has vanished is a finding.
/// </summary>
internal sealed class KnownDepartures
{
    /// <summary>The cause of a departure that no single choice explains.</summary>
    public const string Unnamed = "unnamed";

    private static readonly string[] Columns = ["id", "answer", "cause"];

    private readonly Dictionary<string, KnownDeparture> byId;
    private readonly HashSet<string> asked = [];
    private readonly HashSet<string> kept = [];

    private KnownDepartures(IEnumerable<KnownDeparture> departures) => byId = departures.ToDictionary(d => d.Id, StringComparer.Ordinal);

    /// <summary>Those that were asked and answered otherwise: right now, or in another wrong way.</summary>
    public IReadOnlyList<KnownDeparture> Vanished => [.. byId.Values.Where(d => asked.Contains(d.Id) && !kept.Contains(d.Id))];

    /// <summary>The cause of a row's departure.</summary>
    public string CauseOf(Judged departure) => byId[departure.Row.Id].Cause;

    /// <summary>Reads a list.</summary>
    /// <exception cref="UsageException">It is none; the message names file and line.</exception>
    public static KnownDepartures Read(string path)
    {
        try
        {
            using CsvReader csv = CsvReader.Create(new LimitedLines(InputFile.Open(path), path), new CsvReaderOptions(), leaveOpen: false);
            return new(Rows(csv, path));
        }
        catch (CsvFormatException exception)
        {
            throw new UsageException($"{path}: {exception.Message.Split('\n')[0]}");
        }
    }

    private static List<KnownDeparture> Rows(CsvReader csv, string path)
    {
        if (!csv.Headers.SequenceEqual(Columns))
        {
            throw new UsageException($"{path}: the columns are not {string.Join(',', Columns)}");
        }

        List<KnownDeparture> departures = [];
        HashSet<string> ids = [];
        for (int line = 2; csv.Read(); line++)
        {
            if (csv.FieldCount != Columns.Length || !ids.Add(csv.GetString(0)))
            {
                string fault = csv.FieldCount == Columns.Length
                    ? $"row {csv.GetString(0)} stands twice"
                    : $"{csv.FieldCount} cells, not {Columns.Length}";
                throw new UsageException($"{path}:{line}: {fault}");
            }

            departures.Add(new(csv.GetString(0), csv.GetString(1), csv.GetString(2)));
        }

        return departures;
    }

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
            csv.WriteHeader(Columns);
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
                    csv.WriteRecord([failure.Row.Id, failure.Reply.Text, findings.CauseOf(failure) ?? Unnamed]);
                }
            }
        }

        return stream.ToArray();
    }

    /// <summary>The judgement, a failure that is known being one no more.</summary>
    public Judged Recognize(Judged judged)
    {
        if (!byId.TryGetValue(judged.Row.Id, out KnownDeparture? known) || judged.Verdict == Verdict.Unsupported)
        {
            return judged;
        }

        asked.Add(known.Id);
        if (judged.Verdict != Verdict.Fail || judged.Reply.Text != known.Answer)
        {
            return judged;
        }

        kept.Add(known.Id);
        return judged with { Verdict = Verdict.KnownDeparture };
    }
}
