namespace Mxact.Cli.Explore;

/// <summary>A file of the page as it is sent.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Encoding">How it is compressed; null where it is not.</param>
internal sealed record PageFile(string Path, string Type, string? Encoding);
