using System.Collections.Immutable;
using System.CommandLine;
using Mxact.Checkpoints;
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
            Description = $"a block format; repeatable (default: "
            + $"{string.Join(", ", DefaultFormats)}); see 'mxact formats'",
            HelpName = "name",
            DefaultValueFactory = _ => []
        };
        Option<string?> csv = new("--csv") { Description = "write every number as comma-separated values", HelpName = "file" };
        Option<string?> svg = new("--svg") { Description = "draw the comparison", HelpName = "file" };
        Choices choices = new();
        TensorOptions tensors = new();
        Option<string[]> against = new("--against")
        {
            Description = "a quantised checkpoint of the same tensors, compared as it is; repeatable; without --format and --scale-rule "
                + "nothing else is",
            HelpName = "path",
            DefaultValueFactory = _ => [],
        };
        LayoutOptions layouts = new();
        command.Add(path);
        command.Add(against);
        command.Add(format);
        choices.AddSeveralTo(command, $"{string.Join(", ", DefaultRules)}, or the profile's own");
        layouts.AddTo(command);
        tensors.AddTo(command);
        command.Add(csv);
        command.Add(svg);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what converts", "the widest of this processor");
        command.SetAction(parsed =>
        {
            string[] stored = parsed.GetValue(against) ?? [];
            string[] formats = parsed.GetValue(format) is { Length: > 0 } named ? named
                : stored.Length > 0 && !choices.IsSeveralGiven(parsed) ? [] : DefaultFormats;
            using Checkpoints others = new();
            ImmutableArray<Candidate> candidates =
            [
                .. stored.Select(other
                    => Tensors.Comparison.Candidate.Of(others.Open(other), layouts.Layout(parsed), layouts.Order(parsed))),
                .. Candidates(parsed, formats, choices),
            ];
            BlockAxis axis = tensors.Axis(parsed);
            ulong seed = NamedConversion.SeedFor(tensors.Seed(parsed), candidates);
            Execution on = execution.Of(parsed);
            using Checkpoint file = tensors.Open(parsed, parsed.GetRequiredValue(path));
            using OutputFiles reports = OutputFiles.Begin([file.Path, .. stored], parsed.GetValue(csv), parsed.GetValue(svg));
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

    /// <summary>Checkpoints that are open while they are compared.</summary>
    private sealed class Checkpoints : IDisposable
    {
        private readonly List<Checkpoint> open = [];

        public Checkpoint Open(string path)
        {
            Checkpoint checkpoint = Checkpoint.Open(path);
            open.Add(checkpoint);
            return checkpoint;
        }

        public void Dispose() => open.ForEach(checkpoint => checkpoint.Dispose());
    }

    private static ImmutableArray<Candidate> Candidates(ParseResult parsed, string[] formats, Choices choices)
    {
        string[] words = [.. choices.Words(parsed)];
        return [.. from name in formats.Distinct()
                   from pair in choices.Pairs(parsed, choices.HasProfile(parsed) || !HasRules(name) ? [] : DefaultRules)
                   select Candidate(name, [.. words, .. pair])];
    }

    /// <summary>Whether the default rules, of powers of two, act on a format: NVFP4 has its own.</summary>
    private static bool HasRules(string format) => BlockFormats.Require(format).Scale.Element is null;

    private static Candidate Candidate(string name, string[] words)
    {
        BlockFormat format = BlockFormats.Require(name);
        ConversionPolicy policy = Question.Of(Operation.Quantize, [name], words).Policy;

        // What is composed no kernel computes, and the reference does; a tile's rows lie apart.
        bool isNamed = MxFormats.All.Contains(format) || format == MxFormats.Nvfp4Tile;
        return isNamed && BlockConverter.Unsupported(format, policy) is { } reason ? throw new UsageException(reason)
            : new(format, policy);
    }
}
