using System.Globalization;
using System.Text.RegularExpressions;

namespace Mxact.Shell;

/// <summary>
/// The right to write one file, held by one process: an advisory lock on a file beside it, which the system gives back however the process
/// ends. With it comes the only name under which the content may be written meanwhile.
/// </summary>
internal sealed partial class FileLock : IDisposable
{
    /// <summary>The longest name that stands in the names beside it; a longer one is shortened, so that they are names at all.</summary>
    private const int MostName = 120;

    private const int EAgain = 11, EAgainOfBsd = 35, SharingViolation = unchecked((int)0x80070020);

    private readonly string path;
    private readonly FileStream stream;
    private bool isGivenBack;

    private FileLock(string path, FileStream stream, string temporary)
    {
        this.path = path;
        this.stream = stream;
        Temporary = temporary;
    }

    /// <summary>A name for the content, in the same folder, that nothing has.</summary>
    public string Temporary { get; }

    /// <summary>Takes the lock, and removes what a killed holder left behind.</summary>
    /// <param name="target">The file, links resolved; in a folder that is there.</param>
    /// <returns>The lock, or null when another has it.</returns>
    /// <exception cref="UsageException">Something else is in the lock's place.</exception>
    public static FileLock? TryTake(string target)
    {
        (string folder, string name, string path) = Place(target);
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new UsageException($"{path}: is a link, and no lock of this program: remove it");
        }

        if (Open(path) is not { } stream)
        {
            return null;
        }

        foreach (string stale in Partials(folder, name))
        {
            File.Delete(stale);
        }

        string temporary = string.Create(CultureInfo.InvariantCulture,
            $"{name}.{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}.partial");
        return new(path, stream, Path.Combine(folder, temporary));
    }

    /// <summary>Who holds the lock of a file: <c>process 4711</c>; null when nobody does any more, or nobody can tell.</summary>
    public static string? HolderOf(string target)
    {
        (string folder, string name, string path) = Place(target);
        string holder = LockHolder.Of(path);
        return holder != LockHolder.Unknown ? holder
            : Partials(folder, name).Select(partial => PartialName().Match(partial).Groups["process"].Value).FirstOrDefault()
                is { } process ? $"process {process}"
            : null;
    }

    public void Dispose()
    {
        if (isGivenBack)
        {
            return;
        }

        isGivenBack = true;

        // While it is held: whoever has opened the file meanwhile sees that it is no more the one of this name, and begins again.
        if (OperatingSystem.IsLinux())
        {
            File.Delete(path);
        }

        stream.Dispose();
    }

    private static (string Folder, string Name, string Path) Place(string target)
    {
        string folder = Path.GetDirectoryName(target)!;
        string name = Path.GetFileName(target);
        name = name.Length <= MostName ? name : string.Create(CultureInfo.InvariantCulture, $"{name[..MostName]}~{Hash(name):x8}");
        return (folder, name, Path.Combine(folder, $".{name}.lock"));
    }

    /// <summary>The lock, or null when another has it.</summary>
    private static FileStream? Open(string path)
    {
        FileStream stream;
        try
        {
            stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (exception.HResult is EAgain or EAgainOfBsd or SharingViolation)
        {
            return null;
        }

        if (OperatingSystem.IsLinux()
            && FileIdentity.Of($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}") != FileIdentity.Of(path))
        {
            stream.Dispose();
            return null;
        }

        return stream;
    }

    private static IEnumerable<string> Partials(string folder, string name)
        => Directory.EnumerateFiles(folder, "*.partial").Where(file
            => PartialName().Match(Path.GetFileName(file)) is { Success: true } match
            && match.Groups["name"].Value == name);

    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u);

    [GeneratedRegex(@"(?<name>[^/\\]*)\.(?<process>[0-9]+)-[0-9a-f]{8}\.partial\z", RegexOptions.CultureInvariant)]
    private static partial Regex PartialName();
}
