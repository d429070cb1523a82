using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>The names of the axes that blocks run along.</summary>
internal static class BlockAxes
{
    public static string NameOf(BlockAxis axis) => axis switch
    {
        BlockAxis.AlongRows => "rows",
        BlockAxis.AlongColumns => "columns",
        _ => throw new InvalidOperationException($"no such axis: {axis}"),
    };

    /// <summary>The axis of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static BlockAxis Require(string? name) => name switch
    {
        "rows" => BlockAxis.AlongRows,
        "columns" => BlockAxis.AlongColumns,
        _ => throw new UsageException($"--axis is rows or columns, not '{name}'"),
    };
}
