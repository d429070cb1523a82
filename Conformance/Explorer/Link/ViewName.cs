using System.Collections.Immutable;

namespace Mxact.Explorer.Link;

/// <summary>A view of the page.</summary>
/// <param name="Name">Its name in links.</param>
/// <param name="Title">What stands on its tab.</param>
public sealed record ViewName(string Name, string Title)
{
    /// <summary>All of them; the first is shown where a link names none.</summary>
    public static ImmutableArray<ViewName> All { get; } =
        [new("number", "Number"), new("block", "Block"), new("dot", "Dot"), new("inspect", "Inspect")];

    /// <summary>The view that a state means.</summary>
    public static ViewName Of(PageState state) => All.FirstOrDefault(view => view.Name == state.View) ?? All[0];
}
