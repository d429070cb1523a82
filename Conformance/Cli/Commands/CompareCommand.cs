using System.Collections.Immutable;
using System.CommandLine;
using Mxact.Cli.Reports;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Files;
using Mxact.Tensors.Reports;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact compare</c>: what each format, scale rule and rounding does to the tensors of a file.</summary>
internal static class CompareCommand
{
    private static readonly string[] DefaultFormats = [MxFormats.Mxfp8E4M3.Name, MxFormats.Mxfp4.Name];
    private static readonly string[] DefaultRules = [ScaleRule.Floor.Name, ScaleRule.RoundUp.Name, ScaleRule.Even.Name];

    public static Command Create()
    {
        Command command = new("compare",
            "what each format, scale rule and rounding does to the tensors of a file: SQNR, the worst relative error, what saturates, "
            + "is flushed to zero, or falls into the last bin");
        Argument<string> path = new("file")
        {
            Description = ".safetensors (F32, BF16, F16 tensors), .npy ('<f4', '<f2'), or .bin, .f32, "
            + ".raw: binary32, little-endian"
        };
        Option<string[]> format = new("--format")
        {
            Description = $"a block format of MX; repeatable (default: "
            + $"{string.Join(", ", DefaultFormats)}); see 'mxact formats'",
            HelpName = "name",
            DefaultValueFactory = _ => []
        };
        Option<string?> csv = new("--csv") { Description = "write every number as comma-separated values", HelpName = "file" };
        Option<string?> svg = new("--svg") { Description = "draw the comparison", HelpName = "file" };
        Choices choices = new();
        TensorOptions tensors = new();
        command.Add(path);
        command.Add(format);
        choices.AddSeveralTo(command, $"{string.Join(", ", DefaultRules)}, or the profile's own");
        tensors.AddTo(command);
        command.Add(csv);
        command.Add(svg);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what converts", "the widest of this processor");
        command.SetAction(parsed =>
        {
            ImmutableArray<Candidate> candidates = Candidates(parsed, parsed.GetValue(format) is { Length: > 0 } named ? named
                : DefaultFormats, choices);
            BlockAxis axis = tensors.Axis(parsed);
            ulong seed = tensors.Seed(parsed, candidates);
            Execution on = execution.Of(parsed);
            using Checkpoint file = tensors.Open(parsed, parsed.GetRequiredValue(path));
            using OutputFiles reports = OutputFiles.Begin([file.Path], parsed.GetValue(csv), parsed.GetValue(svg));
            ImmutableArray<TensorInfo> selected = tensors.Of(parsed, file);
            ComparisonOutcome outcome = Interruption.Run(stop => ProgressBar.Show(
                "bytes",
                () => selected.Sum(t => t.Bytes),
                progress => ComparisonOutcome.Of(file, selected, candidates, axis, seed, on, progress, stop)));
            ComparisonText.Write(outcome);
            if (outcome.StoppedEarly)
            {
                // Nothing in these files says that tensors are missing: what was there stays.
                return ExitCodes.Interrupted;
            }

            if (reports[0] is { } csvFile)
            {
                ComparisonCsv.Write(csvFile, outcome);
            }

            if (reports[1] is { } svgFile)
            {
                ComparisonPlot.Write(svgFile, outcome);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static ImmutableArray<Candidate> Candidates(ParseResult parsed, string[] formats, Choices choices)
    {
        string[] words = [.. choices.Words(parsed)];
        return [.. from name in formats.Distinct()
                   from pair in choices.Pairs(parsed, choices.HasProfile(parsed) ? [] : DefaultRules)
                   select Candidate(name, [.. words, .. pair])];
    }

    private static Candidate Candidate(string name, string[] words)
    {
        BlockFormat format = BlockFormats.Require(name);
        ConversionPolicy policy = Question.Of(Operation.Quantize, [name], words).Policy;
        return BlockConverter.Unsupported(format, policy) is string reason ? throw new UsageException(reason) : new(format, policy);
    }
}
