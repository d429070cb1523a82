using System.Diagnostics;

namespace Mxact.Shell;

/// <summary>
/// A file that appears whole or not at all: written under a name of its own beside the target, put on the disk, and moved into place, by
/// one process at a time. A device or a descriptor (/dev/stdout) has no content to lose and is written through. A link stays, and what it
/// points to is replaced. What is not finished is removed, however the program ends; what a kill leaves, the next writer removes.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    /// <summary>How long a file that is written in one go waits for another's: they take milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long a lock is tried for whose holder cannot be named.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private static readonly HashSet<AtomicFile> Unfinished = [];

    private readonly string target;
    private readonly FileLock? held;
    private bool isDone;

    private static bool isEnding;

    private static readonly List<IDisposable> ReleasedAtEnd = [];

    static AtomicFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => AbandonAll(isEnd: true);

    private AtomicFile(string path, string target, FileLock? held, FileStream stream)
    {
        Path = path;
        this.target = target;
        this.held = held;
        Stream = stream;
        lock (Unfinished)
        {
            Unfinished.Add(this);
        }
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>Where the content goes.</summary>
    public FileStream Stream { get; }

    /// <summary>Refuses a path that could not be written, before hours are spent on what goes there.</summary>
    /// <param name="path">Where it would go.</param>
    /// <param name="isSeekable">It will not be written in order.</param>
    /// <exception cref="UsageException">It is empty, a folder, a pipe, or there is no folder for it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file there may not be written.</exception>
    public static void Check(string path, bool isSeekable = false)
    {
        if (path.Length == 0)
        {
            throw new UsageException("the path of an output is empty");
        }

        FileIdentity there = FileIdentity.Of(path);
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path;
        string? fault = there.Kind switch
        {
            FileKind.Folder => "is a folder",
            FileKind.Missing when !Directory.Exists(folder) => $"there is no folder {folder}",
            FileKind.Missing when System.IO.Path.EndsInDirectorySeparator(path) => "names a folder that is not there",
            FileKind.Other => "is a socket or a disk",
            FileKind.Pipe when !IsDescriptor(path) => "is a pipe, which waits for its reader; name a file, or /dev/stdout",
            FileKind.Pipe or FileKind.Device when isSeekable => "is a pipe or a device; this file is not written in order",
            _ => null,
        };
        if (fault is not null)
        {
            throw new UsageException($"{path}: {fault}");
        }

        if (there.Kind == FileKind.Regular)
        {
            Probe(path);
        }
    }

    private static void Probe(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0).Dispose();
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            // A lock or a share that another holds: the runtime has no type of its own for it.
            throw new UsageException($"{path}: {LockHolder.Of(path)} is using it, or it cannot be written: {exception.Message}");
        }
    }

    /// <summary>Writes a file whole.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using AtomicFile file = Create(path, isSeekable: false, Patience);
        file.Complete(content);
    }

    /// <summary>Writes a file whole.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        using AtomicFile file = Create(path, isSeekable: false, Patience);
        content(file.Stream);
        file.Commit();
    }

    /// <summary>
    /// Begins a file; without <see cref="Commit"/> nothing is left of it. Begun before long work, it is proof that the file can be written,
    /// and keeps others from writing it meanwhile.
    /// </summary>
    /// <param name="path">Where it goes in the end.</param>
    /// <param name="isSeekable">It will not be written in order, so a pipe or a device cannot take it.</param>
    /// <exception cref="UsageException">The path cannot be written, or another process is writing it.</exception>
    public static AtomicFile Create(string path, bool isSeekable = false) => Create(path, isSeekable, TimeSpan.Zero);

    /// <summary>Refuses an output that is one of the inputs, by whatever name.</summary>
    /// <exception cref="UsageException">It is.</exception>
    public static void RefuseInput(string path, params IEnumerable<string> inputs)
    {
        if (FileIdentity.Of(path).Kind == FileKind.Regular && inputs.Any(input => FileIdentity.AreSame(input, path)))
        {
            throw new UsageException($"{path}: is the input itself");
        }
    }

    /// <summary>Whether a path leads to the file that this one replaces; a device is nobody's own.</summary>
    public bool IsFileOf(string path) => held is not null && target == RealPath.Of(path);

    /// <summary>Removes what is not finished: the program ends at once.</summary>
    /// <param name="isEnd">No file is begun any more, whatever other threads do meanwhile.</param>
    public static void AbandonAll(bool isEnd = false)
    {
        lock (Unfinished)
        {
            isEnding |= isEnd;
            for (int i = 0; isEnd && i < ReleasedAtEnd.Count; i++)
            {
                ReleasedAtEnd[i].Dispose();
            }

            foreach (AtomicFile file in Unfinished)
            {
                file.Abandon();
            }
        }
    }

    /// <summary>Something else that the program holds beside its files, a lock: given back however the program is told to end.</summary>
    public static void ReleaseAtEnd(IDisposable held)
    {
        lock (Unfinished)
        {
            ReleasedAtEnd.Add(held);
        }
    }

    /// <summary>
    /// Whether a file has met the limit of its file system or of the shell (<c>ulimit -f</c>), which the runtime reports as a bad argument.
    /// </summary>
    public static bool IsTooLarge(Exception exception)
        => exception is ArgumentOutOfRangeException { ParamName: "value" }
            && exception.StackTrace?.Contains("System.IO.RandomAccess", StringComparison.Ordinal) == true;

    /// <summary>Writes the whole content and commits it.</summary>
    public void Complete(ReadOnlySpan<byte> content)
    {
        Stream.Write(content);
        Commit();
    }

    /// <summary>It is whole: puts it on the disk and gives it its name, under the permissions of the file that it replaces.</summary>
    public void Commit()
    {
        if (held is null)
        {
            Stream.Dispose();
            isDone = true;
            return;
        }

        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(held.Temporary, File.GetUnixFileMode(target));
        }

        File.Move(held.Temporary, target, overwrite: true);
        isDone = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Until its lock is given back it is among the unfinished: a signal here must find it.
        lock (Unfinished)
        {
            if (!Unfinished.Contains(this))
            {
                return;
            }

            try
            {
                Stream.Dispose();
            }
            catch (Exception exception) when (!isDone && (exception is IOException || IsTooLarge(exception)))
            {
                // What is thrown away need not reach the disk; a full one says so a second time here.
            }
            finally
            {
                if (held is not null)
                {
                    File.Delete(held.Temporary);
                    held.Dispose();
                }

                Unfinished.Remove(this);
            }
        }
    }

    private static AtomicFile Create(string path, bool isSeekable, TimeSpan patience)
    {
        Check(path, isSeekable);
        string target = RealPath.Of(path);
        FileIdentity there = FileIdentity.Of(target);
        if (IsDescriptor(target) || there.Kind is FileKind.Device or FileKind.Pipe)
        {
            // Where a shell has sent /dev/stdout into a file, what that holds already stays.
            FileMode mode = there.Kind == FileKind.Regular ? FileMode.Append : FileMode.Open;
            return new(path, target, null, new(target, mode, FileAccess.Write, FileShare.ReadWrite));
        }

        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            // From its first trace on the disk on, it is among the unfinished.
            lock (Unfinished)
            {
                if (!isEnding && FileLock.TryTake(target) is { } held)
                {
                    return Begin(path, target, held);
                }
            }

            if (Volatile.Read(ref isEnding))
            {
                // The end is moments away; an error would only be told for nothing.
                Thread.Sleep(Timeout.Infinite);
            }

            // A holder that cannot be named has most likely just let go: the next try shows it.
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited >= patience && (FileLock.HolderOf(target) is var holder && (holder is not null || waited >= patience + Grace)))
            {
                throw new UsageException($"{target}: {holder ?? LockHolder.Unknown} is writing it");
            }

            Thread.Sleep(5);
        }
    }

    private static AtomicFile Begin(string path, string target, FileLock held)
    {
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                // From the beginning: what only its owner may read is not for others to read meanwhile.
                options.UnixCreateMode = File.GetUnixFileMode(target);
            }

            return new(path, target, held, new FileStream(held.Temporary, options));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static bool IsDescriptor(string path) => !OperatingSystem.IsWindows() && RealPath.IsDescriptor(RealPath.Of(path));

    private void Abandon()
    {
        try
        {
            if (held is not null && !isDone)
            {
                File.Delete(held.Temporary);
            }

            held?.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays for the next writer to remove.
        }
    }
}
