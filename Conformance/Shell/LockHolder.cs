using System.Globalization;

namespace Mxact.Shell;

/// <summary>Who keeps a file locked, for a message.</summary>
internal static class LockHolder
{
    /// <summary>What is said where the system does not tell.</summary>
    public const string Unknown = "another process";

    private const string Locks = "/proc/locks";
    private const int ProcessField = 4, InodeField = 5;

    /// <summary><c>process 4711</c>, or <see cref="Unknown"/>.</summary>
    public static string Of(string path)
    {
        if (!OperatingSystem.IsLinux() || FileIdentity.Of(path) is not { Inode: > 0 } file)
        {
            return Unknown;
        }

        try
        {
            // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:11660457 0 EOF. One that waits has "->" behind the number.
            string inode = string.Create(CultureInfo.InvariantCulture, $":{file.Inode}");
            string[]? its = File.ReadLines(Locks).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .FirstOrDefault(fields => fields.Length > InodeField && fields[InodeField].EndsWith(inode, StringComparison.Ordinal));
            return its is not null && int.TryParse(its[ProcessField], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && process > 0 ? $"process {process}" : Unknown;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unknown;
        }
    }
}
