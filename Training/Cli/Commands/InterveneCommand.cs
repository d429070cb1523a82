using System.CommandLine;
using System.Globalization;
using Mxact.Shell;
using Mxact.Training.Runs;

namespace Mxact.Training.Cli.Commands;

/// <summary>
/// <c>mxact-train intervene</c>: goes on from a run's kept checkpoints under other schemes, with the same weights, optimiser state and
/// data.
/// </summary>
internal static class InterveneCommand
{
    /// <summary>What a branch may change: weights, optimiser state and data stay as they are.</summary>
    private static readonly string[] SchemeOptions =
    [
        "forward", "backward", "scale-rule", "tensor-scale", "rounding", "choices", "random-bits", "scaling", "rotate-y", "rotate-dx",
        "rotate-dw", "accumulation", "activations", "weights", "forward-only", "quantize-ln-affine", "vectors", "scheme", "lr",
        "beta1", "beta2", "eps", "weight-decay", "clip",
    ];

    public static Command Create()
    {
        Command command = new(
            "intervene",
            "branch a run at its kept checkpoints into other schemes, with the same weights, optimiser state and data");
        Argument<string> folder = new("run") { Description = "the folder of a run trained with --keep" };
        Option<string> at = new("--at") { Description = "steps to branch at, separated by commas", HelpName = "steps", Required = true };
        Option<string[]> into = new("--into")
        {
            Description = "a scheme: name=option:value,option:value (name= alone changes nothing); repeatable",
            HelpName = "scheme",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> steps = new("--steps") { Description = "steps of each branch", HelpName = "n", DefaultValueFactory = _ => 200 };
        Option<string?> output = new("--out")
        {
            Description = "folder of the branches (default: branches/ in the run's folder)",
            HelpName = "folder",
        };
        RunOptionsOnCommandLine execution = RunOptionsOnCommandLine.OfExecution();
        execution.AddTo(command);
        command.Add(folder);
        foreach (Option option in (Option[])[at, into, steps, output])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            RunFolder run = new(parsed.GetRequiredValue(folder));
            RunRecord record = run.Record ?? throw new UsageException($"{run.Path}: contains no run");
            IReadOnlyDictionary<string, string> given = execution.ReadGiven(parsed);
            Execution runsOn = RunOptions.Parse(record.Options).With(given).Execution;
            string target = parsed.GetValue(output) ?? Path.Combine(run.Path, "branches");
            List<(string Name, Dictionary<string, string> Changes)> schemes = [.. parsed.GetRequiredValue(into).Select(Scheme)];
            int length = parsed.GetValue(steps);
            if (length is < 1 or > 10_000_000)
            {
                throw new UsageException($"--steps must be 1 to 10000000, not {length}");
            }

            List<int> points =
            [
                .. parsed.GetRequiredValue(at).Split(',').Select(step =>
                    int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && File.Exists(run.Kept(number))
                        ? number
                        : throw new UsageException(
                            $"{run.Path}: has no checkpoint of step {step}; train it with --keep {parsed.GetValue(at)}"))
            ];
            List<(RunFolder Folder, RunOptions Options, int Step)> branches =
            [
                .. from step in points
                   from scheme in schemes
                   select (
                       new RunFolder(Path.Combine(target, string.Create(CultureInfo.InvariantCulture, $"{scheme.Name}@{step}"))),
                       RunOptions.Parse(record.Options).With(
                           [
                               .. scheme.Changes, new("steps", (step + length).ToString(CultureInfo.InvariantCulture)),
                               new(
                                   "schedule-steps",
                                   (
                                       RunOptions.Parse(record.Options).Whole("schedule-steps") is int given and > 0
                                           ? given
                                           : RunOptions.Parse(record.Options).Steps).ToString(CultureInfo.InvariantCulture)),
                               new("zeta-every", "1"), new("keep", ""),
                           ]),
                       step),
            ];
            foreach ((RunFolder branch, RunOptions options, int step) in branches)
            {
                if (branch.Record is { } made && !made.Options.SequenceEqual(options.Words))
                {
                    throw new UsageException($"{branch.Path}: contains a branch with other options; choose another scheme name or --out");
                }

                int code = branch.Result is not null ? RunCommand.Report(branch.ProveResult().Result, branch)
                    : RunCommand.Train(
                        branch.Record is null ? Trainer.Start(options, branch, runsOn, (run, step)) : RunCommand.Resume(branch, given),
                        branch);
                if (code != ExitCodes.Success)
                {
                    return code;
                }
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static (string Name, Dictionary<string, string> Changes) Scheme(string text)
    {
        string[] parts = text.Split('=', 2);
        if (parts.Length != 2 || parts[0].Length == 0 || !parts[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new UsageException($"--into must be name=option:value,option:value, not '{text}'");
        }

        Dictionary<string, string> changes = [];
        foreach (string change in parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = change.Split(':', 2);
            changes[pair[0]] = pair.Length != 2 ? throw new UsageException($"--into {parts[0]}: '{change}' is not option:value")
                : SchemeOptions.Contains(pair[0]) ? pair[1]
                : throw new UsageException($"--into {parts[0]}: a branch changes {string.Join(", ", SchemeOptions)}, not {pair[0]}");
        }

        return (parts[0], changes);
    }
}
