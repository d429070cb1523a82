namespace Mxact.Shell;

/// <summary>The standard input, where there is one.</summary>
internal static class StandardInput
{
    /// <summary>Opens it.</summary>
    /// <exception cref="UsageException">It is closed: reading would wait for ever for what nobody can write.</exception>
    public static Stream Open() => IsClosed() ? throw new UsageException("the standard input is closed") : Console.OpenStandardInput();

    /// <summary>
    /// Descriptor 0 of a program that was started without one is what the runtime opened first: something of its own, or a pipe whose other
    /// end is this process's too.
    /// </summary>
    private static bool IsClosed()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/proc/self/fd"))
        {
            return false;
        }

        string? input = TargetOf("/proc/self/fd/0");
        return input is null || input.StartsWith("anon_inode:", StringComparison.Ordinal)
            || (input.StartsWith("pipe:", StringComparison.Ordinal)
                && Directory.EnumerateFileSystemEntries("/proc/self/fd").Any(entry => TargetOf(entry) == input && IsWritable(entry)));
    }

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether a descriptor is a pipe's end that is written: its flags, octal, end in O_WRONLY.</summary>
    private static bool IsWritable(string descriptor)
    {
        try
        {
            return File.ReadLines($"/proc/self/fdinfo/{Path.GetFileName(descriptor)}").Any(line
                => line.StartsWith("flags:", StringComparison.Ordinal) && line[^1] is '1' or '2');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
