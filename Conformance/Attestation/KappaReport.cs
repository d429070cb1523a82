using System.Globalization;
using System.Text.Json;
using Mxact.Shell;

namespace Mxact.Conformance.Attestation;

/// <summary>What a report says of whose kernel it is; null is left out.</summary>
/// <param name="Provider">Who provides the implementation.</param>
/// <param name="Email">Where they are reached.</param>
/// <param name="Uri">Their page.</param>
/// <param name="Implementation">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Timestamp">When it was measured, UTC.</param>
internal sealed record ReportMetadata(string? Provider, string? Email, string? Uri, string Implementation, string? Version,
    DateTimeOffset Timestamp);

/// <summary>
/// The kappa report, with the names of the fields that the draft's working group shows in its exemplars (version 3.2.0, February 2026: no
/// schema of theirs is known). YAML 1.2 in the form of JSON, so that nothing in it need be escaped twice.
/// </summary>
internal static class KappaReport
{
    /// <summary>What the report says of the draft, and nothing more.</summary>
    public const string Follows = "follows the v4.0 draft";

    /// <summary>Writes the members.</summary>
    public static void Write(Utf8JsonWriter json, ReportMetadata metadata, IReadOnlyList<Attested> measured)
    {
        json.WriteStartObject("Metadata");
        json.WriteString("conformance", Follows);
        json.WriteString("version", P3109SaturationTable.Version);
        Given(json, "provider", metadata.Provider);
        if (metadata.Email is not null || metadata.Uri is not null)
        {
            json.WriteStartObject("contact");
            Given(json, "email", metadata.Email);
            Given(json, "uri", metadata.Uri);
            json.WriteEndObject();
        }

        json.WriteStartObject("implementation");
        json.WriteString("name", metadata.Implementation);
        Given(json, "version", metadata.Version);
        json.WriteString("timestamp", metadata.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteString("measuredBy", ProgramVersion.Of("mxact", typeof(KappaReport).Assembly));
        json.WriteEndObject();

        json.WriteStartObject("Kappas");
        foreach (Attested one in measured.Where(one => one.State == AttestationState.Measured))
        {
            json.WriteStartObject(one.Operation.Name);
            Members(json, one);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStrings("Unsupported", Names(measured, AttestationState.Unsupported));
        json.WriteStrings("Failed", Names(measured, AttestationState.Failed));
    }

    private static void Members(Utf8JsonWriter json, Attested one)
    {
        json.WriteString("Approximates", one.Operation.Name[..one.Operation.Name.IndexOf('<', StringComparison.Ordinal)]);
        if (one.Kappa is { } kappa)
        {
            json.WriteStartArray("Kappas");
            json.WriteStartObject();
            json.WriteString("interval", "[ -Inf, Inf ]");
            if (kappa.Kind == 0)
            {
                json.WriteNumber("kappa", kappa.Steps);
            }
            else
            {
                json.WriteString("kappa", kappa.ToString());
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteNumber("different", one.Different);
        if (one.Worst is { } worst)
        {
            json.WriteStartObject("witness");
            json.WriteString("request", worst.Request);
            json.WriteString("exact", worst.Exact);
            json.WriteString("answer", worst.Answer);
            json.WriteEndObject();
        }

        json.WriteStartObject("Verification");
        json.WriteString("method", one.IsExhaustive ? "exhaustive computation" : "statistical sampling");
        json.WriteString("note", string.Create(CultureInfo.InvariantCulture,
            $"{one.Asked} {(one.IsExhaustive ? "operands, all there are" : "operands, not all there are: kappa may be larger")}"));
        json.WriteEndObject();
    }

    private static void Given(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static IEnumerable<string> Names(IReadOnlyList<Attested> measured, AttestationState state)
        => measured.Where(one => one.State == state).Select(one => one.Operation.Name);
}
