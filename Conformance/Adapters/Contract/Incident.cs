namespace Mxact.Conformance.Adapters;

/// <summary>What can go wrong between the harness and a kernel; PROTOCOL.md has the table.</summary>
internal enum IncidentKind
{
    /// <summary>It ended, by a signal or by itself, while it owed answers.</summary>
    Died,

    /// <summary>An answer did not come within the time limit.</summary>
    Hung,

    /// <summary>A line that is no answer: junk, too long, or broken off.</summary>
    NoAnswer,

    /// <summary>An answer too many or too few, after which every answer stood at another request's place.</summary>
    OutOfStep,

    /// <summary>Output after the last answer.</summary>
    OutputAfterEnd,

    /// <summary>A signal or an exit code other than 0 after the last answer.</summary>
    BadEnd,

    /// <summary>It did not end when its input had ended and everything was answered.</summary>
    HungAtEnd,

    /// <summary>An answer that begins with a byte order mark.</summary>
    ByteOrderMark,

    /// <summary>Lines ended in two ways within one output.</summary>
    MixedLineEnds,

    /// <summary>Another answer to the same request, asked again in another order.</summary>
    AnsweredDifferently,
}

/// <summary>Something that went wrong, as often as it did.</summary>
/// <param name="Kind">What.</param>
/// <param name="Count">How often.</param>
/// <param name="Reproduced">How often of these it happened again when the request was asked alone, of a fresh process.</param>
/// <param name="Request">The request at which it happened first, or an empty text.</param>
/// <param name="Text">What was seen the first time: signal or exit code, and the last lines of the error stream.</param>
internal sealed record Incident(IncidentKind Kind, int Count, int Reproduced, string Request, string Text)
{
    /// <summary>Whether asking the request alone can say anything.</summary>
    public bool CanBeReproduced => Kind is IncidentKind.Died or IncidentKind.Hung or IncidentKind.NoAnswer or IncidentKind.OutOfStep;
}

/// <summary>Everything that went wrong with a kernel: of each kind the first occurrence, and how many there were.</summary>
internal sealed class IncidentLog
{
    private readonly List<Incident> incidents = [];

    /// <summary>One entry a kind, in the order in which they were met.</summary>
    public IReadOnlyList<Incident> All => incidents;

    /// <summary>Counts an incident, and keeps the first of its kind.</summary>
    /// <param name="kind">What.</param>
    /// <param name="request">The request at which it happened.</param>
    /// <param name="text">What was seen.</param>
    public void Add(IncidentKind kind, string request, string text)
    {
        int at = incidents.FindIndex(incident => incident.Kind == kind);
        if (at < 0)
        {
            incidents.Add(new(kind, 1, 0, request, text));
        }
        else
        {
            incidents[at] = incidents[at] with { Count = incidents[at].Count + 1 };
        }
    }

    /// <summary>The last incident of a kind happened again when a request was asked alone, which is then the one to show.</summary>
    /// <param name="kind">What.</param>
    /// <param name="request">The request.</param>
    /// <param name="text">What was seen.</param>
    public void Reproduced(IncidentKind kind, string request, string text)
    {
        int at = incidents.FindIndex(incident => incident.Kind == kind);
        Incident incident = incidents[at] with { Reproduced = incidents[at].Reproduced + 1 };
        incidents[at] = incident.Count == 1 ? incident with { Request = request, Text = text } : incident;
    }
}
