using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Training.Models;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;

namespace Mxact.Training.Runs;

/// <summary>Every option of a run, checked.</summary>
internal sealed class RunOptions
{
    /// <summary>Each map once, so that equal schemes are equal.</summary>
    private static readonly ConcurrentDictionary<string, RandomWordMap> Maps = [];
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
    public QuantizationScheme BuildScheme() => BuildStages()[0].Scheme;

    /// <summary>What is in force from which step on; the first stage from step 0.</summary>
    public ImmutableArray<RunStage> BuildStages() => words["scheme"].Length == 0
        ? [new(0, BuildBaseScheme(), LearningRate)]
        : SchemeText.Parse(words["scheme"]).Build(this);

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
        BlockFormat[] formats = [.. BuildStages().SelectMany(s => OperandPlace.All.Select(s.Scheme.FindConversion))
            .Select(operand => operand.Format).Append(BuildBaseScheme().Forward).OfType<BlockFormat>()];
        LayerProduct[] rotated = [.. BuildRotations().Keys.Where(p => BuildStages().All(s =>
            OperandPlace.All.Where(place => place.Product == p).All(place => s.Scheme.FindConversion(place).IsExact)))];
        string? idle = rotated.Length > 0
                ? $"--{RotationOf(rotated[0])} does nothing: no operand of {OperandPlace.SymbolOf(rotated[0])} is quantised"
            : words["random-bits"] != "independent" && !BuildStages().SelectMany(s => OperandPlace.All.Select(s.Scheme.FindConversion))
                .Any(operand => operand.Format is not null && operand.RandomBits is not null && operand.Policy.Rounding.IsStochastic)
                ? $"--random-bits {words["random-bits"]} does nothing: no operand rounds stochastically"
            : words["scaling"] == "tensor" && formats.Length == 0 ? "--scaling tensor does nothing: no operand is in a format"
            : words["tensor-scale"] != TensorScaleRule.Fit.Name && formats.All(format => format.Scale.Element is null)
                ? $"--tensor-scale {words["tensor-scale"]} does nothing: no format here has a scale for the whole tensor"
            : words["scale-rule"] is not ("floor" or "four-over-six") && formats.Length > 0
                && formats.All(format => format.Scale.Element is not null)
                ? $"--scale-rule {words["scale-rule"]} does nothing to {formats[0]}, whose scale is a quotient"
            : words["forward-only"] == "on" && backward != "same" ? $"--backward {backward} does nothing beside --forward-only on"
            : words["forward-only"] == "on" && words["forward"] == "fp32" ? "--forward-only on does nothing beside --forward fp32"
            : isNarrow && backward != "same" ? $"--backward {backward} does nothing where --activations and --weights are bf16"
            : MeasuresBackwardError && ZetaEvery == 0 ? "--backward-error on does nothing beside --zeta-every 0"
            : words["optimizer"] == "sgd" && OptionSpec.OfAdam.FirstOrDefault(o => words[o] != OptionSpec.Published) is { } constant
                ? $"--{constant} does nothing beside --optimizer sgd"
            : words["model"] == "decoder" && OptionSpec.OfProxy.FirstOrDefault(o => words[o] != OptionSpec.Find(o)!.Default) is { } own
                ? $"--{own} does nothing beside --model decoder"
            : words["layer-norm"] == "off" && words["gain"] != "1" ? "--gain does nothing beside --layer-norm off"
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

        ImmutableArray<RunStage> stages = BuildStages();
        if (words["scheme"].Length > 0 && stages.Length == 1 && stages[0].ActsAs(new(0, BuildBaseScheme(), LearningRate)))
        {
            throw new UsageException("--scheme says what the other options say already");
        }

        for (int i = 1; i < stages.Length; i++)
        {
            if (stages[i].From >= Steps || stages[i].ActsAs(stages[i - 1]))
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"--scheme: the stage from {stages[i].From} {(stages[i].From >= Steps ? $"comes after the run's {Steps} steps"
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
        RandomBits = words["random-bits"] == "independent" ? null : Maps.GetOrAdd(words["random-bits"], RandomWordMap.Parse),
        Scaling = words["scaling"] == "block" ? ScaleExtent.Block : ScaleExtent.Tensor,
        Rotations = BuildRotations(),
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
        Gain = double.Parse(words["gain"], CultureInfo.InvariantCulture),
        CentresInputs = words["inputs"] == "centred",
        LabelNoise = double.Parse(words["label-noise"], CultureInfo.InvariantCulture),
        AsPublished = words["setting"] == "as-published",
    };

    /// <summary>The decoder's options.</summary>
    public DecoderOptions BuildDecoderOptions()
        => new(Whole("depth"), Whole("width"), Whole("batch"), Whole("context"), (ulong)Seed, words["text"]);

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="rate">What is in force there, before warm-up and schedule; the run's own when null.</param>
    public double LearningRateAt(int step, double? rate = null)
    {
        int warmup = Whole("warmup");
        if (step < warmup)
        {
            return (rate ?? LearningRate) * (step + 1) / warmup;
        }

        int horizon = Whole("schedule-steps") is int given and > 0 ? given : Steps;
        double along = horizon <= warmup ? 0 : Math.Min(1, (double)(step - warmup) / (horizon - warmup));
        return (rate ?? LearningRate) * (words["schedule"] == "constant" ? 1 : 0.1 + (0.9 * 0.5 * (1 + Math.Cos(Math.PI * along))));
    }

