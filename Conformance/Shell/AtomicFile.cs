using System.Globalization;

namespace Mxact.Shell;

/// <summary>
/// A file that appears whole or not at all: written under a name of its own beside the target, put on the disk, and moved into place. What
/// has no content to lose is written through instead: a device, a pipe, an empty file. A link stays, and what it points to is replaced.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string target;
    private readonly string? temporary;

    private AtomicFile(string target, string? temporary, FileStream stream)
    {
        this.target = target;
        this.temporary = temporary;
        Stream = stream;
    }

    /// <summary>Where the content goes.</summary>
    public FileStream Stream { get; }

    /// <summary>Refuses a path that could not be written, before hours are spent on what goes there.</summary>
    /// <exception cref="UsageException">It is a folder, or there is no folder for it.</exception>
    public static void Check(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder) || Directory.Exists(path))
        {
            throw new UsageException($"{path}: {(Directory.Exists(path) ? "is a folder" : $"there is no folder {folder}")}");
        }
    }

    /// <summary>Writes a file whole.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using AtomicFile file = Create(path);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Writes a file whole.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        using AtomicFile file = Create(path);
        content(file.Stream);
        file.Commit();
    }

    /// <summary>Begins a file that is written in pieces; without <see cref="Commit"/> nothing is left of it.</summary>
    /// <param name="path">Where it goes in the end.</param>
    /// <param name="isSeekable">It will not be written in order, so a pipe cannot take it: even an empty file is replaced.</param>
    public static AtomicFile Create(string path, bool isSeekable = false)
    {
        string target = Target(path);
        bool isStream = new FileInfo(target).LinkTarget is not null;
        if (isStream || (!isSeekable && File.Exists(target)))
        {
            // What is opened says what it is; the length of a link is that of its text. A link to a stream is never replaced.
            FileStream through = new(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            if (isStream || !through.CanSeek || through.Length == 0)
            {
                return new(target, null, through);
            }

            through.Dispose();
        }

        // Unique among processes, and on a shared folder among machines: two that write the same file each move a whole one into place.
        string temporary = string.Create(CultureInfo.InvariantCulture,
            $"{target}.{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}.partial");
        return new(target, temporary, new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read));
    }

    /// <summary>It is whole: puts it on the disk and gives it its name, under the permissions of the file that it replaces.</summary>
    public void Commit()
    {
        if (temporary is null)
        {
            Stream.Dispose();
            return;
        }

        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        }

        File.Move(temporary, target, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (temporary is not null)
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// A link's target is what is meant, whether it is there yet or not. What the links of /dev/stdout lead to at last is no path
    /// (<c>pipe:[4711]</c>): the link itself is opened then.
    /// </summary>
    private static string Target(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is null || file.ResolveLinkTarget(returnFinalTarget: true) is not { } final)
        {
            return path;
        }

        return final.FullName.StartsWith("/proc/", StringComparison.Ordinal) ? path : final.FullName;
    }
}
