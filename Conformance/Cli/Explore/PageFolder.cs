using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mxact.Cli.Explore;

/// <summary>
/// The files of the page, listed once: only what is in the list can be asked for, so that no path leads out of the folder, neither by dots
/// nor by a link.
/// </summary>
internal sealed class PageFolder
{
    private const string Compressed = ".br", OtherCompressed = ".gz", Start = "/index.html", Other = "application/octet-stream";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".wasm"] = "application/wasm",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly ImmutableDictionary<string, string> files;

    /// <summary>Lists a folder.</summary>
    public PageFolder(string folder)
    {
        string root = Path.GetFullPath(folder);
        EnumerationOptions plain = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        files = Directory.EnumerateFiles(root, "*", plain)
            .ToImmutableDictionary(path => "/" + Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'),
                StringComparer.Ordinal);
    }

    /// <summary>The file of an address's path, or null where the page has none.</summary>
    /// <param name="path">The path, from its first slash on; a slash alone is the page.</param>
    /// <param name="acceptsBrotli">Whether the browser takes what is compressed so.</param>
    public PageFile? Find(string path, bool acceptsBrotli)
    {
        string name = path == "/" ? Start : path;
        if (name.EndsWith(Compressed, StringComparison.Ordinal) || name.EndsWith(OtherCompressed, StringComparison.Ordinal)
            || !files.TryGetValue(name, out string? plain))
        {
            return null;
        }

        string type = Types.GetValueOrDefault(Path.GetExtension(name), Other);
        return acceptsBrotli && files.TryGetValue(name + Compressed, out string? small) ? new(small, type, "br") : new(plain, type, null);
    }
}
