using System.Text.Json.Nodes;
using Json.Schema;
using Mxact.Common;

namespace Mxact.Conformance.Tests;

/// <summary>A committed schema, and what it says of a file.</summary>
internal static class Schema
{
    /// <summary>Fails with every place at which a text is not as the schema has it.</summary>
    /// <param name="name">The schema's file in Conformance.</param>
    /// <param name="json">The text.</param>
    public static JsonNode Holds(string name, string json)
    {
        JsonNode node = JsonNode.Parse(json)!;
        EvaluationResults results = JsonSchema.FromText(File.ReadAllText(Repository.At("Conformance", name)))
            .Evaluate(node, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, string.Join('\n', results.Details.Where(detail => detail.HasErrors)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Key}: {error.Value}"))));
        return node;
    }
}