    /// <summary>An option that is a whole number.</summary>
    public int Whole(string name) => int.Parse(words[name], CultureInfo.InvariantCulture);

    private ImmutableDictionary<LayerProduct, HadamardRotation> BuildRotations()
        => Enum.GetValues<LayerProduct>().Where(p => words[RotationOf(p)] != "none").ToImmutableDictionary(p => p, FindRotation);

    private HadamardRotation FindRotation(LayerProduct product)
        => new(words[RotationOf(product)] == "fixed" ? (ushort)0
            : (ushort)Seeds.Derive((ulong)Seed, Models.Stream.Rotation, (int)product));

    private static string RotationOf(LayerProduct product) => $"rotate-{OperandPlace.SymbolOf(product).ToLowerInvariant()}";

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
            RefuseFormat(format, scheme);
        }

        if (scheme.Accumulation is { } name)
        {
            RequireModel(name, scheme);
        }

        if (words["scheme"].Length > 0)
        {
            if (scheme.Accumulation is not null || words["setting"] == "as-published")
            {
                throw new UsageException(
                    $"--scheme does not go with {(scheme.Accumulation is null ? "--setting as-published, whose teacher has one scheme"
                        : $"--accumulation {scheme.Accumulation}: its products are of libtorch")}");
            }

            foreach (QuantizationScheme staged in BuildStages().Select(s => s.Scheme))
            {
                foreach (OperandConversion operand in OperandPlace.All.Select(staged.FindConversion))
                {
                    if (operand.Format is { } format)
                    {
                        RefuseFormat(
                            format,
                            staged with { Policy = operand.Policy, Scaling = operand.Scaling, RandomBits = operand.RandomBits });
                    }
                }
            }
        }

        if (words["model"] == "decoder" && (Whole("width") % 64 != 0 || words["text"].Length == 0))
        {
            throw new UsageException(
                words["text"].Length == 0
                    ? "--model decoder needs --text, a file to learn from"
                    : "--width must be a multiple of 64 for the decoder, whose heads have 64");
        }
    }

    private static void RefuseFormat(BlockFormat format, QuantizationScheme scheme)
    {
        if (scheme.Scaling == ScaleExtent.Tensor && (format.Scale != ScaleFormat.E8M0 || scheme.Policy.Rounding.IsStochastic))
        {
            throw new UsageException(format.Scale != ScaleFormat.E8M0
                ? $"--scaling tensor takes formats whose scale is a power of two, and {format} has {format.Scale}"
                : $"--scaling tensor draws no random bits: --rounding {scheme.Policy.Rounding} needs --scaling block");
        }

        if (scheme.RandomBits is { } map && scheme.Policy.Rounding is { IsStochastic: true } mode
            && (map.Bits != mode.RandomBits || scheme.Accumulation is not null || !Quantizer.HasKernelBlocks(format)))
        {
            throw new UsageException(map.Bits != mode.RandomBits
                ? $"--random-bits {map} gives {map.Bits} bits, and {mode} takes {mode.RandomBits}"
                : $"--random-bits {map} goes with blocks that kernels convert and libtorch's products");
        }

        if (format.Scale == ScaleFormat.E8M0 && format.BlockSize > MxFormats.BlockSize && scheme.Policy.Rounding.IsStochastic)
        {
            throw new UsageException(
                $"blocks of {format.BlockSize} draw no random bits: {format} does not go with {scheme.Policy.Rounding}");
        }

        // Quotient scales of other formats are the reference's own, under every policy that NVFP4's kernels compute.
        BlockFormat judged = format.Scale.Element is null ? Quantizer.Converted(format) : MxFormats.Nvfp4;
        if (BlockConverter.Unsupported(judged, scheme.Policy) is { } reason)
        {
            throw new UsageException($"{reason}, and training takes what kernels compute");
        }
    }

    /// <summary>A unit multiplies what it can hold: both operands in bfloat16, or both in a format's blocks or under one scale.</summary>
    private static void RequireModel(string name, QuantizationScheme scheme)
    {
        MatrixUnit model = MatrixUnits.Named(name);
        if (scheme.Forward is null || scheme.Activations != scheme.Weights)
        {
            throw new UsageException(
                $"--accumulation {name} needs products whose operands are both in the MX format, or both in bf16 "
                + "(--activations, --weights)");
        }

        if (scheme.Activations == OperandPrecision.BFloat16)
        {
            RequireElement(model, ElementFormats.BFloat16);
            return;
        }

        foreach (BlockFormat format in new[] { scheme.Forward, scheme.BackwardFormat }.OfType<BlockFormat>())
        {
            RequireElement(model, format.Element);
            string taken = model.Scale is null ? "no scales" : $"scales {model.Scale}";
            if (scheme.Scaling == ScaleExtent.Tensor)
            {
                if (model.Scale is not null && !model.ScaleIsOptional)
                {
                    throw new UsageException($"--accumulation {name} takes {taken}: it needs --scaling block");
                }
            }
            else if (model.Scale is not { } scale || scale.Format != format.Scale || scale.BlockSize != format.BlockSize)
            {
                throw new UsageException($"--accumulation {name} takes {taken}, and {format} has {format.Scale}/{format.BlockSize}"
                    + (model.Scale is null ? "; --scaling tensor takes one power of two outside the unit" : ""));
            }
        }
    }

    private static void RequireElement(MatrixUnit model, ElementFormat element)
    {
        if (!model.Takes(element))
        {
            throw new UsageException($"--accumulation {model.Name} takes {string.Join(", ", model.Elements)}, not {element}");
        }
    }
}
