using Mxact.Shell;

namespace Mxact.Checkpoints;

/// <summary>The block formats that tensors of a file are quantised to.</summary>
internal static class BlockFormats
{
    /// <summary>The block format of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static BlockFormat Require(string name) => MxFormats.Find(name)
        ?? throw new UsageException(FormatNames.Unknown(name, [.. MxFormats.All.Select(f => f.Name)], "block format"));
}
