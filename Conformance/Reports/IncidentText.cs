using System.Globalization;
using Mxact.Conformance.Adapters;

namespace Mxact.Conformance.Reports;

/// <summary>What went wrong with a kernel beside its answers, in words.</summary>
internal static class IncidentText
{
    /// <summary>What happened and how often, then the first occurrence.</summary>
    public static IEnumerable<string> Lines(Incident incident)
    {
        yield return $"INCIDENT {Headline(incident)}";
        if (incident.Request.Length > 0)
        {
            yield return $"  first at   {incident.Request}";
        }

        yield return $"  kernel     {incident.Text}";
    }

    /// <summary>What happened and how often, in a line.</summary>
    public static string Headline(Incident incident)
    {
        string times = incident.Count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{incident.Count} times");
        return $"{Names.Of(incident.Kind)} {times}{(incident.CanBeReproduced ? Reproduced(incident) : "")}";
    }

    private static string Reproduced(Incident incident)
        => incident.Reproduced == 0 ? ", not reproduced when asked alone: state, leak or race"
            : incident.Reproduced == incident.Count ? ", reproduced when asked alone"
            : string.Create(CultureInfo.InvariantCulture,
                $", {incident.Count - incident.Reproduced} of these not reproduced when asked alone: state, leak or race");
}
