using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Comparison;

/// <summary>One way to quantise that is compared with others: by a format and choices, or as somebody stored it.</summary>
/// <param name="Format">The block format.</param>
/// <param name="Policy">Every choice; of what is stored, those that say which codes are the largest.</param>
internal sealed record Candidate(BlockFormat Format, ConversionPolicy Policy)
{
    /// <summary>The quantised checkpoint, or null where this project quantises.</summary>
    public Checkpoint? Stored { get; private init; }

    /// <summary>Its tensors by their own names.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; private init; } = new Dictionary<string, StoredTensor>();

    /// <summary>The rule of the scale, as a user types it; of what is stored, the layout.</summary>
    public string ScaleRule => Stored is null ? (HasOwnRules || Policy.ScaleRule == Mxact.ScaleRule.FourOverSix ? Policy.ScaleRule
        : Mxact.ScaleRule.Quotient).Name : Tensors.Values.First().Layout.Name;

    /// <summary>The rounding of the elements, as a user types it; of what is stored, its file.</summary>
    public string Rounding => Stored is null ? Policy.Rounding.ToString()
        : Path.GetFileName(Path.TrimEndingDirectorySeparator(Stored.Path));

    /// <summary>Whether the rules of powers of two act on the format; NVFP4 rounds a quotient.</summary>
    private bool HasOwnRules => Format.Scale.Element is null;

    /// <summary>A quantised checkpoint.</summary>
    /// <exception cref="UsageException">It holds no quantised tensors, or of several formats.</exception>
    public static Candidate Of(Checkpoint stored, Layout? layout, ScaleLayout order)
    {
        LayoutFinder finder = new(stored.Path, stored.Tensors, layout, order);
        StoredTensor[] found = [.. finder.All(stored.Tensors)];
        BlockFormat[] formats = [.. found.Select(t => t.Format).Distinct()];
        return formats.Length == 1
            ? new(formats[0], ConversionPolicy.Ocp) { Stored = stored, Tensors = found.ToDictionary(t => t.Name, StringComparer.Ordinal) }
            : throw new UsageException($"{stored.Path}: " + (formats.Length == 0
                ? finder.Nearest(stored.Tensors) ?? "holds no quantised tensors"
                : $"holds tensors in {string.Join(" and ", formats.Select(f => f.Name))}: --tensor takes those of one"));
    }

    /// <summary>
    /// The quantised form of a tensor: by its name, or that with or without its last part, <c>weight</c>, or the only one there is; null
    /// where there is none.
    /// </summary>
    public StoredTensor? Of(TensorInfo tensor)
    {
        const string weight = ".weight";
        return Tensors.GetValueOrDefault(tensor.Name) ?? Tensors.GetValueOrDefault(tensor.Name + weight)
            ?? (tensor.Name.EndsWith(weight, StringComparison.Ordinal) ? Tensors.GetValueOrDefault(tensor.Name[..^weight.Length]) : null)
            ?? (Tensors.Count == 1 ? Tensors.Values.First() : null);
    }
}
