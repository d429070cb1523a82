using System.CommandLine;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Faults.Fuzzing;

/// <summary><c>fuzz</c>: every reader under inputs that are nearly right.</summary>
internal static class FuzzCommand
{
    public static Command Create()
    {
        Command command = new("fuzz", "give every reader inputs that are nearly right: it must take or refuse each within 2 s and 64 MiB");
        Option<string[]> reader = new("--reader")
        {
            Description = "one reader; repeatable (default: all)",
            HelpName = "name",
            DefaultValueFactory = _ => []
        };
        Option<long> inputs = new("--inputs") { Description = "inputs of each reader", HelpName = "n", DefaultValueFactory = _ => 20_000 };
        Option<ulong> seed = new("--seed") { Description = "seed of the inputs", HelpName = "n", DefaultValueFactory = _ => 1 };
        Option<string?> log = new("--log") { Description = "keep what is done in this CSV file, and go on from it", HelpName = "file" };
        Option<int> threads = new("--threads")
        {
            Description = "threads",
            HelpName = "n",
            DefaultValueFactory = _
            => Environment.ProcessorCount
        };
        Option<long?> at = new("--at") { Description = "this one input alone, told whatever comes of it", HelpName = "number" };
        Option<double> minutes = new("--minutes") { Description = "stop after so many", HelpName = "n", DefaultValueFactory = _ => 1e6 };
        foreach (Option option in (Option[])[reader, inputs, seed, log, threads, at, minutes])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            Reader[] readers = parsed.GetValue(reader) is { Length: > 0 } names ? [.. names.Select(Readers.Named)] : [.. Readers.All];
            if (parsed.GetValue(at) is { } number)
            {
                return Replay(readers, parsed.GetValue(seed), number);
            }

            if (parsed.GetValue(threads) is < 1 or > 1024 || parsed.GetValue(inputs) < 1)
            {
                throw new UsageException("--threads is 1 to 1024, and --inputs above 0");
            }

            using FuzzLog kept = FuzzLog.Open(parsed.GetValue(log));
            return Interruption.Run(stop
                => Run(readers, parsed.GetValue(inputs), parsed.GetValue(threads),
                TimeSpan.FromMinutes(Math.Clamp(parsed.GetValue(minutes), 0, 1e6)),
                new(parsed.GetValue(seed), kept, Path.Combine("artifacts", "faults")), kept, stop));
        });
        return command;
    }

    private static int Run(Reader[] readers, long inputs, int threads, TimeSpan most, Fuzzer fuzzer, FuzzLog log, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(TimeSpan.FromMilliseconds(Math.Min(most.TotalMilliseconds, int.MaxValue)));
        using Timer progress = new(_
            => Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r{fuzzer.Inputs:n0} inputs, {fuzzer.Findings} findings ")), null, 1000, 1000);
        fuzzer.Run(readers, inputs, threads, line => Console.WriteLine(line), end.Token);
        progress.Change(Timeout.Infinite, Timeout.Infinite);
        Console.Error.WriteLine();
        foreach (Reader reader in readers)
        {
            Block[] blocks = [.. log.Blocks.Where(b => b.Reader == reader.Name)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{reader.Name,-18} {blocks.Sum(b => b.Count),12} inputs {blocks.Sum(b => b.Accepted),12} taken "
                + $"{blocks.Sum(b => b.Refused),12} refused {blocks.Sum(b => b.Findings),6} findings "
                + $"{blocks.Select(b => b.Longest).DefaultIfEmpty().Max(),7:f3} s "
                + $"{blocks.Select(b => b.MostBytes).DefaultIfEmpty().Max() / 1048576.0,7:f1} MiB at most"));
        }

        long findings = Math.Max(fuzzer.Findings, log.Blocks.Sum(b => b.Findings));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{log.Blocks.Sum(b => b.Count)} inputs over {readers.Length} readers, {findings} findings, build {FuzzLog.Build}"));
        return stop.IsCancellationRequested ? ExitCodes.Interrupted : findings == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
    }

    private static int Replay(Reader[] readers, ulong seed, long number)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxact-faults-");
        bool isFound = false;
        foreach (Reader reader in readers)
        {
            byte[] input = Mutator.Make(reader, seed, number);
            Trial trial = new(reader, folder.FullName);
            Console.WriteLine($"{reader.Name}: {Printable.Short(Convert.ToHexStringLower(input), 400)}");
            Finding? finding = trial.Read(input);
            Console.WriteLine($"  {(finding is null ? trial.Accepted > 0 ? "taken" : "refused" : $"{finding.Fault}: {finding.What}")}");
            isFound |= finding is not null;
        }

        folder.Delete(recursive: true);
        return isFound ? ExitCodes.Mismatches : ExitCodes.Success;
    }
}
