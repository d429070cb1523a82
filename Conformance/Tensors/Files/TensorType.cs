using System.Collections.Immutable;

namespace Mxact.Tensors.Files;

/// <summary>An element type of a tensor file, by safetensors' name (its <c>Dtype</c>, v0.7).</summary>
/// <param name="Name">The name in a header.</param>
/// <param name="Bits">Bits of one element, or of a group of <paramref name="Values"/>; those below eight lie side by side, the first
/// lowest.</param>
/// <param name="Values">Elements of a group that has no smaller part: more than one only for the blocks of
/// <see cref="GgufTypes"/>.</param>
internal sealed record TensorType(string Name, int Bits, int Values = 1)
{
    public static TensorType F32 { get; } = new("F32", 32);

    public static TensorType F16 { get; } = new("F16", 16);

    public static TensorType BF16 { get; } = new("BF16", 16);

    public static TensorType F64 { get; } = new("F64", 64);

    public static TensorType I8 { get; } = new("I8", 8);

    public static TensorType F4 { get; } = new("F4", 4);

    public static TensorType F6E2M3 { get; } = new("F6_E2M3", 6);

    public static TensorType F6E3M2 { get; } = new("F6_E3M2", 6);

    public static TensorType F8E5M2 { get; } = new("F8_E5M2", 8);

    public static TensorType F8E4M3 { get; } = new("F8_E4M3", 8);

    public static TensorType F8E8M0 { get; } = new("F8_E8M0", 8);

    public static TensorType F8E4M3Fnuz { get; } = new("F8_E4M3FNUZ", 8);

    public static TensorType F8E5M2Fnuz { get; } = new("F8_E5M2FNUZ", 8);

    public static TensorType U8 { get; } = new("U8", 8);

    public static TensorType U32 { get; } = new("U32", 32);

    private static ImmutableArray<TensorType> All { get; } =
    [
        F32, F16, BF16, F64, I8, F4, F6E2M3, F6E3M2, F8E5M2, F8E4M3, F8E8M0,
        U8, U32, new("BOOL", 8), F8E4M3Fnuz, F8E5M2Fnuz,
        new("I16", 16), new("U16", 16), new("I32", 32), new("C64", 64), new("I64", 64), new("U64", 64),
    ];

    /// <summary>Whether values of it can be quantised without rounding them first.</summary>
    public bool IsWide => this == F32 || this == F16 || this == BF16;

    /// <summary>The type of that name, or null.</summary>
    public static TensorType? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>Bytes of <paramref name="count"/> elements that fill whole groups and whole bytes.</summary>
    public long Bytes(long count)
    {
        long groups = count / Values;
        return groups / 8 * Bits + (groups % 8 * Bits / 8);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
