using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>Finds the quantised tensors of a checkpoint by what lies beside each other, and says what is near where nothing fits.</summary>
internal sealed class LayoutFinder
{
    private const int MostNeighbours = 4, MostLookedAt = 100;

    private readonly string path;
    private readonly IReadOnlyDictionary<string, TensorInfo> byName;
    private readonly Layout? forced;
    private readonly ScaleLayout order;

    /// <summary>Begins.</summary>
    /// <param name="path">The checkpoint, for messages.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="forced">The layout that the user says it has, or null.</param>
    /// <param name="order">The order in which the user says scales lie.</param>
    public LayoutFinder(string path, IEnumerable<TensorInfo> tensors, Layout? forced = null, ScaleLayout order = ScaleLayout.RowMajor)
    {
        this.path = path;
        this.forced = forced;
        this.order = order;
        byName = tensors.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The quantised tensors whose codes are among some tensors, in their order.</summary>
    /// <exception cref="UsageException">One could be read in two ways.</exception>
    public ImmutableArray<StoredTensor> All(IEnumerable<TensorInfo> tensors)
    {
        ImmutableArray<StoredTensor>.Builder found = ImmutableArray.CreateBuilder<StoredTensor>();
        foreach (TensorInfo tensor in tensors)
        {
            if (TryFind(tensor, out StoredTensor? stored))
            {
                found.Add(stored);
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The quantised tensor whose codes a tensor holds.</summary>
    /// <exception cref="UsageException">
    /// It could be read in two ways: the user is asked, nothing is guessed. Or its parts are there and do not fit each other.
    /// </exception>
    public bool TryFind(TensorInfo tensor, [NotNullWhen(true)] out StoredTensor? found)
    {
        LayoutFit[] all = [.. Fits(tensor, forced)];
        StoredTensor[] fits = [.. all.Select(fit => fit.Tensor).OfType<StoredTensor>()];
        found = fits.FirstOrDefault();
        if (found is null && all.FirstOrDefault(fit => fit.IsBroken) is { } broken)
        {
            throw new UsageException($"{path}: {Text(tensor, broken)}");
        }

        return fits.Length < 2 ? found is not null : throw new UsageException($"{path}: tensor '{tensor.ShownName}' could be "
            + $"{string.Join(" or ", fits.Select(f => f.Layout))}: --layout says which");
    }

    /// <summary>
    /// Why none of some tensors is a quantised one that can be read: what lies beside what, and the nearest layout with what is missing for
    /// it. Null where none looks like codes either.
    /// </summary>
    public string? Nearest(IEnumerable<TensorInfo> tensors)
    {
        (TensorInfo Tensor, LayoutFit Fit)? nearest = null;
        foreach (TensorInfo tensor in tensors.Where(t => !t.Type.IsWide).Take(MostLookedAt))
        {
            TensorInfo[] beside = Beside(tensor);
            foreach (LayoutFit fit in Fits(tensor, forced).Where(fit => fit.Tensor is null).Select(fit => fit.WithScalesAmong(beside)))
            {
                nearest = nearest is null || fit.Distance < nearest.Value.Fit.Distance ? (tensor, fit) : nearest;
            }
        }

        return nearest is null ? null : Text(nearest.Value.Tensor, nearest.Value.Fit);
    }

    private string Text(TensorInfo tensor, LayoutFit fit)
    {
        TensorInfo[] beside = Beside(tensor);
        string with = beside.Length == 0 ? "with nothing of its name beside it"
            : $"beside {string.Join(", ", beside.Select(t => $"'{t.ShownName}' {t.Type} {t.ShapeText}"))}";

        // Types of one width apart, it is what the user may say it is.
        bool canForce = forced is null && Fits(tensor, fit.Layout).Any(f => f.Tensor is not null);
        return $"'{tensor.ShownName}' {tensor.Type} {tensor.ShapeText} {with}; the nearest layout is {fit.Layout}, but "
            + string.Join(", and ", fit.Faults) + (canForce ? $"; if it is that, say --layout {fit.Layout}" : "");
    }

    private TensorInfo[] Beside(TensorInfo tensor) => [.. byName.Values.Where(t => t != tensor && IsBeside(tensor.Name, t.Name))
        .OrderBy(t => t.Name, StringComparer.Ordinal).Take(MostNeighbours)];

    /// <summary>Whether two names begin alike up to the last part of the first.</summary>
    private static bool IsBeside(string name, string other)
    {
        int dot = name.LastIndexOf('.');
        return other.StartsWith(dot < 0 ? name : name[..(dot + 1)], StringComparison.Ordinal);
    }

    private IEnumerable<LayoutFit> Fits(TensorInfo tensor, Layout? only)
    {
        foreach (Layout layout in only is null ? LayoutTable.All : [only])
        {
            foreach (CodeForm form in layout.Forms)
            {
                if (LayoutFit.Of(layout, form, tensor, name => byName.GetValueOrDefault(name), only is not null, order) is { } fit)
                {
                    yield return fit;
                }
            }
        }
    }
}
