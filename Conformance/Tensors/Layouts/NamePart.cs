namespace Mxact.Tensors.Layouts;

/// <summary>What a layout makes of a tensor's name.</summary>
/// <param name="Suffix">What it adds.</param>
/// <param name="InPlaceOfWeight">Whether that stands for the last part, <c>weight</c>: <c>x.weight</c> has <c>x.scales</c>.</param>
internal sealed record NamePart(string Suffix, bool InPlaceOfWeight = false)
{
    private const string Weight = "weight";

    /// <summary>The name of the part that belongs to a tensor; null where the tensor's own has no <c>weight</c> to replace.</summary>
    public string? Of(string tensor) => !InPlaceOfWeight ? tensor + Suffix
        : IsWeight(tensor) ? string.Concat(tensor.AsSpan(0, tensor.Length - Weight.Length), Suffix)
        : null;

    /// <summary>A name that has a <c>weight</c> to replace.</summary>
    public static string WithWeight(string tensor) => IsWeight(tensor) ? tensor : $"{tensor}.{Weight}";

    /// <summary>The part as the docs show it.</summary>
    public override string ToString() => InPlaceOfWeight ? $"(W){Suffix}" : $"W{Suffix}";

    private static bool IsWeight(string tensor) => tensor == Weight || tensor.EndsWith("." + Weight, StringComparison.Ordinal);
}
