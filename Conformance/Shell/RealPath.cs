namespace Mxact.Shell;

/// <summary>
/// Where a path leads: every link on the way followed, folder by folder, as the system does, whether its end is there or not.
/// </summary>
internal static class RealPath
{
    /// <summary>The most links that are followed: Linux's limit.</summary>
    private const int MostLinks = 40;

    /// <summary>Follows a path; at a name of an open descriptor (/dev/stdout, /proc/self/fd/1) it stops: that is no path.</summary>
    /// <exception cref="UsageException">The links go in a circle.</exception>
    public static string Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            FileInfo file = new(path);
            return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
        }

        // Not GetFullPath: what '..' means after a linked folder, only the link tells.
        Stack<string> ahead = new(Parts(Path.Combine(Environment.CurrentDirectory, path)));
        string done = "/";
        int links = 0;
        while (ahead.TryPop(out string? part))
        {
            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? "/";
                continue;
            }

            string next = Path.Combine(done, part);
            if (IsDescriptor(next) || new FileInfo(next).LinkTarget is not { } link)
            {
                done = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new UsageException($"{path}: its links lead nowhere");
            }

            done = link.StartsWith('/') ? "/" : done;
            foreach (string inner in Parts(link))
            {
                ahead.Push(inner);
            }
        }

        return done;
    }

    /// <summary>Whether a path is the name of an open descriptor: a shell's /dev/stdout or &gt;(...).</summary>
    public static bool IsDescriptor(string path)
        => path is "/dev/stdin" or "/dev/stdout" or "/dev/stderr" || path.StartsWith("/dev/fd/", StringComparison.Ordinal)
            || (path.StartsWith("/proc/", StringComparison.Ordinal)
                && Path.GetDirectoryName(path)!.EndsWith("/fd", StringComparison.Ordinal));

    /// <summary>The parts of a path, the last first.</summary>
    private static IEnumerable<string> Parts(string path)
        => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
}
