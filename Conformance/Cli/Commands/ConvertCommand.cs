using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Mxact.Conformance.Checks;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact convert</c>: a checkpoint's tensors to codes and scales, back to values, or into another layout.</summary>
internal static class ConvertCommand
{
    private const string Safetensors = ".safetensors", Gguf = ".gguf";

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
            Description = "nvfp4's second scale: fit (max |V| / 2688), power-of-two (that, rounded up), or a number",
            HelpName = "choice",
            DefaultValueFactory = _ => TensorScaleChoice.Fit.Name,
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
            CheckOutput(path, to, target);
            using Checkpoint from = tensors.Open(parsed, path);
            ConversionRequest request = new(tensors.Of(parsed, from), layouts.Layout(parsed), layouts.Order(parsed))
            {
                Target = target,
                KeepNan = parsed.GetValue(keepNan),
                TensorScale = TensorScaleChoice.Parse(parsed.GetValue(tensorScale)!),
            };
            string[] words = [.. choices.Words(parsed)];
            request = parsed.GetValue(format) is { } name
                ? parsed.GetValue(back) is null
                    ? Quantizing(request, Candidate(name, words), choices.Profile(parsed), tensors, parsed)
                    : throw new UsageException("--format writes codes and scales and --to reads them: give one")
                : words.Length > 0
                    ? throw new UsageException("choices of a conversion need --format: the way back has none")
                    : request with { Values = Values(parsed.GetValue(back), target) };
            return Write(from, to, request, execution.Of(parsed), Shard(parsed.GetValue(shard), from));
        });
        return command;
    }

    private static Candidate Candidate(string name, string[] words)
    {
        BlockFormat format = BlockFormats.Require(name);
        ConversionPolicy policy = Question.Of(Operation.Quantize, [name], words).Policy;
        return BlockConverter.Unsupported(format, policy) is string reason ? throw new UsageException(reason) : new(format, policy);
    }

    private static ConversionRequest Quantizing(ConversionRequest request, Candidate candidate, string profile, TensorOptions tensors,
        ParseResult parsed)
    {
        bool isNvfp4 = candidate.Format.Scale.Element is not null;
        Layout layout = request.Target ?? (isNvfp4 ? LayoutTable.ModelOptNvfp4 : LayoutTable.Mxact);
        if (layout.Tile > 0)
        {
            throw new UsageException($"{layout} has a scale for a tile of elements: it is read and re-laid, nothing is quantised to it");
        }

        TensorScaleChoice tensorScale = layout.TensorScale is null && request.TensorScale == TensorScaleChoice.Fit
            ? TensorScaleChoice.Parse("1")
            : layout.TensorScale?.IsDivisor == true && request.TensorScale == TensorScaleChoice.Fit ? TensorScaleChoice.PowerOfTwo
            : request.TensorScale;
        if (layout.TensorScale is null && tensorScale.Value != 1)
        {
            throw new UsageException($"{layout} has no place for a tensor scale: --tensor-scale 1");
        }

        BlockAxis axis = tensors.Axis(parsed);
        ulong seed = tensors.Seed(parsed, [candidate]);
        ImmutableSortedDictionary<string, string> record = ImmutableSortedDictionary<string, string>.Empty
            .Add("mxact.format", candidate.Format.Name)
            .Add("mxact.axis", BlockAxes.NameOf(axis))
            .Add("mxact.profile", profile)
            .Add("mxact.choices", string.Join(' ', Latitude.All.Select(l => $"{l.Id}={l.Of(candidate.Policy)}")));
        record = isNvfp4 ? record.Add("mxact.tensor-scale", tensorScale.Name) : record;
        record = candidate.Policy.Rounding.IsStochastic
            ? record.Add("mxact.seed", seed.ToString("x", CultureInfo.InvariantCulture)) : record;
        return request with
        {
            Candidate = candidate,
            Target = layout,
            Axis = axis,
            Seed = seed,
            TensorScale = tensorScale,
            Record = record,
        };
    }

    private static TensorType Values(string? name, Layout? target) => (name, target) switch
    {
        (not null, not null) => throw new UsageException("--to gives values and --to-layout codes and scales: give one"),
        (null or "f32", _) => TensorType.F32,
        ("bf16", _) => TensorType.BF16,
        _ => throw new UsageException($"--to is f32 or bf16, not '{name}'"),
    };

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

    private static void CheckOutput(string input, string output, Layout? target)
    {
        string ending = target?.IsGguf == true ? Gguf : Safetensors;
        if (Directory.Exists(input))
        {
            if (File.Exists(output))
            {
                throw new UsageException($"{output}: is a file, and {input} a folder: the output is one too");
            }

            if (Directory.Exists(output) && FileIdentity.AreSame(input, output))
            {
                throw new UsageException($"{output}: is the input itself");
            }

            return;
        }

        if (!output.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{output}: the output is a {ending} file");
        }

        AtomicFile.Check(output, isSeekable: true);
        AtomicFile.RefuseInput(output, input);
    }
}
