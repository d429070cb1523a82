using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>The block formats that tensors of a file are quantised to.</summary>
internal static class BlockFormats
{
    /// <summary>The MX format of that name.</summary>
    /// <exception cref="UsageException">There is none, or it is NVFP4.</exception>
    public static BlockFormat Require(string name) => RequireAny(name) is { Scale.Element: null } format ? format
        : throw new UsageException($"{name} needs a scale for the whole tensor beside the blocks' own, and nothing says how it is "
            + $"chosen: this command takes the formats of MX alone");

    /// <summary>The block format of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static BlockFormat RequireAny(string name) => MxFormats.Find(name)
        ?? throw new UsageException(FormatNames.Unknown(name, [.. MxFormats.All.Select(f => f.Name)], "block format"));
}
