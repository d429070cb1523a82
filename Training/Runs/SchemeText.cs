using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mxact.Shell;
using Mxact.Training.Quantization;

namespace Mxact.Training.Runs;

/// <summary>
/// What <c>--scheme</c> says: stages from steps on, each with options that change and operands of products that enter otherwise.
/// <c>{ "stages": [ { "from": 0, "options": { "rounding": "toward-negative" }, "dW": { "X": "fp32", "G": { "format": "mxfp4" } } } ] }</c>;
/// an object without <c>stages</c> is one stage. What a stage does not name is as the run's options say.
/// </summary>
internal sealed class SchemeText
{
    private const string Exact = "fp32";
    private const string Narrow = "bf16";
    private static readonly string[] OperandMembers = ["format", "scale-rule", "tensor-scale", "rounding", "choices", "random-bits"];

    /// <summary>The options of the run that a stage may change.</summary>
    private static readonly string[] StageOptions =
    [
        "forward", "backward", "scale-rule", "tensor-scale", "rounding", "choices", "random-bits", "scaling", "rotate-y", "rotate-dx",
        "rotate-dw", "activations", "weights", "forward-only", "quantize-ln-affine", "vectors", "lr",
    ];

    private readonly List<Stage> stages;

    private SchemeText(List<Stage> stages) => this.stages = stages;

    /// <summary>Reads what the option holds, the path of a file or the object itself, and gives the object on one line.</summary>
    /// <exception cref="UsageException">There is no such file, or it is no scheme.</exception>
    public static string Normalize(string given)
    {
        bool isText = given.TrimStart().StartsWith('{');
        string where = isText ? "--scheme" : given;
        byte[] bytes = isText ? Encoding.UTF8.GetBytes(given) : InputFile.ReadAllBytes(given);
        using JsonDocument document = JsonFile.Parse(where, bytes, isWritten: true);
        _ = Read(document.RootElement, where);
        return JsonSerializer.Serialize(document.RootElement);
    }

    /// <summary>Reads a normalised text.</summary>
    /// <exception cref="UsageException">It is no scheme.</exception>
    public static SchemeText Parse(string text)
    {
        using JsonDocument document = JsonFile.Parse("--scheme", Encoding.UTF8.GetBytes(text));
        return Read(document.RootElement, "--scheme");
    }

    /// <summary>The stages of a run; the first from step 0.</summary>
    /// <param name="options">The run's options; their own <c>scheme</c> is not looked at.</param>
    /// <exception cref="UsageException">A stage names an operand without a format, or an option that there is not.</exception>
    public ImmutableArray<RunStage> Build(RunOptions options)
    {
        List<RunStage> built = [];
        if (stages[0].From > 0)
        {
            built.Add(new(0, options.BuildBaseScheme(), options.LearningRate));
        }

        foreach (Stage stage in stages)
        {
            RunOptions changed = options.With([.. stage.Options, new("scheme", "")]);
            QuantizationScheme scheme = changed.BuildBaseScheme();
            ImmutableDictionary<OperandPlace, OperandConversion> operands
                = stage.Operands.ToImmutableDictionary(o => o.Key, o => Find(o, scheme, changed));
            built.Add(new(stage.From, scheme with { Overrides = operands }, changed.LearningRate));
        }

        return [.. built];
    }

    private static OperandConversion Find(
        KeyValuePair<OperandPlace, Dictionary<string, string>> operand,
        QuantizationScheme scheme,
        RunOptions options)
    {
        if (operand.Value.GetValueOrDefault("format") is Exact)
        {
            return OperandConversion.Binary32;
        }

        if (operand.Value.GetValueOrDefault("format") is Narrow)
        {
            return OperandConversion.BFloat16;
        }

        BlockFormat? format = operand.Value.TryGetValue("format", out string? name) ? MxFormats.Find(name)
            : operand.Key.Product == LayerProduct.Output ? scheme.Forward
            : scheme.BackwardFormat;
        if (format is null)
        {
            throw new UsageException($"--scheme: {operand.Key} needs a format, for the options leave it in binary32");
        }

        QuantizationScheme own = options.With(operand.Value.Where(o => o.Key != "format")).BuildBaseScheme();
        return OperandConversion.Mx(format, own.Policy, own.TensorScale) with { Scaling = own.Scaling, RandomBits = own.RandomBits };
    }

