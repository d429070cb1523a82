using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Training.Models;
using Mxact.Training.Quantization;

namespace Mxact.Training.Runs;

/// <summary>Every option of a run, checked.</summary>
internal sealed class RunOptions
{
    private readonly SortedDictionary<string, string> words;

    private RunOptions(SortedDictionary<string, string> words) => this.words = words;

    /// <summary>Every option and its value, by name.</summary>
    public IReadOnlyDictionary<string, string> Words => words;

    /// <summary>An option as it is written.</summary>
    public string this[string name] => words[name];

    public int Steps => Whole("steps");

    public int Seed => Whole("seed");

    public double LearningRate => double.Parse(words["lr"], CultureInfo.InvariantCulture);

    public int ZetaEvery => Whole("zeta-every");

    public int CheckpointEvery => Whole("checkpoint-every");

    public IReadOnlyList<int> Keep
        => [.. words["keep"].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => int.Parse(s, CultureInfo.InvariantCulture))];

    public int TorchThreads => Whole("torch-threads");

    /// <summary>Processors that a run keeps busy.</summary>
    public int Processors => Math.Max(Whole("threads"), TorchThreads);

    /// <summary>What computes conversions and products.</summary>
    /// <exception cref="NotSupportedException">This machine lacks the backend; asked only where something is computed.</exception>
    public Execution Execution
        => words["backend"] == "auto"
            ? new(Execution.Default.Backend, Whole("threads"))
            : Execution.Parse(words["backend"], Whole("threads"));

    /// <summary>Checks given options and adds the others' defaults.</summary>
    /// <exception cref="UsageException">One is unknown, or its value is.</exception>
    public static RunOptions Parse(IEnumerable<KeyValuePair<string, string>> given)
    {
        SortedDictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (OptionSpec option in OptionSpec.All)
        {
            words[option.Name] = option.Default;
        }

        foreach ((string name, string asGiven) in given)
        {
            OptionSpec option = OptionSpec.Find(name)
                ?? throw new UsageException($"unknown option '{name}'; a run has {string.Join(", ", OptionSpec.All.Select(o => o.Name))}");
            string value = option.Refuse(asGiven) is { } allowed
                ? throw new UsageException($"--{name} must be {allowed}, not '{Printable.Short(asGiven, 200)}'")
                : asGiven;

            // A run is gone on with from anywhere, whatever becomes of the file that its scheme was read from.
            words[option.Name] = value.Length == 0 ? value
                : option.Name == "text" ? Path.GetFullPath(value)
                : option.Name == "model" && value.LastIndexOf(':') is var colon and > 0
                    ? Path.GetFullPath(value[..colon]) + value[colon..]
                : option.Name == "scheme" ? SchemeText.Normalize(value)
                : value;
        }

        RunOptions options = new(words);
        options.CheckTogether();
        return options;
    }

    /// <summary>The same options, some of them otherwise.</summary>
    public RunOptions With(IEnumerable<KeyValuePair<string, string>> changes)
        => Parse(words.Concat(changes).GroupBy(w => w.Key).Select(g => g.Last()));

    /// <summary>Whether the model is somebody's own.</summary>
    public bool HasOwnModel => words["model"].Contains(':', StringComparison.Ordinal);

    /// <summary>Whether the backward pass's own error is measured.</summary>
    public bool MeasuresBackwardError => words["backward-error"] == "on";

    /// <summary>The rule for events, or null.</summary>
    public string? EventRule => words["event"] == "none" ? null : words["event"];

    /// <summary>What is quantised and how, at first.</summary>
    public QuantizationScheme BuildScheme() => BuildSchemes()[0].Scheme;

    /// <summary>What is quantised and how, and the step from which on; the first from step 0.</summary>
    public ImmutableArray<(int From, QuantizationScheme Scheme)> BuildSchemes()
        => words["scheme"].Length == 0 ? [(0, BuildBaseScheme())] : SchemeText.Parse(words["scheme"]).Build(this);

    /// <summary>The optimiser's constants.</summary>
    /// <param name="published">The model's own.</param>
    public AdamSettings BuildAdam(AdamSettings published)
    {
        double Or(string name, double own)
            => words[name] == OptionSpec.Published ? own : double.Parse(words[name], CultureInfo.InvariantCulture);
        return new(
            Or("beta1", published.Beta1),
            Or("beta2", published.Beta2),
            Or("eps", published.Epsilon),
            Or("weight-decay", published.WeightDecay),
            words["clip"] == "none" ? null
                : words["clip"] == OptionSpec.Published ? published.GradientLimit
                : Or("clip", 0));
    }

    /// <summary>Refuses what would be asked for in vain.</summary>
    /// <exception cref="UsageException">An option would do nothing beside the others.</exception>
    public void RefuseIdle()
    {
        string backward = words["backward"];
        bool isNarrow = words["activations"] == "bf16" && words["weights"] == "bf16";
        BlockFormat[] formats = [.. BuildSchemes().SelectMany(s => OperandPlace.All.Select(s.Scheme.FindConversion))
            .Select(operand => operand.Format).Append(BuildBaseScheme().Forward).OfType<BlockFormat>()];
        string? idle = words["tensor-scale"] != TensorScaleRule.Fit.Name && formats.All(format => format.Scale.Element is null)
                ? $"--tensor-scale {words["tensor-scale"]} does nothing: no format here has a scale for the whole tensor"
            : words["scale-rule"] is not ("floor" or "four-over-six") && formats.Length > 0
                && formats.All(format => format.Scale.Element is not null)
                ? $"--scale-rule {words["scale-rule"]} does nothing to {formats[0]}, whose scale is a quotient"
            : words["forward-only"] == "on" && backward != "same" ? $"--backward {backward} does nothing beside --forward-only on"
            : words["forward-only"] == "on" && words["forward"] == "fp32" ? "--forward-only on does nothing beside --forward fp32"
            : isNarrow && backward != "same" ? $"--backward {backward} does nothing where --activations and --weights are bf16"
            : MeasuresBackwardError && ZetaEvery == 0 ? "--backward-error on does nothing beside --zeta-every 0"
            : words["schedule"] == "constant" && Whole("schedule-steps") > 0
                ? "--schedule-steps does nothing beside --schedule constant"
            : HasOwnModel && OptionSpec.OfModels.FirstOrDefault(o => words[o] != OptionSpec.Find(o)!.Default) is { } unseen
                ? $"--{unseen} does nothing beside --model {words["model"]}, which has sizes and settings of its own"
            : null;
        if (idle is not null)
        {
            throw new UsageException(idle);
        }

        if (HasOwnModel)
        {
            OwnModel.Find(words["model"]);
        }

        ImmutableArray<(int From, QuantizationScheme Scheme)> schemes = BuildSchemes();
        if (words["scheme"].Length > 0 && schemes.Length == 1 && schemes[0].Scheme.ActsAs(BuildBaseScheme()))
        {
            throw new UsageException("--scheme says what the other options say already");
        }

        for (int i = 1; i < schemes.Length; i++)
        {
            if (schemes[i].From >= Steps || schemes[i].Scheme.ActsAs(schemes[i - 1].Scheme))
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"--scheme: the stage from {schemes[i].From} {(schemes[i].From >= Steps ? $"comes after the run's {Steps} steps"
                        : "changes nothing")}"));
            }
        }
    }

    /// <summary>What is quantised and how, without <c>--scheme</c>.</summary>
    public QuantizationScheme BuildBaseScheme() => new()
    {
        Forward = words["forward"] == "fp32" ? null : MxFormats.Find(words["forward"]),
        Backward = words["backward"] == "same" ? null : MxFormats.Find(words["backward"]),
        Policy = BuildPolicy(),
        TensorScale = TensorScaleRule.Find(words["tensor-scale"])!,
        Accumulation = words["accumulation"] == "binary32" ? null : words["accumulation"],
        Activations = words["activations"] == "mx" ? OperandPrecision.Mx : OperandPrecision.BFloat16,
        Weights = words["weights"] == "mx" ? OperandPrecision.Mx : OperandPrecision.BFloat16,
        ForwardOnly = words["forward-only"] == "on",
        QuantizeLayerNorm = words["quantize-ln-affine"] == "on",
        VectorsInBFloat16 = words["vectors"] == "bf16",
    };

    /// <summary>The proxy's options.</summary>
    public ProxyOptions BuildProxyOptions() => new(Whole("depth"), Whole("width"), Whole("batch"), (ulong)Seed)
    {
        Activation = words["activation"] switch
        {
            "gelu" => Activation.Gelu,
            "relu" => Activation.Relu,
            "swiglu" => Activation.Swiglu,
            _ => Activation.Identity,
        },
        Initialisation = words["init"] == "uniform" ? Initialisation.Uniform : Initialisation.XavierNormal,
        Teacher = words["teacher"] == "published" ? TeacherKind.Published : TeacherKind.Rescaled,
        LayerNorm = words["layer-norm"] == "on",
        AsPublished = words["setting"] == "as-published",
    };

    /// <summary>The decoder's options.</summary>
    public DecoderOptions BuildDecoderOptions()
        => new(Whole("depth"), Whole("width"), Whole("batch"), Whole("context"), (ulong)Seed, words["text"]);

    /// <summary>The learning rate of a step.</summary>
    public double LearningRateAt(int step)
    {
        int warmup = Whole("warmup");
        if (step < warmup)
        {
            return LearningRate * (step + 1) / warmup;
        }

        int horizon = Whole("schedule-steps") is int given and > 0 ? given : Steps;
        double along = horizon <= warmup ? 0 : Math.Min(1, (double)(step - warmup) / (horizon - warmup));
        return words["schedule"] == "constant" ? LearningRate : LearningRate * (0.1 + (0.9 * 0.5 * (1 + Math.Cos(Math.PI * along))));
    }

    /// <summary>An option that is a whole number.</summary>
    public int Whole(string name) => int.Parse(words[name], CultureInfo.InvariantCulture);

    private ConversionPolicy BuildPolicy()
    {
        ConversionPolicy policy = ConversionPolicy.Ocp;
        foreach (string choice in (string[])
        [
            $"scale-rule={words["scale-rule"]}", $"rounding={words["rounding"]}",
            .. words["choices"].Split(';', StringSplitOptions.RemoveEmptyEntries),
        ])
        {
            string[] parts = choice.Split('=', 2);
            policy = Latitude.Find(parts[0])!.With(policy, parts[1])!;
        }

        return policy;
    }

    /// <summary>What no option says alone.</summary>
    private void CheckTogether()
    {
        QuantizationScheme scheme = BuildBaseScheme();
        foreach (BlockFormat format in new[] { scheme.Forward, scheme.BackwardFormat }.OfType<BlockFormat>())
        {
            RefuseFormat(format, scheme.Policy);
            if (scheme.Accumulation is { } name)
            {
                RequireModel(name, format);
            }
        }

        if (words["scheme"].Length > 0)
        {
            if (scheme.Accumulation is not null || words["setting"] == "as-published")
            {
                throw new UsageException(
                    $"--scheme does not go with {(scheme.Accumulation is null ? "--setting as-published, whose teacher has one scheme"
                        : $"--accumulation {scheme.Accumulation}: its products are of libtorch")}");
            }

            foreach (OperandConversion operand in BuildSchemes().SelectMany(s => OperandPlace.All.Select(s.Scheme.FindConversion)))
            {
                if (operand.Format is { } format)
                {
                    RefuseFormat(format, operand.Policy);
                }
            }
        }

        if (scheme.Accumulation is not null
            && (scheme.Forward is null || scheme.Activations != OperandPrecision.Mx || scheme.Weights != OperandPrecision.Mx))
        {
            throw new UsageException($"--accumulation {scheme.Accumulation} needs products whose operands are both in the MX format");
        }

        if (words["model"] == "decoder" && (Whole("width") % 64 != 0 || words["text"].Length == 0))
        {
            throw new UsageException(
                words["text"].Length == 0
                    ? "--model decoder needs --text, a file to learn from"
                    : "--width must be a multiple of 64 for the decoder, whose heads have 64");
        }
    }

    private static void RefuseFormat(BlockFormat format, ConversionPolicy policy)
    {
        if (BlockConverter.Unsupported(Quantizer.Converted(format), policy) is { } reason)
        {
            throw new UsageException($"{reason}, and training takes what kernels compute");
        }
    }

    private static void RequireModel(string name, BlockFormat format)
    {
        MatrixUnit model = MatrixUnits.Named(name);
        if (!model.Takes(format.Element))
        {
            throw new UsageException($"--accumulation {name} takes {string.Join(", ", model.Elements)}, not {format.Element}");
        }

        if (model.Scale is not { } scale || scale.Format != format.Scale || scale.BlockSize != format.BlockSize)
        {
            string taken = model.Scale is null ? "no scales" : $"scales {model.Scale}";
            throw new UsageException($"--accumulation {name} takes {taken}, and {format} has {format.Scale}/{format.BlockSize}");
        }
    }
}
