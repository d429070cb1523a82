using System.Text.Json;
using Mxact.Checkpoints.Which;
using Mxact.Shell;

namespace Mxact.Checkpoints;

/// <summary>What was found of tensors, for another program.</summary>
internal static class WhichJson
{
    /// <summary>The members of the object that says it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="findings">Every tensor's.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyCollection<TensorFinding> findings)
    {
        json.WriteNumber("exit_code", ExitCode(findings));
        json.WriteObjects("tensors", findings, finding => Members(json, finding));
    }

    /// <summary>0 where choices alone give every block of every tensor.</summary>
    public static int ExitCode(IReadOnlyCollection<TensorFinding> findings)
        => findings.All(finding => finding.IsExplained) ? ExitCodes.Success : ExitCodes.Mismatches;

    private static void Members(Utf8JsonWriter json, TensorFinding finding)
    {
        json.WriteString("name", finding.Pair.Stored.Name);
        json.WriteString("layout", finding.Pair.Stored.Layout.Name);
        json.WriteString("format", finding.Pair.Stored.Format.Name);
        if (finding.Explanation is not { } found || finding.Whole is not { } whole)
        {
            json.WriteString("not_judged", finding.NotJudged);
            return;
        }

        json.WriteStrings("profiles", found.Profiles.Select(profile => profile.Name));
        json.WriteStartObject("choices");
        foreach (Latitude latitude in Latitude.All)
        {
            json.WriteString(latitude.Id, latitude.Of(found.Policy));
        }

        json.WriteEndObject();
        json.WriteStrings("not_told_apart", found.NotTold);
        json.WriteStartArray("faults");
        foreach (FaultFound fault in found.Faults)
        {
            json.WriteStartObject();
            json.WriteString("name", fault.Name);
            json.WriteString("words", fault.Words);
            json.WriteNumber("sampled_blocks", fault.Explained);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (finding.TensorScale is { } scale)
        {
            json.WriteStartObject("tensor_scale");
            json.WriteNumber("stored", scale.Stored);
            json.WriteBoolean("is_divisor", scale.IsDivisor);
            json.WriteString("policy", scale.PolicyFor(whole.Largest, finding.Pair.Stored.Format));
            json.WriteString("fault", finding.TensorScaleFault?.Name);
            json.WriteEndObject();
        }

        json.WriteNumber("blocks", whole.Blocks);
        json.WriteNumber("departing", whole.Departing);
        json.WriteBoolean("faults_counted", found.Faults.IsEmpty || found.Written is not null);
        json.WriteNumber("sampled", found.Sampled);
        json.WriteNumber("sampled_departing", found.Departing);
        json.WriteNumber("sampled_unexplained", found.Unexplained);
        json.WriteStartArray("first_departing");
        foreach (SampledBlock block in whole.First)
        {
            json.WriteStartObject();
            json.WriteNumber("block", block.Index);
            json.WriteString("values", block.Operands);
            json.WriteString("stored", block.Answer);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStrings("first_explained", finding.First);
    }
}
