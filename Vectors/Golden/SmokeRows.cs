using System.Collections.Frozen;

namespace Mxact.Vectors;

/// <summary>
/// Rows that the smallest level takes besides those that its generators mark: each is the first to tell a mutant of the reference that
/// no other row of that level tells (<c>tests/Mutants/results/Named-*.csv</c>).
/// </summary>
internal static class SmokeRows
{
    private static readonly FrozenSet<string> Ids = new[]
    {
        "dot-bf16-48f3b4e461d4",
        "dot-bf16-7527a624c6e8",
        "dot-bf16-aad2665b647d",
        "dot-e4m3-653e9ca2af31",
        "dot-e4m3-d40eda4a8d3f",
        "dot-e5m2-756fc2e9e1b3",
        "dot-fp16-55bc32ac3717",
        "dot-fp16-66d32bcb562a",
        "dot-fp16-9e3ab1623f2e",
        "encode-e5m2-260238325705",
        "encode-e5m2-2a51e6f7cf14",
        "encode-e5m2-43d36964b06a",
        "encode-e5m2-8e5722190d96",
        "encode-e5m2-a2bd0ddaefdf",
        "encode-e5m2-b9716a5594d2",
        "encode-e5m2-cfce45498b6c",
        "encode-e5m2-ee3017b4c7e2",
        "encode-e5m2-fcd0a02bdabb",
        "quantize-mxfp8-e5m2-06904b4e38c3",
        "quantize-mxfp8-e5m2-9520dad9b036",
        "quantize-mxfp8-e5m2-c0b22cb46083",
        "quantize-mxfp8-e5m2-dd7096781552",
        "quantize-mxfp8-e5m2-e681246f2736",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a row is one of them.</summary>
    public static bool Contains(string id) => Ids.Contains(id);
}
