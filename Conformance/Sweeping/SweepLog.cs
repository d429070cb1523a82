using System.Globalization;
using System.Text;
using Mxact.Shell;
using Mxact.Simulator.Conversion;

namespace Mxact.Conformance.Sweeping;

/// <summary>
/// The log of a sweep: a CSV file with a row a stretch, appended when the stretch is done, so that a sweep that was stopped, or
/// killed, goes on where it was. Rows carry the build they speak of: another build's proof is none for this one. Each ends with the
/// check of the <see cref="RowChain"/>, so that what the log says is what a sweep wrote.
/// </summary>
internal sealed class SweepLog : IDisposable
{
    private readonly FileStream? file;
    private readonly RowChain? chain;

    private SweepLog(FileStream? file, RowChain? chain, IReadOnlyList<Stretch> done, string? notice)
    {
        this.file = file;
        this.chain = chain;
        Done = done;
        Notice = notice;
    }

    /// <summary>Which build of the simulator this is: builds are deterministic, so equal sources give equal identities.</summary>
    public static string Build { get; } = typeof(Sweep).Assembly.ManifestModule.ModuleVersionId.ToString("N");

    /// <summary>What the file held when it was opened.</summary>
    public IReadOnlyList<Stretch> Done { get; }

    /// <summary>One line about a last row that was cut off and is done again, or null.</summary>
    public string? Notice { get; }

    /// <summary>Opens or creates a log; null keeps none.</summary>
    /// <exception cref="UsageException">The file is no such log, damaged, of another build, or another process writes it.</exception>
    public static SweepLog Open(string? path)
    {
        if (path is null)
        {
            return new(null, null, [], null);
        }

        FileStream file = OpenFile(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            SweepLogRows read = SweepLogRows.Read(file, path);
            if (read.Build is { } build && build != Build)
            {
                throw new UsageException($"{path}: was written by another build of mxact, whose proof does not hold for this one; "
                    + "name another file");
            }

            file.SetLength(read.Rows.WholeBytes);
            SweepLog log = new(file, read.Rows.Chain, read.Stretches, read.Rows.IsTorn ? read.Rows.TornText : null);
            if (!read.Rows.HasHead)
            {
                log.Write(RowChain.Head(SweepLogRows.Columns));
            }

            return log;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a log that nobody writes now, of whatever build.</summary>
    /// <exception cref="UsageException">The file is missing, no such log, or damaged.</exception>
    public static SweepLogRows Read(string path)
    {
        using FileStream file = OpenFile(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        SweepLogRows read = SweepLogRows.Read(file, path);
        return read.Rows.HasHead ? read : throw new UsageException($"{path}: line 1: is not the head of a sweep's log");
    }

    /// <summary>Adds a row and puts it on the disk.</summary>
    public void Add(Stretch stretch)
    {
        if (file is not null)
        {
            string row = SweepLogRows.TextOf(stretch, Build);
            Write($"{row},{chain!.Add(row)}");
        }
    }

    public void Dispose() => file?.Dispose();

    private static FileStream OpenFile(string path, FileMode mode, FileAccess access, FileShare share)
    {
        if (path.Length == 0 || Directory.Exists(path) || (mode == FileMode.Open && !File.Exists(path)))
        {
            throw new UsageException(path.Length == 0 ? "the log's path is empty"
                : $"{path}: {(Directory.Exists(path) ? "is a folder" : "not found")}");
        }

        try
        {
            return new(path, mode, access, share);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(path))
        {
            throw new UsageException($"{path}: {LockHolder.Of(path)} is using this log, or it cannot be opened: {exception.Message}");
        }
    }

    private void Write(string line)
    {
        file!.Write(Encoding.ASCII.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }
}
