using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Mxact.Checkpoints;
using Mxact.Shell;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact convert</c>: a checkpoint's tensors to codes and scales, back to values, or into another layout.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        Command command = new("convert",
            "quantise the tensors of a file or a folder (--format), give a quantised one's values (neither), or give it another layout "
            + "with the same codes and scales (--to-layout); every other tensor is copied");
        Argument<string> input = new("in")
        {
            Description = ".safetensors, .gguf, a folder of them, .npy, or .bin, .f32, .raw: binary32, little-endian",
        };
        Argument<string> output = new("out")
        {
            Description = "a .safetensors or .gguf file, or a folder where IN is one; replaced when there is one",
        };
        Option<string?> format = new("--format")
        {
            Description = "the block format to quantise to; see 'mxact formats'",
            HelpName = "name",
        };
        Option<string?> toLayout = new("--to-layout")
        {
            Description = $"the layout to write (default with --format: {LayoutTable.Mxact}, or {LayoutTable.ModelOptNvfp4} for nvfp4)",
            HelpName = "name",
        };
        Option<string?> back = new("--to") { Description = "the type of values: f32 (default) or bf16, ties to even", HelpName = "type" };
        Option<bool> keepNan = new("--keep-nan") { Description = "pass on scales that are NaN; without it they end the conversion" };
        Option<string> tensorScale = new("--tensor-scale")
        {
            Description = "nvfp4's second scale: fit (max |V| / 2688), power-of-two (that, rounded up), one, percentile:P (of |V|), "
                + "or a number",
            HelpName = "choice",
            DefaultValueFactory = _ => TensorScaleRule.Fit.Name,
        };
        Option<string?> shard = new("--shard")
        {
            Description = "convert every n-th file of a folder, from the i-th on: so many machines share one; whichever ends last writes "
                + "the index",
            HelpName = "i/n",
        };
        Choices choices = new();
        TensorOptions tensors = new();
        LayoutOptions layouts = new();
        command.Add(input);
        command.Add(output);
        command.Add(format);
        command.Add(toLayout);
        command.Add(back);
        choices.AddTo(command, scale: true);
        command.Add(tensorScale);
        layouts.AddTo(command);
        tensors.AddTo(command);
        command.Add(keepNan);
        command.Add(shard);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what converts", "the widest of this processor");
        command.SetAction(parsed =>
        {
            string to = parsed.GetRequiredValue(output);
            string path = parsed.GetRequiredValue(input);
            Layout? target = parsed.GetValue(toLayout) is { } layoutName ? LayoutTable.Require(layoutName) : null;
            ConversionOutput.Check(path, to, target);
            using Checkpoint from = tensors.Open(parsed, path);
            ConversionRequest request = new NamedConversion
            {
                Format = parsed.GetValue(format),
                Choices = [.. choices.Words(parsed)],
                Profile = choices.Profile(parsed),
                Target = target,
                Values = parsed.GetValue(back),
                TensorScale = parsed.GetValue(tensorScale),
                Axis = tensors.Axis(parsed),
                Seed = tensors.Seed(parsed),
                KeepNan = parsed.GetValue(keepNan),
            }.Request(tensors.Of(parsed, from), layouts.Layout(parsed), layouts.Order(parsed));
            return Write(from, to, request, execution.Of(parsed), Shard(parsed.GetValue(shard), from));
        });
        return command;
    }

    /// <summary>The files that are this run's.</summary>
    private static IEnumerable<int> Shard(string? text, Checkpoint from)
    {
        if (text is null)
        {
            return Enumerable.Range(0, from.Files.Length);
        }

        string[] parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int i)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int n) && i >= 1 && i <= n
            ? !from.IsFolder ? throw new UsageException($"{from.Path}: --shard shares the files of a folder, and this is one file")
                : Enumerable.Range(0, from.Files.Length).Where(file => file % n == i - 1)
            : throw new UsageException($"--shard is i/n with i from 1 to n, not '{Printable.Short(text, 40)}'");
    }

    private static int Write(Checkpoint from, string to, ConversionRequest request, Execution on, IEnumerable<int> files)
    {
        ConversionRun run = new(from, to, request, on);
        List<(int File, ConversionPlan Plan)> todo = [];
        int kept = 0;
        foreach (int file in files)
        {
            if (run.IsDone(file))
            {
                kept++;
                continue;
            }

            todo.Add((file, run.Plan(file)));
        }

        if (from.IsFolder)
        {
            Directory.CreateDirectory(to);
        }

        try
        {
            return Interruption.Run(stop =>
            {
                long before = 0;
                ProgressBar.Show("bytes", () => todo.Sum(t => t.Plan.Bytes), progress =>
                {
                    foreach ((int file, ConversionPlan plan) in todo)
                    {
                        long start = before;
                        long written = run.Write(plan, file, progress is null ? null : done => progress(start + done), stop);
                        before += plan.Bytes;
                        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                            $"{Printable.Line(run.Target(file))}: {plan.Changed} tensors as {request.Made}, {plan.Copied.Length} copied; "
                            + $"{plan.Bytes} bytes became {written}{(plan.Relaid.IsEmpty ? "" : "; every code and scale as it was")}"));
                    }

                    return run;
                });
                if (from.IsFolder)
                {
                    string index = !run.HasIndex ? "" : run.WriteIndex() ? $"; {ShardIndex.FileName} written"
                        : "; the index follows when all are";
                    Console.WriteLine($"{Printable.Line(to)}: {todo.Count} files converted, {kept} were there{index}");
                }

                return ExitCodes.Success;
            });
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedException(from.IsFolder ? $"{to}: interrupted; the same command goes on with what is left"
                : $"{to}: interrupted, and nothing written");
        }
    }
}
