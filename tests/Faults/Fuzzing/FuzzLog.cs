using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mxact.Shell;

namespace Mxact.Faults.Fuzzing;

/// <summary>A block of inputs of one reader, done.</summary>
internal sealed record Block(string Reader, ulong Seed, long First, long Count, long Accepted, long Refused, int Findings, double Longest,
    long MostBytes);

/// <summary>
/// What was fuzzed: a row a block, under the <see cref="RowChain"/>, appended when the block is done, so that a run that was stopped
/// goes on where it was. Rows speak of one build.
/// </summary>
internal sealed class FuzzLog : IDisposable
{
    private const string Columns = "build,reader,seed,first,count,accepted,refused,findings,longest_s,most_bytes";
    private readonly FileStream? file;
    private readonly RowChain chain = new(RowChain.Head(Columns));
    private readonly List<Block> blocks = [];

    private FuzzLog(FileStream? file) => this.file = file;

    /// <summary>The build that is fuzzed: equal sources give equal identities.</summary>
    public static string Build { get; } = Convert.ToHexStringLower(SHA256.HashData([.. new[]
    {
        typeof(FuzzLog), typeof(UsageException), typeof(Mxact.Vectors.Question), typeof(Tensors.Files.TensorFile), typeof(MatrixUnits),
            typeof(ElementFormat),
        typeof(Conformance.Adapters.LibraryManifest), typeof(Training.Runs.RunRecord), typeof(Cli.CommandLine),
    }.SelectMany(type => type.Module.ModuleVersionId.ToByteArray())]))[..16];

    /// <summary>What is done.</summary>
    public IReadOnlyList<Block> Blocks => blocks;

    /// <summary>Opens or begins a log; null keeps none.</summary>
    /// <exception cref="UsageException">It is none, damaged, in use, or of another build.</exception>
    public static FuzzLog Open(string? path)
    {
        if (path is null)
        {
            return new(null);
        }

        AtomicFile.Check(path, isSeekable: true);
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        FuzzLog log = new(file);
        try
        {
            ChainedRows read = ChainedRows.Read(file, Columns, path);
            file.SetLength(read.WholeBytes);
            if (!read.HasHead)
            {
                log.Write(RowChain.Head(Columns));
            }

            foreach (string row in read.Rows)
            {
                string[] cells = row.Split(',');
                if (cells[0] != Build)
                {
                    throw new UsageException($"{path}: speaks of another build; name another file");
                }

                log.chain.Add(row);
                log.blocks.Add(new(cells[1], ulong.Parse(cells[2], CultureInfo.InvariantCulture), Long(3), Long(4), Long(5), Long(6),
                    (int)Long(7),
                    double.Parse(cells[8], CultureInfo.InvariantCulture), Long(9)));
                long Long(int cell) => long.Parse(cells[cell], CultureInfo.InvariantCulture);
            }

            return log;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a block and puts it on the disk; several threads may.</summary>
    public void Add(Block block)
    {
        lock (blocks)
        {
            blocks.Add(block);
            string row = string.Create(CultureInfo.InvariantCulture,
                $"{Build},{block.Reader},{block.Seed},{block.First},{block.Count},{block.Accepted},"
                + $"{block.Refused},{block.Findings},{block.Longest:f3},{block.MostBytes}");
            Write($"{row},{chain.Add(row)}");
        }
    }

    /// <summary>How many inputs of a reader are done under a seed, from the first one on.</summary>
    public long DoneOf(string reader, ulong seed)
    {
        long next = 0;
        foreach (Block block in blocks.Where(b => b.Reader == reader && b.Seed == seed).OrderBy(b => b.First))
        {
            next = block.First == next ? next + block.Count : next;
        }

        return next;
    }

    public void Dispose() => file?.Dispose();

    private void Write(string line)
    {
        file?.Write(Encoding.ASCII.GetBytes(line + "\n"));
        file?.Flush(flushToDisk: true);
    }
}
