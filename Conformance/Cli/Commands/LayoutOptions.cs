using System.CommandLine;
using Mxact.Shell;
using Mxact.Tensors.Layouts;

namespace Mxact.Cli.Commands;

/// <summary>The options that say how a checkpoint stores its tensors where that cannot be seen.</summary>
internal sealed class LayoutOptions
{
    private static readonly (string Name, ScaleLayout Order)[] Orders =
    [
        ("row-major", ScaleLayout.RowMajor), ("nvidia", ScaleLayout.Nvidia128x4), ("amd", ScaleLayout.Amd32x8),
    ];

    private readonly Option<string?> layout = new("--layout")
    {
        Description = "the layout of the tensors that are read, where it is not recognised or could be another: "
            + string.Join(", ", LayoutTable.All),
        HelpName = "name",
    };
    private readonly Option<string> order = new("--scale-layout")
    {
        Description = "how the scales lie, which no file says: row-major; nvidia (tiles of 128 x 4) or amd (tiles of 32 x 8)",
        HelpName = "order",
        DefaultValueFactory = _ => Orders[0].Name,
    };

    public void AddTo(Command command)
    {
        command.Add(layout);
        command.Add(order);
    }

    /// <summary>The layout that the user says it is, or null.</summary>
    public Layout? Layout(ParseResult parsed) => parsed.GetValue(layout) is { } name ? LayoutTable.Require(name) : null;

    /// <summary>The order that the user says scales lie in.</summary>
    public ScaleLayout Order(ParseResult parsed)
    {
        string name = parsed.GetValue(order)!;
        int at = Array.FindIndex(Orders, o => o.Name == name);
        return at >= 0 ? Orders[at].Order
            : throw new UsageException($"--scale-layout is {string.Join(", ", Orders.Select(o => o.Name))}, not "
                + $"'{Printable.Short(name, 40)}'");
    }
}
