using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>The block formats that tensors of a file are quantised to.</summary>
internal static class BlockFormats
{
    /// <summary>The MX format of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static BlockFormat Require(string name) => MxFormats.Find(name) switch
    {
        null => throw new UsageException(FormatNames.Unknown(name, [.. MxFormats.All.Where(f => f.Scale.Element is null)
            .Select(f => f.Name)], "block format")),
        { Scale.Element: not null }
            => throw new UsageException($"{name} needs a scale for the whole tensor beside the blocks' own, and nothing says how it is "
            + $"chosen: this command takes the formats of MX alone"),
        BlockFormat format => format,
    };
}
