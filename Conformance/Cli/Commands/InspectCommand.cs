using System.Collections.Immutable;
using System.CommandLine;
using Mxact.Cli.Reports;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Layouts;
using Mxact.Tensors.Reports;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact inspect</c>: what the quantised tensors of a checkpoint are made of, and what is wrong with them.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Command command = new("inspect",
            "what the quantised tensors of a file or a folder are made of: layout, scales, how full blocks are; and what no quantiser "
            + "makes: NaN or zeroed scales, scales too low, too high or in another order");
        Argument<string> path = new("path")
        {
            Description = "a .safetensors or .gguf file, or a folder of them that are one model's, in any layout that "
                + "'mxact convert' reads"
        };
        Option<string?> json = new("--json") { Description = "write every number as JSON", HelpName = "file" };
        Option<string?> html = new("--html") { Description = "write a page with histograms", HelpName = "file" };
        TensorOptions tensors = new();
        LayoutOptions layouts = new();
        command.Add(path);
        tensors.AddSelectionTo(command);
        layouts.AddTo(command);
        command.Add(json);
        command.Add(html);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "checked, and nothing here depends on it",
            "the widest of this processor");
        command.SetAction(parsed =>
        {
            Execution on = execution.Of(parsed);
            using Checkpoint from = tensors.Open(parsed, parsed.GetRequiredValue(path));
            using OutputFiles reports = OutputFiles.Begin(from.Files.Select(file => file.Path), parsed.GetValue(json),
                parsed.GetValue(html));
            LayoutFinder finder = new(from.Path, from.Tensors, layouts.Layout(parsed), layouts.Order(parsed));
            ImmutableArray<TensorInfo> selected = tensors.Of(parsed, from);
            InspectionOutcome outcome = Interruption.Run(stop => ProgressBar.Show(
                "bytes",
                () => selected.Sum(t => t.Bytes),
                progress => Inspector.Run(from, selected, finder, on.Threads, progress, stop)));
            InspectionText.Write(outcome);
            if (outcome.StoppedEarly)
            {
                // Nothing in these files says that tensors are missing: what was there stays.
                return ExitCodes.Interrupted;
            }

            if (reports[0] is { } jsonFile)
            {
                InspectionJson.Write(jsonFile, outcome);
            }

            if (reports[1] is { } htmlFile)
            {
                InspectionHtml.Write(htmlFile, outcome);
            }

            return outcome.ExitCode;
        });
        return command;
    }
}
