using System.Globalization;
using System.Text.Json;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>The outcome for another program; <c>report.schema.json</c> describes it, and a test holds the two to each other.</summary>
internal static class JsonReport
{
    /// <summary>The first member of every report: it grows when a member changes, not when one is added.</summary>
    public const int Version = 1;

    public static void Write(AtomicFile file, Outcome outcome) => JsonOutput.Write(file, json => Members(json, outcome));

    /// <summary>The same as a text.</summary>
    public static string Text(Outcome outcome) => JsonOutput.Text(json => Members(json, outcome));

    private static void Members(Utf8JsonWriter json, Outcome outcome)
    {
        Head(json, outcome);
        Exchange(json, outcome);
        OwnRandomBitsJson.Write(json, outcome.RandomBits);
        Findings findings = Diagnosis.Of(outcome);
        json.WriteObjects("groups", outcome.Groups, group => Members(json, group, findings));
        json.WriteObjects("causes", findings.Causes, cause => Members(json, cause));
        json.WriteObjects("failures", outcome.Groups.SelectMany(g => g.Failures), failure => Members(json, failure, findings));
        Departures(json, outcome);
    }

    private static void Head(Utf8JsonWriter json, Outcome outcome)
    {
        json.WriteNumber("report_version", Version);
        json.WriteString("kernel", outcome.Kernel);
        json.WriteString("declaration", outcome.Declaration);
        json.WriteString("level", Names.Of(outcome.Selection.Level));
        json.WriteStartObject("selection");
        json.WriteStrings("only", outcome.Selection.Only);
        json.WriteStrings("skip", outcome.Selection.Skip);
        json.WriteString("seed", outcome.Selection.Seed.ToString("x", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteString("verdict", OutcomeText.VerdictOf(outcome));
        json.WriteNumber("exit_code", outcome.ExitCode);
        json.WriteBoolean("stopped_early", outcome.StoppedEarly);
        json.WriteBoolean("interrupted", outcome.Interrupted);
        json.WriteString("problem", outcome.Problem);
        Counts(json, verdict => outcome[verdict]);
        json.WriteStartObject("negative_control");
        json.WriteNumber("made", outcome.ControlsMade);
        json.WriteNumber("accepted", outcome.ControlsAccepted);
        json.WriteEndObject();
    }

    /// <summary>Beside the answers: incidents, what was asked again, and what one answer to everything would pass.</summary>
    private static void Exchange(Utf8JsonWriter json, Outcome outcome)
    {
        WriteIncidents(json, outcome.Incidents);
        json.WriteNumber("asked_again", outcome.AskedAgain);
        json.WriteStartObject("constant_answer");
        json.WriteString("answer", outcome.Constant.Answer);
        json.WriteNumber("passes", outcome.Constant.Passes);
        json.WriteNumber("rows", outcome.Constant.Rows);
        json.WriteEndObject();
    }

    /// <summary>What went wrong with a kernel beside its answers.</summary>
    public static void WriteIncidents(Utf8JsonWriter json, IEnumerable<Incident> incidents)
        => json.WriteObjects("incidents", incidents, incident =>
        {
            json.WriteString("kind", Names.Of(incident.Kind));
            json.WriteNumber("count", incident.Count);
            if (incident.CanBeReproduced)
            {
                json.WriteNumber("reproduced_alone", incident.Reproduced);
            }

            json.WriteString("request", incident.Request);
            json.WriteString("text", incident.Text);
        });

    private static void Members(Utf8JsonWriter json, Group group, Findings findings)
    {
        json.WriteString("name", group.Name);
        Counts(json, verdict => group[verdict]);
        json.WriteObjects("explanations", findings.Of(group.Name), found =>
        {
            json.WriteString("choice", found.Fault.Name);
            json.WriteString("words", found.Fault.Words);
            json.WriteNumber("explained", found.Share.Explained);
            json.WriteNumber("tried", found.Share.Failures);
            json.WriteNumber("passes_not_contradicted", found.Share.Passes);
        });
        Unexplained(json, findings.Remainders.FirstOrDefault(r => r.Group == group.Name));
        json.WriteNumber("failures_listed", group.Failures.Count);
        json.WriteObjects("further_failures", group.Further, row =>
        {
            json.WriteString("id", row.Id);
            json.WriteString("expected", row.Expected);
            json.WriteString("got", row.Got);
        });
        json.WriteNumber("failures_not_listed", group.Unlisted);
    }

    /// <summary>What no cause gives: how many, of which kinds, what all of them have, and one of each kind.</summary>
    private static void Unexplained(Utf8JsonWriter json, Remainder? left)
    {
        json.WriteStartObject("unexplained");
        json.WriteNumber("failures", left?.Failures ?? 0);
        json.WriteString("region", left?.Region);
        json.WriteBoolean("cut_short", left?.IsCutShort ?? false);
        json.WriteStartObject("flags");
        foreach ((string flag, int count) in left?.Flags ?? [])
        {
            json.WriteNumber(flag, count);
        }

        json.WriteEndObject();
        json.WriteStrings("examples", left?.Examples.Select(example => example.Row.Id) ?? []);
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, Cause cause)
    {
        json.WriteString("name", cause.Fault.Name);
        json.WriteString("words", cause.Fault.Words);
        json.WriteNumber("explained", cause.Explained);
        json.WriteStrings("groups", cause.Shares.Select(share => share.Group));
        json.WriteStrings("not_told_apart", cause.Alternatives);
        json.WriteString("example", cause.Example.Row.Id);
    }

    private static void Members(Utf8JsonWriter json, Judged failure, Findings findings)
    {
        json.WriteString("id", failure.Row.Id);
        json.WriteString("group", Outcome.GroupOf(failure));
        json.WriteString("verdict", Names.Of(failure.Verdict));
        json.WriteString("request", failure.Request);
        json.WriteString("expected", failure.Expected);
        json.WriteString("got", failure.Reply.Text);
        json.WriteString("latitudes", failure.Row.Latitudes);
        json.WriteString("clause", failure.Row.Clause);
        json.WriteString("flags", failure.Row.Flags);
        json.WriteString("cause", findings.CauseOf(failure));
    }

    /// <summary>What the kernel is known for, and what of it has vanished; null where no list was given.</summary>
    private static void Departures(Utf8JsonWriter json, Outcome outcome)
    {
        if (outcome.Known is not { } known)
        {
            json.WriteNull("known_departures");
            return;
        }

        json.WriteStartObject("known_departures");
        json.WriteObjects("found", outcome.Groups.SelectMany(g => g.Departures), departure =>
        {
            json.WriteString("id", departure.Row.Id);
            json.WriteString("request", departure.Request);
            json.WriteString("expected", departure.Expected);
            json.WriteString("got", departure.Reply.Text);
            json.WriteString("cause", known.CauseOf(departure));
        });
        json.WriteObjects("vanished", known.Vanished, departure =>
        {
            json.WriteString("id", departure.Id);
            json.WriteString("answer", departure.Answer);
            json.WriteString("cause", departure.Cause);
        });
        json.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter json, Func<Verdict, int> count)
    {
        json.WriteStartObject("counts");
        foreach (Verdict verdict in Enum.GetValues<Verdict>())
        {
            json.WriteNumber(Names.Of(verdict), count(verdict));
        }

        json.WriteEndObject();
    }
}
