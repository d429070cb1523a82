using System.Text;

namespace Mxact.Shell;

/// <summary>A file that is read: what it must be, and how much of it, is checked before the first byte.</summary>
internal static class InputFile
{
    /// <summary>The most of a file of settings (a manifest, a plan) that is read.</summary>
    public const long MostText = 16 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses what is no file to read, without opening it: opening a pipe would wait for its writer.</summary>
    /// <exception cref="UsageException">It is not there, a folder, or a pipe that no shell has opened.</exception>
    public static void Check(string path)
    {
        string? fault = path.Length == 0 ? "the path of an input is empty" : FileIdentity.Of(path).Kind switch
        {
            FileKind.Missing => $"{path}: not found",
            FileKind.Folder => $"{path}: is a folder",
            FileKind.Other => $"{path}: is a socket or a disk, not a file",
            FileKind.Pipe when !RealPath.IsDescriptor(RealPath.Of(path)) => $"{path}: is a pipe, which waits for its writer; read it with "
                + "the shell's < or <(...)",
            _ => null,
        };
        if (fault is not null)
        {
            throw new UsageException(fault);
        }
    }

    /// <summary>Opens a file to read it from the beginning to the end.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static FileStream Open(string path)
    {
        Check(path);
        return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
    }

    /// <summary>The bytes of a file of at most so many.</summary>
    /// <exception cref="UsageException">It has more, or is none.</exception>
    public static byte[] ReadAllBytes(string path, long most = MostText)
    {
        using FileStream file = Open(path);
        using MemoryStream content = new();
        byte[] chunk = new byte[1 << 16];
        while (file.Read(chunk) is > 0 and int read)
        {
            content.Write(chunk, 0, read);
            if (content.Length > most)
            {
                throw new UsageException($"{path}: has more than the {most} bytes that are read of such a file");
            }
        }

        return content.ToArray();
    }

    /// <summary>The text of a file, which is UTF-8.</summary>
    /// <exception cref="UsageException">It is not, has too many bytes, or is none.</exception>
    public static string ReadAllText(string path, long most = MostText)
    {
        byte[] bytes = ReadAllBytes(path, most);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new UsageException($"{path}: byte {exception.Index}: is not UTF-8");
        }
    }
}
