using System.Collections.Immutable;
using System.CommandLine;
using Mxact.Checkpoints;
using Mxact.Checkpoints.Which;
using Mxact.Cli.Reports;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact which</c>: how a checkpoint was quantised, from it and from what it was made of.</summary>
internal static class WhichCommand
{
    public static Command Create()
    {
        Command command = new("which",
            "how another tool quantised a checkpoint, from it and the original weights: per tensor the scale rule, rounding and other "
            + "choices that give its blocks, how many depart, and the first of them explained");
        Argument<string> original = new("original")
        {
            Description = "the values: a file of F32, BF16 or F16 tensors, or a folder of them",
        };
        Argument<string> quantised = new("quantized") { Description = ".safetensors or .gguf with codes and scales, or a folder of them" };
        Option<string?> json = new("--json") { Description = "write the findings as JSON", HelpName = "file" };
        TensorOptions tensors = new();
        LayoutOptions layouts = new();
        command.Add(original);
        command.Add(quantised);
        layouts.AddTo(command);
        tensors.AddSelectionTo(command);
        command.Add(json);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what converts", "the widest of this processor");
        command.SetAction(parsed =>
        {
            Execution on = execution.Of(parsed);
            using Checkpoint values = tensors.Open(parsed, parsed.GetRequiredValue(original));
            using Checkpoint codes = Checkpoint.Open(parsed.GetRequiredValue(quantised));
            ImmutableArray<TensorPair> pairs = TensorPair.Find(values, codes, tensors.Of(parsed, codes), layouts.Layout(parsed),
                layouts.Order(parsed));
            using OutputFiles reports = OutputFiles.Begin([values.Path, codes.Path], parsed.GetValue(json));
            List<TensorFinding> findings = [];
            try
            {
                Interruption.Run(stop => ProgressBar.Show("blocks", () => Blocks(pairs),
                    progress => Explain(new(values, codes, on), pairs, findings, progress, stop)));
            }
            catch (OperationCanceledException)
            {
                Write(findings);
                return ExitCodes.Interrupted;
            }

            Write(findings);
            if (reports[0] is { } file)
            {
                JsonOutput.Write(file, json => WhichJson.Write(json, findings));
            }

            return WhichJson.ExitCode(findings);
        });
        return command;
    }

    private static long Blocks(IEnumerable<TensorPair> pairs)
        => pairs.Sum(pair => pair.Stored.Values.Count / pair.Stored.Format.BlockSize);

    private static List<TensorFinding> Explain(WhichRun run, ImmutableArray<TensorPair> pairs, List<TensorFinding> findings,
        Action<long>? progress, CancellationToken stop)
    {
        foreach (TensorPair pair in pairs)
        {
            long before = Blocks(findings.Select(finding => finding.Pair));
            findings.Add(run.Explain(pair, progress is null ? null : done => progress(before + done), stop));
        }

        return findings;
    }

    private static void Write(List<TensorFinding> findings)
    {
        foreach (string line in findings.SelectMany(WhichText.Lines).Append(WhichText.Total(findings)))
        {
            Console.WriteLine(Printable.Line(line));
        }
    }
}