    private static SchemeText Read(JsonElement root, string where)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{where}: a scheme must be an object");
        }

        List<Stage> stages = [];
        if (root.TryGetProperty("stages", out JsonElement list))
        {
            if (root.EnumerateObject().Count() > 1 || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            {
                throw new UsageException($"{where}: 'stages' must be a list of at least one stage, and stand alone");
            }

            stages.AddRange(list.EnumerateArray().Select(s => ReadStage(s, where)));
        }
        else
        {
            stages.Add(ReadStage(root, where));
        }

        for (int i = 1; i < stages.Count; i++)
        {
            if (stages[i].From <= stages[i - 1].From)
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{where}: the stage from {stages[i].From} must begin after the one from {stages[i - 1].From}"));
            }
        }

        return new(stages);
    }

    private static Stage ReadStage(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{where}: a stage must be an object");
        }

        int from = 0;
        Dictionary<string, string> options = [];
        Dictionary<OperandPlace, Dictionary<string, string>> operands = [];
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (member.Name == "from")
            {
                from = member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out int step) && step >= 0
                    ? step
                    : throw new UsageException($"{where}: 'from' must be a step, counted from 0");
            }
            else if (member.Name == "options")
            {
                options = Words(member.Value, where, "options", StageOptions);
            }
            else if (OperandPlace.All.Any(p => OperandPlace.SymbolOf(p.Product) == member.Name))
            {
                ReadOperands(member, where, operands);
            }
            else
            {
                throw new UsageException(
                    $"{where}: unknown member '{Printable.Short(member.Name, 40)}'; a stage has from, options, Y, dX, dW");
            }
        }

        return options.Count == 0 && operands.Count == 0 && from == 0
            ? throw new UsageException($"{where}: a stage that changes nothing from step 0 on")
            : new(from, options, operands);
    }

    private static void ReadOperands(JsonProperty product, string where, Dictionary<OperandPlace, Dictionary<string, string>> operands)
    {
        OperandPlace[] places = [.. OperandPlace.All.Where(p => OperandPlace.SymbolOf(p.Product) == product.Name)];
        string symbols = string.Join(" and ", places.Select(p => OperandPlace.SymbolOf(p.Operand)));
        if (product.Value.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{where}: {product.Name} must be an object of its operands {symbols}");
        }

        foreach (JsonProperty operand in product.Value.EnumerateObject())
        {
            OperandPlace[] named = [.. places.Where(p => OperandPlace.SymbolOf(p.Operand) == operand.Name)];
            if (named.Length == 0)
            {
                throw new UsageException(
                    $"{where}: {product.Name} has the operands {symbols}, not '{Printable.Short(operand.Name, 40)}'");
            }

            Dictionary<string, string> words = operand.Value.ValueKind == JsonValueKind.String
                ? new() { ["format"] = operand.Value.GetString()! }
                : Words(operand.Value, where, named[0].ToString(), OperandMembers);
            if (words.Count == 0)
            {
                throw new UsageException($"{where}: {named[0]} says nothing");
            }

            if (words.TryGetValue("format", out string? format) && format is not (Exact or Narrow) && MxFormats.Find(format) is null)
            {
                throw new UsageException(
                    $"{where}: {named[0]}: the format is {Exact}, {Narrow} or one of {string.Join(", ", MxFormats.All)}, "
                    + $"not '{Printable.Short(format, 40)}'");
            }

            if (format is Exact or Narrow && words.Count > 1)
            {
                throw new UsageException($"{where}: {named[0]} is {format}, which {words.Keys.First(k => k != "format")} does not change");
            }

            operands[named[0]] = words;
        }
    }

    private static Dictionary<string, string> Words(JsonElement element, string where, string what, string[] allowed)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{where}: {what} must be a word or an object with {string.Join(", ", allowed)}");
        }

        Dictionary<string, string> words = [];
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string value = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString()!,
                JsonValueKind.True => "on",
                JsonValueKind.False => "off",
                _ => throw new UsageException($"{where}: {what}: {Printable.Short(member.Name, 40)} must be a word"),
            };
            words[member.Name] = !allowed.Contains(member.Name)
                ? throw new UsageException(
                    $"{where}: {what} has {string.Join(", ", allowed)}, not '{Printable.Short(member.Name, 40)}'")
                : member.Name != "format" && OptionSpec.Find(member.Name)!.Refuse(value) is { } reason
                    ? throw new UsageException($"{where}: {what}: {member.Name} must be {reason}, not '{Printable.Short(value, 40)}'")
                : value;
        }

        return words;
    }

    private sealed record Stage(
        int From,
        Dictionary<string, string> Options,
        Dictionary<OperandPlace, Dictionary<string, string>> Operands);
}
