using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Checkpoints.Which;

/// <summary>A quantised tensor and the values that it was made of.</summary>
/// <param name="Original">The values; null where the original has no tensor of that name.</param>
/// <param name="Stored">The quantised tensor.</param>
internal sealed record TensorPair(TensorInfo? Original, StoredTensor Stored)
{
    private const string Weight = ".weight";

    /// <summary>The format of the values.</summary>
    public ElementFormat From => Original!.Type == TensorType.F16 ? ElementFormats.Binary16
        : Original.Type == TensorType.BF16 ? ElementFormats.BFloat16 : ElementFormats.Binary32;

    /// <summary>Finds the quantised tensors of a checkpoint and pairs them with originals.</summary>
    /// <param name="original">Where the values are.</param>
    /// <param name="quantised">Where the codes are.</param>
    /// <param name="selected">Tensors of it that are meant.</param>
    /// <param name="layout">The layout that the user says they have, or null.</param>
    /// <param name="order">The order in which the user says their scales lie.</param>
    /// <exception cref="UsageException">None is quantised, or as of <see cref="Of"/>.</exception>
    public static ImmutableArray<TensorPair> Find(Checkpoint original, Checkpoint quantised, ImmutableArray<TensorInfo> selected,
        Layout? layout, ScaleLayout order)
    {
        LayoutFinder finder = new(quantised.Path, quantised.Tensors, layout, order);
        ImmutableArray<StoredTensor> found = finder.All(selected);
        return !found.IsEmpty ? Of(original, quantised, found)
            : throw new UsageException($"{quantised.Path}: no quantised tensor is recognised"
                + (finder.Nearest(selected) is { } near ? $": {near}" : ""));
    }

    /// <summary>Pairs quantised tensors with originals by name; either may have a <c>.weight</c> that the other lacks.</summary>
    /// <param name="original">Where the values are.</param>
    /// <param name="quantised">Where the codes are, for messages.</param>
    /// <param name="stored">The quantised tensors.</param>
    /// <exception cref="UsageException">None has an original, or one that has it differs in shape or is no wide type.</exception>
    public static ImmutableArray<TensorPair> Of(Checkpoint original, Checkpoint quantised, ImmutableArray<StoredTensor> stored)
    {
        Dictionary<string, TensorInfo> byName = original.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);

        // Where there is one on either side, they are a pair whatever somebody calls them.
        TensorInfo? only = stored.Length == 1 && original.Tensors is [TensorInfo single] ? single : null;
        ImmutableArray<TensorPair> pairs = [.. stored.Select(s => new TensorPair(Names(s.Name).Select(name
            => byName.GetValueOrDefault(name)).FirstOrDefault(t => t is not null) ?? only, s))];
        foreach (TensorPair pair in pairs.Where(pair => pair.Original is not null))
        {
            pair.Check(original);
        }

        return pairs.Any(pair => pair.Original is not null) ? pairs : throw new UsageException($"{original.Path}: has no tensor of the "
            + $"name of a quantised one of {quantised.Path}, such as '{TensorInfo.Shown(stored[0].Name)}'");
    }

    private static IEnumerable<string> Names(string name)
        => [name, name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : name + Weight];

    private void Check(Checkpoint original)
    {
        if (!Original!.Type.IsWide)
        {
            throw new UsageException($"{original.Path}: tensor '{Original.ShownName}' is {Original.Type}: the original is F32, "
                + "BF16 or F16");
        }

        // A single expert's axis of extent 1 is written by some and left out by others.
        if (!Original.Shape.SkipWhile(extent => extent == 1).SequenceEqual(Stored.Shape.SkipWhile(extent => extent == 1)))
        {
            throw new UsageException($"{original.Path}: tensor '{Original.ShownName}' is {Original.ShapeText}, and its codes are of "
                + TensorInfo.TextOf(Stored.Shape));
        }
    }
}
