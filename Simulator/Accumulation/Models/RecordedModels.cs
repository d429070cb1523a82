using System.Collections.Frozen;

namespace Mxact.Simulator.Accumulation.Models;

/// <summary>
/// How many dot products recorded on hardware this project was given of a row of the table, all of which it reproduces (a test counts).
/// What machines of one generation answered is counted once, under the row that their files are held to.
/// </summary>
internal static class RecordedModels
{
    private static readonly FrozenDictionary<string, int> Rows = new Dictionary<string, int>
    {
        ["volta-fp16"] = 10_000,
        ["ampere-fp16"] = 20_000,
        ["ampere-bf16"] = 10_000,
        ["ampere-tf32"] = 10_000,
        ["ada-fp16"] = 20_000,
        ["ada-bf16"] = 10_000,
        ["ada-tf32"] = 10_000,
        ["ada-fp8"] = 30_000,
        ["hopper-fp16"] = 20_000,
        ["hopper-bf16"] = 10_000,
        ["hopper-tf32"] = 10_000,
        ["hopper-wgmma-fp8"] = 20_000,
        ["hopper-mma-fp8"] = 20_000,
        ["blackwell-fp16"] = 10_000,
        ["blackwell-bf16"] = 5_000,
        ["blackwell-tf32"] = 5_000,
        ["blackwell-mma-fp8"] = 20_000,
        ["rdna3-fp16"] = 278,
        ["rdna3-bf16"] = 293,
        ["rdna4-dot2-fp16"] = 35,
        ["rdna4-dot2-bf16"] = 42,
        ["rdna4-fp16"] = 113,
        ["rdna4-bf16"] = 115,
        ["rdna4-fp16-wave64"] = 3,
        ["rdna4-bf16-wave64"] = 7,
        ["intel-tdpbf16ps-sdm"] = 1_806,
        ["intel-vdpbf16ps"] = 7_553,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The rows with recordings.</summary>
    public static IEnumerable<KeyValuePair<string, int>> All => Rows;

    /// <summary>The recorded dot products of one; 0 for none.</summary>
    public static int RowsOf(string model) => Rows.GetValueOrDefault(model);
}
