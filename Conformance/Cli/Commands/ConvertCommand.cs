using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact convert</c>: tensors of a file to MX codes and scales in a .safetensors file, and back.</summary>
internal static class ConvertCommand
{
    /// <summary>What begins the keys that this command adds to <c>__metadata__</c>.</summary>
    private const string KeyPrefix = "mxact.";

    public static Command Create()
    {
        Command command = new("convert",
            "write the tensors of a file as MX codes (NAME) and E8M0 scales (NAME_scale) into a .safetensors file, or read such a file "
            + "back");
        Argument<string> input = new("in")
        {
            Description = ".safetensors, .npy ('<f4', '<f2'), or .bin, .f32, .raw: binary32, "
            + "little-endian"
        };
        Argument<string> output = new("out") { Description = "a .safetensors file; replaced when there is one" };
        Option<string?> format = new("--format") { Description = "the MX format to write; see 'mxact formats'", HelpName = "name" };
        Option<string?> back = new("--to")
        {
            Description = "the other way: MX tensors to f32, or to bf16 (ties to even); f32 is taken "
            + "when neither this nor --format is given and there are MX tensors in the file",
            HelpName = "type"
        };
        Choices choices = new();
        TensorOptions tensors = new();
        command.Add(input);
        command.Add(output);
        command.Add(format);
        command.Add(back);
        choices.AddTo(command, scale: true);
        tensors.AddTo(command);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what converts", "the widest of this processor");
        command.SetAction(parsed =>
        {
            string to = parsed.GetRequiredValue(output);
            CheckOutput(parsed.GetRequiredValue(input), to);
            using TensorFile file = tensors.Open(parsed, parsed.GetRequiredValue(input));
            ImmutableArray<TensorInfo> selected = tensors.Of(parsed, file);
            Execution on = execution.Of(parsed);
            string[] words = [.. choices.Words(parsed)];
            if (parsed.GetValue(format) is not { } name)
            {
                return words.Length > 0
                    ? throw new UsageException("choices of a conversion need --format: the way back has none")
                    : FromMx(file, selected, parsed.GetValue(back), on, to);
            }

            Candidate candidate = Candidate(name, words);
            return parsed.GetValue(back) is null
                ? ToMx(file, selected, candidate, choices.Profile(parsed), tensors.Axis(parsed), tensors.Seed(parsed, [candidate]), on, to)
                : throw new UsageException("--format writes MX tensors and --to reads them: give one");
        });
        return command;
    }

    private static Candidate Candidate(string name, string[] words)
    {
        BlockFormat format = BlockFormats.Require(name);
        ConversionPolicy policy = Question.Of(Operation.Quantize, [name], words).Policy;
        return BlockConverter.Unsupported(format, policy) is string reason ? throw new UsageException(reason) : new(format, policy);
    }

    private static int ToMx(TensorFile file, ImmutableArray<TensorInfo> selected, Candidate candidate, string profile, BlockAxis axis,
        ulong seed, Execution on, string to)
    {
        ConversionPlan plan = ConversionPlan.ToMx(file, selected, candidate, axis);
        ImmutableSortedDictionary<string, string> metadata = file.Metadata
            .SetItem(KeyPrefix + "format", candidate.Format.Name)
            .SetItem(KeyPrefix + "axis", BlockAxes.NameOf(axis))
            .SetItem(KeyPrefix + "profile", profile)
            .SetItem(KeyPrefix + "choices", string.Join(' ', Latitude.All.Select(l => $"{l.Id}={l.Of(candidate.Policy)}")));
        if (candidate.Policy.Rounding.IsStochastic)
        {
            metadata = metadata.SetItem(KeyPrefix + "seed", seed.ToString("x", CultureInfo.InvariantCulture));
        }

        return Write(file, plan, on, to, metadata, candidate.Format.Name, converter =>
        {
            foreach ((TensorInfo tensor, StoredTensor layout) in plan.Quantized)
            {
                converter.Quantize(tensor, layout, candidate.Policy, seed);
            }
        });
    }

    private static int FromMx(TensorFile file, ImmutableArray<TensorInfo> selected, string? back, Execution on, string to)
    {
        TensorType type = back switch
        {
            null or "f32" => TensorType.F32,
            "bf16" => TensorType.BF16,
            _ => throw new UsageException($"--to is f32 or bf16, not '{back}'"),
        };
        if (back is null && selected.All(t => t.Type.IsWide))
        {
            throw new UsageException($"{file.Path}: holds no MX tensors to read back; --format says what to write");
        }

        ConversionPlan plan = ConversionPlan.FromMx(file, selected, type);
        ImmutableSortedDictionary<string,
            string> metadata = file.Metadata.RemoveRange(file.Metadata.Keys.Where(k => k.StartsWith(KeyPrefix, StringComparison.Ordinal)));
        return Write(file, plan, on, to, metadata, type.Name, converter =>
        {
            foreach (StoredTensor tensor in plan.Dequantized)
            {
                converter.Dequantize(tensor, type);
            }
        });
    }

    private static int Write(TensorFile file, ConversionPlan plan, Execution on, string to, ImmutableSortedDictionary<string,
        string> metadata, string format, Action<Converter> convert)
    {
        try
        {
            return Interruption.Run(stop =>
            {
                using SafetensorsWriter writer = new(to, plan.Written, metadata);
                ProgressBar.Show("bytes", () => plan.Bytes, progress =>
                {
                    Converter converter = new(file, writer, on, progress, stop);
                    foreach (TensorInfo tensor in plan.Copied)
                    {
                        converter.Copy(tensor);
                    }

                    convert(converter);
                    writer.Finish();
                    return writer;
                });
                int converted = plan.Quantized.Length + plan.Dequantized.Length;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{Printable.Line(to)}: {converted} tensors as {format}, {plan.Copied.Length} copied; {plan.Bytes} bytes became "
                    + $"{writer.Tensors.Sum(t => t.Bytes)}"));
                return ExitCodes.Success;
            });
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedException($"{to}: interrupted, and nothing written");
        }
    }

    private static void CheckOutput(string input, string output)
    {
        if (!output.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{output}: the output is a .safetensors file");
        }

        AtomicFile.Check(output, isSeekable: true);
        AtomicFile.RefuseInput(output, input);
    }
}
