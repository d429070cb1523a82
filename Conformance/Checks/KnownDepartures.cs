using CsvHelper;
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

    internal static readonly string[] Columns = ["id", "answer", "cause"];

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
