using System.Globalization;
using Mxact.Shell;

namespace Mxact.Faults.Fuzzing;

/// <summary>Fuzzes readers in turns, block by block, on several threads.</summary>
/// <param name="seed">The seed of all inputs.</param>
/// <param name="log">What is done, and will be.</param>
/// <param name="findingsFolder">Where inputs go that a reader fails at; made when the first comes.</param>
internal sealed class Fuzzer(ulong seed, FuzzLog log, string findingsFolder)
{
    /// <summary>Inputs of a block.</summary>
    public const int BlockInputs = 5000;

    /// <summary>Different failures of one reader that are told; a reader that fails always would tell nothing else.</summary>
    private const int MostTold = 20;

    /// <summary>Bytes that are told in hexadecimal.</summary>
    private const int MostShown = 2048;

    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(60);

    private readonly HashSet<string> told = [];
    private long inputs, findings;

    /// <summary>Inputs read by this run.</summary>
    public long Inputs => Interlocked.Read(ref inputs);

    /// <summary>Inputs that a reader failed at.</summary>
    public long Findings => Interlocked.Read(ref findings);

    /// <summary>Fuzzes.</summary>
    /// <param name="readers">Which readers.</param>
    /// <param name="count">Inputs of each, those of the log included.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="tell">Where a line about a finding goes.</param>
    /// <param name="stop">Ends it after the inputs under way; a block that is not done is done again another time.</param>
    public void Run(IReadOnlyList<Reader> readers, long count, int threads, Action<string> tell, CancellationToken stop)
    {
        // One file system in memory, where there is one: readers open a file an input.
        DirectoryInfo scratch = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/mxact-faults-{Guid.NewGuid():N}")
            : Directory.CreateTempSubdirectory("mxact-faults-");
        try
        {
            Queue<(Reader Reader, long First, long Count)> waiting = new(readers
                .SelectMany(reader => Blocks(reader, count).Select((block, turn) => (Turn: turn, Block: block)))
                .OrderBy(ordered => ordered.Turn).Select(ordered => ordered.Block));
            Thread[] workers = [.. Enumerable.Range(0, threads).Select(i
                => new Thread(() => Work(waiting, Path.Combine(scratch.FullName, $"{i}"), tell, stop)))];
            Array.ForEach(workers, worker => worker.Start());
            Array.ForEach(workers, worker => worker.Join());
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Reads the inputs of a block, or as many as there is time for.</summary>
    /// <returns>What came of it.</returns>
    public Block Do(Reader reader, long first, long count, string folder, Action<string> tell, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        Trial trial = new(reader, folder);
        int found = 0;
        long done = 0;
        byte[] input = [];

        // A reader that never comes back cannot be ended; the program can.
        using Timer watch = new(_ =>
        {
            tell($"{reader.Name}: input {first + Volatile.Read(ref done)} of seed {seed}, or one of the 64 before it, "
                + $"has not ended in {Hung.TotalSeconds:f0} s: "
                + Save(reader, first + done, input));
            Environment.Exit(ExitCodes.Mismatches);
        });
        for (; done < count && !stop.IsCancellationRequested; done++)
        {
            input = Mutator.Make(reader, seed, first + done);
            if (done % 64 == 0)
            {
                watch.Change(Hung, Timeout.InfiniteTimeSpan);
            }

            if (trial.Read(input) is { } finding)
            {
                found++;
                Tell(reader, first + done, input, finding, folder, tell);
            }

            Interlocked.Increment(ref inputs);
        }

        watch.Change(Timeout.Infinite, Timeout.Infinite);
        Interlocked.Add(ref findings, found);
        return new(reader.Name, seed, first, done, trial.Accepted, trial.Refused, found, trial.Longest.TotalSeconds, trial.MostBytes);
    }

    private IEnumerable<(Reader, long, long)> Blocks(Reader reader, long count)
    {
        for (long first = log.DoneOf(reader.Name, seed); first < count; first += BlockInputs)
        {
            yield return (reader, first, Math.Min(BlockInputs, count - first));
        }
    }

    private void Work(Queue<(Reader Reader, long First, long Count)> waiting, string folder, Action<string> tell, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            (Reader Reader, long First, long Count) next;
            lock (waiting)
            {
                if (!waiting.TryDequeue(out next))
                {
                    return;
                }
            }

            Block block = Do(next.Reader, next.First, next.Count, folder, tell, stop);
            if (block.Count == next.Count)
            {
                log.Add(block);
            }
        }
    }

    private void Tell(Reader reader, long number, byte[] input, Finding finding, string folder, Action<string> tell)
    {
        string place = finding.What[(finding.What.LastIndexOf(" in ", StringComparison.Ordinal) + 1)..];
        lock (told)
        {
            if (!told.Add($"{reader.Name} {finding.Fault} {finding.What.Split(':')[0]} {place}")
                || told.Count(t => t.StartsWith(reader.Name + " ", StringComparison.Ordinal)) > MostTold)
            {
                return;
            }
        }

        byte[] shrunk = Shrinking.Shrink(new(reader, folder), input, finding);
        tell(string.Create(CultureInfo.InvariantCulture, $"{reader.Name}: input {number} of seed {seed}: {finding.Fault}: {finding.What}"));
        string least = shrunk.Length <= MostShown ? Convert.ToHexStringLower(shrunk) : $"{shrunk.Length} bytes";
        tell($"  {Save(reader, number, input)}; the least of it: {least}");
    }

    private string Save(Reader reader, long number, byte[] input)
    {
        Directory.CreateDirectory(findingsFolder);
        string path = Path.Combine(findingsFolder, string.Create(CultureInfo.InvariantCulture, $"{reader.Name}-{seed}-{number}.bin"));
        File.WriteAllBytes(path, input);
        return path;
    }
}
