using System.Text.Json;
using Mxact.Shell;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>What was found out of a kernel's choices, for another program; <c>identification.schema.json</c> describes it.</summary>
internal static class ChoicesJson
{
    /// <summary>It grows when a member changes, not when one is added.</summary>
    private const int Version = 1;

    /// <summary>The members of the findings.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="kernel">How the kernel was named.</param>
    /// <param name="found">What was found.</param>
    /// <param name="exitCode">What the command ends with.</param>
    public static void Write(Utf8JsonWriter json, string kernel, ChoicesFound found, int exitCode)
    {
        json.WriteNumber("identification_version", Version);
        json.WriteString("kernel", kernel);
        json.WriteNumber("exit_code", exitCode);
        json.WriteNumber("probes", found.Probes);
        json.WriteNumber("unanswered", found.Unanswered);
        json.WriteNumber("rounds", found.Rounds);
        json.WriteObjects("conversions", found.Conversions, one => Members(json, one));
        json.WriteObjects("latitudes", Latitude.All, latitude => Members(json, latitude, found));
        json.WriteObjects("stochastic", found.Stochastic, one => Members(json, one));
        json.WriteString("base", found.Base.Name);
        Choices(json, "choices", found.Policy);
        json.WriteObjects("profiles", found.Nearest, near => Members(json, near, found));
        json.WriteObjects("unexplained", found.Departures, departure => Members(json, departure));
    }

    private static void Members(Utf8JsonWriter json, ConversionFound one)
    {
        Conversion conversion = one.Evidence.Conversion;
        json.WriteString("operation", Names.Of(conversion.Operation));
        json.WriteString("format", conversion.Format);
        json.WriteString("from", conversion.From.Name);
        json.WriteString("asked_under", one.Evidence.Header);
        json.WriteBoolean("took_the_usual_words", one.Evidence.IsUsual);
        json.WriteNumber("probes", one.Evidence.Probes.Count);
        json.WriteNumber("unanswered", one.Evidence.Unanswered);
        json.WriteObjects("latitudes", one.Latitudes, of =>
        {
            json.WriteString("latitude", of.Latitude.Id);
            json.WriteString("choice", of.Choice);
            json.WriteObjects("ruled_out", of.Not, not =>
            {
                json.WriteString("choice", not.Choice);
                json.WriteString("operand", not.Operand);
                json.WriteString("answer", not.Answer);
                json.WriteString("would_answer", not.Other);
            });
            json.WriteStrings("not_told_apart", of.NotTold);
            json.WriteString("other_words", Names.Of(of.Word));
        });
    }

    private static void Members(Utf8JsonWriter json, StochasticFound one)
    {
        json.WriteString("conversion", one.Conversion.ToString());
        json.WriteString("asked", one.Asked.ToString());
        json.WriteStartArray("takes_bits");
        foreach (int n in one.Taken)
        {
            json.WriteNumberValue(n);
        }

        json.WriteEndArray();
        json.WriteString("done_as", one.DoneAs?.ToString());
        json.WriteStrings("not_told_apart", one.NotTold.Select(reading => reading.ToString()));
        json.WriteNumber("probes", one.Probes);
        Members(json, "first_otherwise", one.First);
    }

    /// <summary>A latitude over all conversions: it may be chosen differently in them, or exercised by none.</summary>
    private static void Members(Utf8JsonWriter json, Latitude latitude, ChoicesFound found)
    {
        json.WriteString("id", latitude.Id);
        json.WriteString("question", latitude.Question);
        json.WriteString("default", latitude.Default);
        LatitudeFound[] where = [.. found.Conversions.SelectMany(one => one.Latitudes).Where(of => of.Latitude == latitude)];
        json.WriteBoolean("exercised", where.Length > 0);
        json.WriteStrings("choices", where.Select(of => of.Choice).Distinct());
    }

    /// <summary>A shipped profile: where it leaves the kernel by choice, and the first probe that shows it.</summary>
    private static void Members(Utf8JsonWriter json, ProfileMisses near, ChoicesFound found)
    {
        json.WriteString("name", near.Profile.Name);
        json.WriteNumber("misses", near.Misses);
        json.WriteObjects("differences", found.DifferencesFrom(near.Profile), difference =>
        {
            json.WriteString("latitude", difference.Latitude.Id);
            json.WriteString("profile", difference.Profile);
            json.WriteString("kernel", difference.Kernel);
            json.WriteStrings("conversions", difference.Conversions.Select(conversion => conversion.ToString()));
        });
        Members(json, "first", near.First);
    }

    private static void Members(Utf8JsonWriter json, string name, Departure? departure)
    {
        json.WritePropertyName(name);
        if (departure is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        Members(json, departure);
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, Departure departure)
    {
        json.WriteString("conversion", departure.Conversion.ToString());
        json.WriteString("operand", departure.Operand);
        json.WriteString("expected", departure.Expected);
        json.WriteString("got", departure.Got);
    }

    private static void Choices(Utf8JsonWriter json, string name, ConversionPolicy policy)
    {
        json.WriteStartObject(name);
        foreach (Latitude latitude in Latitude.All)
        {
            json.WriteString(latitude.Id, latitude.Of(policy));
        }

        json.WriteEndObject();
    }
}
