using System.Text.Json;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>The outcome for another program.</summary>
internal static class JsonReport
{
    private const int MostFailures = 200;

    public static void Write(AtomicFile file, Outcome outcome)
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
            json.WriteStartArray("groups");
            foreach (Group group in outcome.Groups)
            {
                json.WriteStartObject();
                json.WriteString("name", group.Name);
                Counts(json, verdict => group[verdict]);
                json.WriteStartArray("explanations");
                foreach (Explanation explanation in Diagnosis.Of(group))
                {
                    json.WriteStartObject();
                    json.WriteString("choice", explanation.Choice);
                    json.WriteNumber("explained", explanation.Explained);
                    json.WriteNumber("tried", explanation.Failures);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("failures");
            foreach (Judged failure in outcome.Groups.SelectMany(g => g.Failures).Take(MostFailures))
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
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        file.Complete(content.ToArray());
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
