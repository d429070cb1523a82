using System.Text;
using System.Text.Json;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>The outcome for another program.</summary>
internal static class JsonReport
{
    public static void Write(AtomicFile file, Outcome outcome) => file.Complete(Bytes(outcome));

    /// <summary>The text.</summary>
    public static string Text(Outcome outcome) => Encoding.UTF8.GetString(Bytes(outcome));

    private static byte[] Bytes(Outcome outcome)
    {
        using MemoryStream content = new();
        using (Utf8JsonWriter json = new(content, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("kernel", outcome.Kernel);
            json.WriteString("declaration", outcome.Declaration);
            json.WriteString("level", Names.Of(outcome.Selection.Level));
            json.WriteNumber("exit_code", outcome.ExitCode);
            json.WriteBoolean("stopped_early", outcome.StoppedEarly);
            Counts(json, verdict => outcome[verdict]);
            json.WriteStartObject("negative_control");
            json.WriteNumber("made", outcome.ControlsMade);
            json.WriteNumber("accepted", outcome.ControlsAccepted);
            json.WriteEndObject();
            Exchange(json, outcome);
            Findings findings = Diagnosis.Of(outcome);
            json.WriteStartArray("groups");
            foreach (Group group in outcome.Groups)
            {
                json.WriteStartObject();
                json.WriteString("name", group.Name);
                Counts(json, verdict => group[verdict]);
                json.WriteStartArray("explanations");
                foreach ((Fault fault, Share share) in findings.Of(group.Name))
                {
                    json.WriteStartObject();
                    json.WriteString("choice", fault.Name);
                    json.WriteString("words", fault.Words);
                    json.WriteNumber("explained", share.Explained);
                    json.WriteNumber("tried", share.Failures);
                    json.WriteNumber("passes_not_contradicted", share.Passes);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                Unexplained(json, findings.Remainders.FirstOrDefault(r => r.Group == group.Name));
                json.WriteNumber("failures_listed", group.Failures.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("failures");
            foreach (Judged failure in outcome.Groups.SelectMany(g => g.Failures))
            {
                json.WriteStartObject();
                json.WriteString("id", failure.Row.Id);
                json.WriteString("verdict", Names.Of(failure.Verdict));
                json.WriteString("request", failure.Request);
                json.WriteString("expected", failure.Expected);
                json.WriteString("got", failure.Reply.Text);
                json.WriteString("latitudes", failure.Row.Latitudes);
                json.WriteString("clause", failure.Row.Clause);
                json.WriteString("flags", failure.Row.Flags);
                json.WriteString("cause", findings.CauseOf(failure));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return content.ToArray();
    }

    /// <summary>What no cause gives: how many, of which kinds, and what all of them have.</summary>
    private static void Unexplained(Utf8JsonWriter json, Remainder? left)
    {
        json.WriteStartObject("unexplained");
        json.WriteNumber("failures", left?.Failures ?? 0);
        json.WriteString("region", left?.Region);
        json.WriteStartObject("flags");
        foreach ((string flag, int count) in left?.Flags ?? [])
        {
            json.WriteNumber(flag, count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Beside the answers: incidents, what was asked again, and what one answer to everything would pass.</summary>
    private static void Exchange(Utf8JsonWriter json, Outcome outcome)
    {
        json.WriteStartArray("incidents");
        foreach (Incident incident in outcome.Incidents)
        {
            json.WriteStartObject();
            json.WriteString("kind", Names.Of(incident.Kind));
            json.WriteNumber("count", incident.Count);
            if (incident.CanBeReproduced)
            {
                json.WriteNumber("reproduced_alone", incident.Reproduced);
            }

            json.WriteString("request", incident.Request);
            json.WriteString("text", incident.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("asked_again", outcome.AskedAgain);
        json.WriteStartObject("constant_answer");
        json.WriteString("answer", outcome.Constant.Answer);
        json.WriteNumber("passes", outcome.Constant.Passes);
        json.WriteNumber("rows", outcome.Constant.Rows);
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
