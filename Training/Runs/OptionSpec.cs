using System.Collections.Immutable;
using System.Globalization;
using Mxact.Training.Diagnostics;

namespace Mxact.Training.Runs;

/// <summary>An option of a run: its name on the command line, in plans and in run.json, and what it may be.</summary>
/// <param name="Name">The name, without dashes.</param>
/// <param name="Default">Its value when it is not given.</param>
/// <param name="Description">What it does.</param>
/// <param name="Refuse">What is wrong with a value, as the end of "--name must be ...", or null.</param>
internal sealed record OptionSpec(string Name, string Default, string Description, Func<string, string?> Refuse)
{
    /// <summary>What the optimiser's options are when they are not given: as the model's publication has them.</summary>
    public const string Published = "published";

    /// <summary>Every option, in the order of the help.</summary>
    public static ImmutableArray<OptionSpec> All { get; } =
    [
        new(
            "model",
            "proxy",
            "proxy (residual student-teacher), decoder (a language model on --text), or assembly:Type, an IExperiment of your own",
            RefuseTrained),
        Whole("depth", "4", "residual blocks", 1, 128),
        Whole("width", "128", "model width d; a multiple of 64 for the decoder", 1, 8192),
        Whole("batch", "256", "batch size: rows, or sequences for the decoder", 1, 65536),
        Whole("steps", "1000", "optimiser steps", 1, 10_000_000),
        Number("lr", "6e-4", "learning rate (Adam; AdamW for the decoder)", 0, 10) with { Alias = "learning-rate" },
        Word("optimizer", "adam", "what steps: adam (AdamW for the decoder), or sgd without momentum", "adam", "sgd"),
        Word(
            "master-weights",
            "fp32",
            "how weights are kept between steps: in binary32, or in bfloat16, updates rounded to nearest or stochastically",
            "fp32",
            "bf16",
            "bf16-stochastic"),
        Constant("beta1", "Adam's decay of the first moment", "a number from 0 to below 1", n => n is >= 0 and < 1),
        Constant("beta2", "Adam's decay of the second moment", "a number from 0 to below 1", n => n is >= 0 and < 1),
        Constant("eps", "what Adam adds to the root of the second moment", "a number above 0 and at most 1", n => n is > 0 and <= 1),
        Constant("weight-decay", "decoupled weight decay (AdamW)", "a number from 0 to 10", n => n is >= 0 and <= 10),
        Constant("clip", "norm that the gradient is cut down to", "none or a number above 0", n => n > 0, "none"),
        Word("schedule", "constant", "learning rate over the run: constant, or cosine to a tenth", "constant", "cosine"),
        Whole("schedule-steps", "0", "steps over which cosine falls; 0 is --steps", 0, 10_000_000),
        Whole("warmup", "0", "steps over which the learning rate rises from zero", 0, 10_000_000),
        Whole("seed", "0", "seed of weights, data and stochastic rounding", 0, int.MaxValue),
        Word("activation", "gelu", "activation function of the proxy", "gelu", "relu", "swiglu", "identity"),
        Word(
            "init",
            "uniform",
            "first weights of the proxy: U(+-1/sqrt(fan_in)), or Xavier normal with gain 0.5",
            "uniform",
            "xavier-normal"),
        Word(
            "teacher",
            "published",
            "teacher of the proxy: as published, or with its output scaled to unit variance",
            "published",
            "rescaled"),
        Word("layer-norm", "on", "layer norms of the proxy", "on", "off"),
        Number("gain", "1", "gains that the proxy's layer norms begin with", 0, 100),
        Word("inputs", "normal", "rows of the proxy's inputs: drawn, or drawn and less their mean", "normal", "centred"),
        new("label-noise", "0.005", "standard deviation of the proxy's label noise", given =>
            double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double noise) && noise is >= 0 and <= 100
                ? null : "a number from 0 to 100"),
        Word(
            "setting",
            "controlled",
            "controlled: all arms share teacher, data and noise; as-published: quantised arms quantise the teacher and draw other noise",
            "controlled",
            "as-published"),
        new("text", "", "a file for the decoder: UTF-8 read as bytes, or flat little-endian uint16 tokens (.npy, .u16)", RefuseText),
        Whole("context", "128", "sequence length of the decoder, in tokens", 2, 8192),
        Format("forward", "mxfp8-e4m3", "format of X and W in the forward products; fp32 quantises nothing", "fp32"),
        Format("backward", "same", "format of the backward products' operands; same is that of --forward", "same"),
        Choice("scale-rule", "floor", "how a block's scale follows from its maximum"),
        new("tensor-scale", "fit", "nvfp4: how the scale of each whole tensor is chosen, each time anew: fit is amax / 2688", given =>
            TensorScaleRule.Find(given) is null ? "fit, power-of-two, one, percentile:P or a positive number" : null),
        Choice("rounding", "ties-to-even", "how elements round"),
        new("choices", "", "further choices of the conversion, id=value separated by semicolons (mxact latitudes)", RefuseChoices),
        new(
            "random-bits",
            "independent",
            "stochastic rounding's bits: independent, or a word spread over neighbours as an instruction does (reversed-bytes:8, ...)",
            RefuseMap),
        Word(
            "scaling",
            "block",
            "what shares a scale in the operands of products: block, or tensor, one power of two for units without block scales",
            "block",
            "tensor"),
        Rotation("rotate-y", "Y, X and W"),
        Rotation("rotate-dx", "dX, G and W"),
        Rotation("rotate-dw", "dW, G and X"),
        new(
            "accumulation",
            "binary32",
            "binary32, or an accumulation model that every quantised product follows bit for bit (mxact models)",
            RefuseModel),
        Word("activations", "mx", "operands X and G of the products", "mx", "bf16"),
        Word("weights", "mx", "operand W of the products", "mx", "bf16"),
        Word("forward-only", "off", "leave the backward products in binary32", "off", "on"),
        Word("quantize-ln-affine", "off", "quantise gain and bias of layer norms", "off", "on"),
        new(
            "scheme",
            "",
            "a JSON file (or its text) that says format and rounding for each operand of each product, and from which step on",
            RefuseScheme),
        Word("vectors", "fp32", "results of norms, activations and residual sums", "fp32", "bf16"),
        Whole("zeta-every", "10", "steps between shadow binary32 gradients and tensor statistics; 0 is never", 0, 10_000_000),
        Word(
            "backward-error",
            "off",
            "at the same steps, the backward pass's own error against the exact gradient of the same forward pass (products.csv)",
            "off",
            "on"),
        Word("event", "none", "the rule by which result.json gives the time to the first event", "none", ReferenceEvent.Rule),
        Whole("checkpoint-every", "500", "steps between checkpoints; one is always written at the end", 1, 10_000_000),
        new("keep", "", "steps whose checkpoints are kept for interventions, separated by commas", RefuseSteps),
        Word(
            "backend",
            "auto",
            $"what computes conversions and bit-exact products; no bit depends on it; auto is {Execution.Variable} or the widest vectors",
            ["auto", .. Backends.All.Select(Backends.NameOf)]),
        Whole("threads", "1", "threads of conversions and bit-exact products, which change no bit; 0 is one for every processor", 0, 1024),
        Whole("torch-threads", "1", "threads of libtorch; above 1 its sums may come in another order, and bits differ", 1, 1024),
    ];

    /// <summary>The options that change no bit of a run, and may be given anew when it goes on.</summary>
    public static ImmutableArray<string> OfExecution { get; } = ["backend", "threads"];

    /// <summary>The options that runs of earlier builds lack: they ran with the defaults.</summary>
    public static ImmutableArray<string> Later { get; }
        =
        [
            "beta1", "beta2", "eps", "weight-decay", "clip", "scheme", "backward-error", "event", "tensor-scale", "scaling", "random-bits",
            "rotate-y", "rotate-dx", "rotate-dw", "optimizer", "master-weights", "gain", "inputs", "label-noise",
        ];

    /// <summary>The options of the program's own models, which somebody's model does not see.</summary>
    public static ImmutableArray<string> OfModels { get; }
        =
        [
            "depth", "width", "batch", "activation", "init", "teacher", "layer-norm", "gain", "inputs", "label-noise", "setting", "text",
            "context",
        ];

    /// <summary>Those of the proxy alone that a decoder does not see, and whose defaults are no setting of its own.</summary>
    public static ImmutableArray<string> OfProxy { get; } = ["gain", "inputs", "label-noise"];

    /// <summary>Adam's constants.</summary>
    public static ImmutableArray<string> OfAdam { get; } = ["beta1", "beta2", "eps", "weight-decay"];

    /// <summary>Another name that the option is known by, or null.</summary>
    public string? Alias { get; init; }

    /// <summary>The option of that name, or null.</summary>
    public static OptionSpec? Find(string name) => All.FirstOrDefault(o => o.Name == name || o.Alias == name);

    private static OptionSpec Constant(string name, string description, string allowed, Func<double, bool> allows, string? word = null)
        => new(
            name,
            Published,
            $"{description}; {Published} is the model's own",
            given => given == Published
                || given == word
                || (double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double n)
                    && double.IsFinite(n)
                    && allows(n))
                ? null
                : $"{Published} or {allowed}");

    private static OptionSpec Word(string name, string value, string description, params string[] values)
        => new(
            name,
            value,
            $"{description}: {string.Join(" or ", values)}",
            given => values.Contains(given) ? null : $"{string.Join(" or ", values)}");

    private static OptionSpec Rotation(string name, string product)
        => Word(
            name,
            "none",
            $"Hadamard rotation of sixteen elements of the operands of {product}: none, fixed, or random, with signs of the seed's",
            "none",
            "fixed",
            "random");

    private static OptionSpec Whole(string name, string value, string description, int least, int most)
        => new(
            name,
            value,
            description,
            given => int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number >= least
                && number <= most
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));

    private static OptionSpec Number(string name, string value, string description, double above, double most)
        => new(
            name,
            value,
            description,
            given => double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number > above
                && number <= most
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"a number above {above} and at most {most}"));

    private static OptionSpec Format(string name, string value, string description, string otherwise)
        => new(
            name,
            value,
            description,
            given => given == otherwise || MxFormats.Find(given) is not null
                ? null
                : $"{otherwise}, one of {string.Join(", ", MxFormats.All)}, or ELEMENT/e8m0/SIZE");

    private static OptionSpec Choice(string latitude, string value, string description)
        => new(
            latitude,
            value,
            description,
            given => Latitude.Find(latitude)!.With(ConversionPolicy.Ocp, given) is not null
                ? null
                : $"one of {string.Join(", ", Latitude.Find(latitude)!.Choices)}");

    private static string? RefuseTrained(string given)
        => given is "proxy" or "decoder" || (given.LastIndexOf(':') is var colon and > 0 && colon < given.Length - 1
            && !given.Any(char.IsControl))
            ? null
            : "proxy, decoder or assembly:Type";

    private static string? RefuseText(string given) => given.Any(char.IsControl) ? "a path without control characters" : null;

    private static string? RefuseScheme(string given)
        => given.Any(char.IsControl) && !given.TrimStart().StartsWith('{') ? "a path without control characters" : null;

    private static string? RefuseChoices(string given)
    {
        foreach (string choice in given.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = choice.Split('=', 2);
            if (parts.Length != 2 || Latitude.Find(parts[0]) is not { } latitude || latitude.With(ConversionPolicy.Ocp, parts[1]) is null)
            {
                return "id=value of latitudes, separated by semicolons";
            }
        }

        return null;
    }

    private static string? RefuseMap(string given)
    {
        try
        {
            return given == "independent" || RandomWordMap.Parse(given) is not null ? null : "";
        }
        catch (ArgumentException exception)
        {
            return $"independent or the map of an instruction ({exception.Message.Split(" (Parameter")[0]})";
        }
    }

    private static string? RefuseModel(string given)
    {
        if (given == "binary32")
        {
            return null;
        }

        try
        {
            return MatrixUnits.Find(given) is null ? "binary32 or a model that 'mxact models' lists" : null;
        }
        catch (ArgumentException exception)
        {
            return $"binary32 or a model ({exception.Message})";
        }
    }

    private static string? RefuseSteps(string given)
        => given.Split(',', StringSplitOptions.RemoveEmptyEntries).All(s =>
            int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int step) && step > 0)
            ? null
            : "whole numbers above 0 separated by commas";
}
