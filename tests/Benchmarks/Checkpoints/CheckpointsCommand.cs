using System.CommandLine;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Benchmarks.Checkpoints;

/// <summary>
/// <c>checkpoints FOLDER</c>: inspect and convert on checkpoints of some GiB, each beside what the machine needs to read or copy the same
/// bytes, in turn; medians.
/// </summary>
internal static class CheckpointsCommand
{
    private const int SmallTensors = 100_000;

    public static Command Create()
    {
        Command command = new("checkpoints", "time inspect and convert on large checkpoints beside cat and cp");
        Argument<string> folder = new("folder") { Description = "where the checkpoints are made and removed: on a file system in memory" };
        Argument<string> mxact = new("mxact") { Description = "the mxact command that is timed, such as a published one" };
        Option<int> gigabytes = new("--gigabytes") { Description = "GiB of a checkpoint", DefaultValueFactory = _ => 4 };
        Option<int> runs = new("--runs") { Description = "runs of each", DefaultValueFactory = _ => 5 };
        command.Add(folder);
        command.Add(mxact);
        command.Add(gigabytes);
        command.Add(runs);
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(mxact),
            (long)parsed.GetValue(gigabytes) << 30, parsed.GetValue(runs)));
        return command;
    }

    private static int Run(string folder, string mxact, long bytes, int runs)
    {
        string mx = Path.Combine(folder, "mx"), wide = Path.Combine(folder, "wide"), small = Path.Combine(folder, "small");
        string output = Path.Combine(folder, "out");
        try
        {
            Console.WriteLine("| what | beside | seconds | beside it | ratio | anonymous MiB |");
            Console.WriteLine("|---|---|---|---|---|---|");
            SampleCheckpoint.GptOss(mx, bytes);
            string halves = string.Join(" & ", Directory.GetFiles(mx).Order(StringComparer.Ordinal).Chunk(Directory.GetFiles(mx).Length / 2)
                .Select(part => $"cat {string.Join(' ', part)} > /dev/null"));
            Row(runs, "inspect, 2 threads", "cat, 2 at a time", $"{mxact} inspect {mx} --threads 2", $"{halves} & wait", output);
            Row(runs, "convert --to-layout compressed-tensors-mxfp4", "cp", $"{mxact} convert {mx} {output} "
                + "--to-layout compressed-tensors-mxfp4 --threads 2", $"cp -r {mx} {output}", output);
            Row(runs, "convert --to-layout gguf-mxfp4", "cp", $"{mxact} convert {mx} {output} --to-layout gguf-mxfp4 --threads 2",
                $"cp -r {mx} {output}", output);
            Directory.Delete(mx, recursive: true);
            SampleCheckpoint.BFloat16(wide, bytes);
            foreach (string format in (string[])["mxfp8-e4m3", "mxfp4"])
            {
                Row(runs, $"convert --format {format}", "cp", $"{mxact} convert {wide} {output} --format {format} --threads 2",
                    $"cp -r {wide} {output}", output);
            }

            Directory.Delete(wide, recursive: true);
            SampleCheckpoint.Small(small, SmallTensors);
            string file = Path.Combine(small, "small.safetensors");
            Row(runs, $"inspect, {SmallTensors} tensors", "cat", $"{mxact} inspect {file}", $"cat {file} > /dev/null", output);
            Row(runs, $"convert, {SmallTensors} tensors", "cp", $"{mxact} convert {file} {output}.safetensors",
                $"cp {file} {output}.safetensors", output);
            return ExitCodes.Success;
        }
        finally
        {
            foreach (string made in (string[])[mx, wide, small, output])
            {
                if (Directory.Exists(made))
                {
                    Directory.Delete(made, recursive: true);
                }
            }

            File.Delete($"{output}.safetensors");
        }
    }

    /// <summary>Two lines in turn, and the medians.</summary>
    private static void Row(int runs, string name, string besideName, string line, string beside, string output)
    {
        List<TimedProcess> ours = [], theirs = [];
        for (int run = 0; run < runs; run++)
        {
            foreach ((string each, List<TimedProcess> times) in ((string, List<TimedProcess>)[])[(beside, theirs), (line, ours)])
            {
                if (Directory.Exists(output))
                {
                    Directory.Delete(output, recursive: true);
                }

                times.Add(TimedProcess.Run(each.Contains(" & ", StringComparison.Ordinal) ? each : $"exec {each}", ExitCodes.Mismatches));
            }
        }

        double own = Median(ours), other = Median(theirs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {besideName} | {own:f2} | {other:f2} | {other / own:f2} | {ours.Max(t => t.AnonymousMiB):f0} |"));
    }

    private static double Median(List<TimedProcess> runs) => runs.Select(r => r.Seconds).Order().ElementAt(runs.Count / 2);
}
