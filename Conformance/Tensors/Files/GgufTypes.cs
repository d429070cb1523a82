using System.Collections.Immutable;

namespace Mxact.Tensors.Files;

/// <summary>
/// The element types of .gguf files, by ggml's numbers and names. Most are blocks: a fixed number of values of one row in a fixed
/// number of bytes, their scales among them. Types that ggml has withdrawn from its files (4, 5, 31 to 33 and 36 to 38) are not here.
/// </summary>
internal static class GgufTypes
{
    /// <summary>ggml's MXFP4: an E8M0 scale, then 32 E2M1 codes in 16 bytes.</summary>
    public static TensorType Mxfp4 { get; } = Block("MXFP4", values: 32, bytes: 17);

    /// <summary>ggml's NVFP4: four UE4M3 scales, then four times 16 E2M1 codes in 32 bytes.</summary>
    public static TensorType Nvfp4 { get; } = Block("NVFP4", values: 64, bytes: 36);

    private static ImmutableArray<TensorType?> All { get; } =
    [
        TensorType.F32,
        TensorType.F16,
        Block("Q4_0", values: 32, bytes: 18),
        Block("Q4_1", values: 32, bytes: 20),
        null,
        null,
        Block("Q5_0", values: 32, bytes: 22),
        Block("Q5_1", values: 32, bytes: 24),
        Block("Q8_0", values: 32, bytes: 34),
        Block("Q8_1", values: 32, bytes: 36),
        Block("Q2_K", values: 256, bytes: 84),
        Block("Q3_K", values: 256, bytes: 110),
        Block("Q4_K", values: 256, bytes: 144),
        Block("Q5_K", values: 256, bytes: 176),
        Block("Q6_K", values: 256, bytes: 210),
        Block("Q8_K", values: 256, bytes: 292),
        Block("IQ2_XXS", values: 256, bytes: 66),
        Block("IQ2_XS", values: 256, bytes: 74),
        Block("IQ3_XXS", values: 256, bytes: 98),
        Block("IQ1_S", values: 256, bytes: 50),
        Block("IQ4_NL", values: 32, bytes: 18),
        Block("IQ3_S", values: 256, bytes: 110),
        Block("IQ2_S", values: 256, bytes: 82),
        Block("IQ4_XS", values: 256, bytes: 136),
        TensorType.I8,
        TensorType.Find("I16"),
        TensorType.Find("I32"),
        TensorType.Find("I64"),
        TensorType.F64,
        Block("IQ1_M", values: 256, bytes: 56),
        TensorType.BF16,
        null,
        null,
        null,
        Block("TQ1_0", values: 256, bytes: 54),
        Block("TQ2_0", values: 256, bytes: 66),
        null,
        null,
        null,
        Mxfp4,
        Nvfp4,
        Block("Q1_0", values: 128, bytes: 18),
        Block("Q2_0", values: 64, bytes: 18),
    ];

    /// <summary>The type of that number, or null.</summary>
    public static TensorType? Find(uint id) => id < All.Length ? All[(int)id] : null;

    /// <summary>The number of a type, or null where ggml has none for it.</summary>
    public static uint? IdOf(TensorType type) => All.IndexOf(type) is int id and >= 0 ? (uint)id : null;

    private static TensorType Block(string name, int values, int bytes) => new(name, 8 * bytes, values);
}
