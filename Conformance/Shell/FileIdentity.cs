using System.Runtime.InteropServices;
using System.Text;

namespace Mxact.Shell;

/// <summary>What kind of thing a path names, links followed.</summary>
internal enum FileKind
{
    /// <summary>Nothing, or nothing that may be looked at.</summary>
    Missing,

    /// <summary>A file with content of its own.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe: whoever opens it waits for the other side.</summary>
    Pipe,

    /// <summary>A character device, such as a terminal or /dev/null.</summary>
    Device,

    /// <summary>A socket or a disk: no place for a report.</summary>
    Other,
}

/// <summary>Which file a path names, whatever the path: one file under two names, or behind a linked folder, is one.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file in it; 0 where this system does not tell.</param>
internal readonly record struct FileIdentity(FileKind Kind, ulong Device = 0, ulong Inode = 0)
{
    // struct statx of Linux, the same for every processor: where its mode, inode and device are.
    private const int StatxBytes = 256, ModeAt = 28, InodeAt = 32, DeviceAt = 136;
    private const int AtCurrentFolder = -100;
    private const uint BasicStats = 0x7ff;

    /// <summary>What a path names.</summary>
    public static FileIdentity Of(string path)
    {
        if (OperatingSystem.IsLinux() && path.Length > 0)
        {
            try
            {
                byte[] stat = new byte[StatxBytes];
                return Statx(AtCurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], 0, BasicStats, stat) != 0 ? new(FileKind.Missing)
                    : new(KindOf(BitConverter.ToUInt16(stat, ModeAt)), BitConverter.ToUInt64(stat, DeviceAt),
                        BitConverter.ToUInt64(stat, InodeAt));
            }
            catch (EntryPointNotFoundException)
            {
                // A C library older than the call: what the runtime knows is taken.
            }
        }

        return new(Directory.Exists(path) ? FileKind.Folder : File.Exists(path) ? FileKind.Regular : FileKind.Missing);
    }

    /// <summary>Whether two paths name one file that is there.</summary>
    public static bool AreSame(string one, string other)
    {
        FileIdentity first = Of(one);
        FileIdentity second = Of(other);
        return first.Kind != FileKind.Missing && first == second
            && (first.Inode != 0 || RealPath.Of(one).Equals(RealPath.Of(other), StringComparison.Ordinal));
    }

    private static FileKind KindOf(int mode) => (mode & 0xf000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Folder,
        0x1000 => FileKind.Pipe,
        0x2000 => FileKind.Device,
        _ => FileKind.Other,
    };

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, [Out] byte[] stat);
}
