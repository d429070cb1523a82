using System.Collections.Immutable;
using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors;

/// <summary>
/// The first words of a request: the operation, its formats and its choices, without the operands. Text form:
/// <c>quantize mxfp8-e4m3 scale-rule=floor rounding=ties-to-even overflow=saturate</c>. A choice that is not named is that
/// of the profile, and the profile is <c>ocp</c> unless named.
/// </summary>
internal sealed record Question
{
    /// <summary>The operation.</summary>
    public required Operation Operation { get; init; }

    /// <summary>
    /// The names of the formats: two for a dot product, one otherwise; of a layout, an instruction or an operation of P3109 its name.
    /// </summary>
    public required ImmutableArray<string> Formats { get; init; }

    /// <summary>Every choice, named or not.</summary>
    public ConversionPolicy Policy { get; init; } = ConversionPolicy.Ocp;

    /// <summary>The choices as they are written, in order.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Format of the inputs of encode, scale and quantize: <c>from=</c>, binary32 by default.</summary>
    public ElementFormat From { get; init; } = Mxact.ElementFormats.Binary32;

    /// <summary>
    /// NVFP4's second level in binary32 bits, <c>tensor-scale=</c> where it is a factor and <c>tensor-divisor=</c> where it is a divisor.
    /// Null when there is none.
    /// </summary>
    public TensorScale? TensorScale { get; init; }

    /// <summary>
    /// How it is chosen from the block's values, the block being the whole tensor: <c>tensor-scale=</c> and a rule's name. Null otherwise.
    /// </summary>
    public TensorScaleRule? TensorScaleRule { get; init; }

    /// <summary>Whether the tensor's scale is none or a given factor: interfaces other than the line have no other form.</summary>
    public bool HasPlainTensorScale => TensorScaleRule is null && TensorScale is not { IsDivisor: true };

    /// <summary>For a dot product, how the matrix unit accumulates: <c>model=</c>, <c>exact</c> by default.</summary>
    public string Model { get; init; } = "exact";

    /// <summary>For a dot product, the format of C and D: <c>out=</c>, binary32 by default.</summary>
    public string Out { get; init; } = "f32";

    private static readonly ImmutableArray<string> TensorScaleRules = ["fit", "power-of-two", "one", "percentile"];

    /// <summary>The tensor's scale of a block that is asked about: the one given, or that chosen from its values.</summary>
    /// <param name="format">The block format.</param>
    /// <param name="values">The block in the format <see cref="From"/>.</param>
    public TensorScale? TensorScaleOf(BlockFormat format, ReadOnlySpan<uint> values)
    {
        if (TensorScaleRule is not { } rule)
        {
            return TensorScale;
        }

        float[] numbers = new float[values.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BitConverter.UInt32BitsToSingle(Binary32.Encode(ElementCodec.Decode(From, values[i])));
        }

        return Binary32.Decode(BitConverter.SingleToUInt32Bits(rule.Choose(numbers, format))).Finite;
    }

    /// <summary>How many formats an operation names.</summary>
    public static int FormatCount(Operation operation) => operation == Operation.Dot ? 2 : 1;

    /// <summary>Reads the first words of a request; everything after them is operands.</summary>
    /// <param name="line">A whole request line.</param>
    /// <param name="operands">The operands: the rest of the line.</param>
    /// <exception cref="RequestException">A word is missing or unknown.</exception>
    public static Question Parse(string line, out string operands)
    {
        int at = 0;
        string first = Word(line, ref at);
        if (!TryParseOperation(first, out Operation operation))
        {
            throw new RequestException($"unknown operation '{Shown(first)}'");
        }

        ImmutableArray<string>.Builder formats = ImmutableArray.CreateBuilder<string>();
        while (formats.Count < FormatCount(operation))
        {
            string format = Word(line, ref at);
            // Options stand behind an instruction's name: v_cvt_pk_fp8_f32:neg=1.
            if (format.Length == 0 || (format.Contains('=') && operation != Operation.Instruction))
            {
                throw new RequestException(operation == Operation.Instruction ? "'instruction' names an instruction"
                    : operation == Operation.P3109 ? "'p3109' names an operation with its parameters"
                    : $"'{first}' names {FormatCount(operation)} format{(FormatCount(operation) > 1 ? "s" : "")}");
            }

            formats.Add(format);
        }

        List<string> choices = [];
        while (true)
        {
            int before = at;
            string word = Word(line, ref at);
            if (!word.Contains('='))
            {
                at = before;
                break;
            }

            choices.Add(word);
        }

        operands = line[at..].Trim(' ');
        return Of(operation, formats.ToImmutable(), choices);
    }

    /// <summary>The question with the given choices, each <c>key=value</c>.</summary>
    /// <exception cref="RequestException">A key or value is unknown, or the choice cannot act on what is asked.</exception>
    public static Question Of(Operation operation, ImmutableArray<string> formats, IEnumerable<string> choices)
    {
        Question question = Read(operation, formats, choices);
        foreach (string choice in question.Choices)
        {
            if (ChoiceReach.Refusal(operation, question.Formats[0], choice) is { } refusal)
            {
                throw new RequestException(refusal);
            }
        }

        if (question.TensorScale is not null && operation is not (Operation.Quantize or Operation.Dequantize))
        {
            throw new RequestException("a tensor scale belongs to quantize and dequantize");
        }

        if (question.TensorScaleRule is { } rule && operation != Operation.Quantize)
        {
            throw new RequestException($"tensor-scale={rule} is chosen from values, and belongs to quantize");
        }

        return question;
    }

    /// <summary>What choices make together that are meant for many operations, whether or not each of them acts on any one.</summary>
    /// <exception cref="RequestException">A key or value is unknown.</exception>
    public static ConversionPolicy PolicyOf(IEnumerable<string> choices) => Read(Operation.Quantize, [], choices).Policy;

    private static Question Read(Operation operation, ImmutableArray<string> formats, IEnumerable<string> choices)
    {
        Question question = new() { Operation = operation, Formats = Canonical(operation, formats), Choices = [.. choices] };
        HashSet<string> keys = [];
        foreach (string choice in question.Choices)
        {
            int equals = choice.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new RequestException($"'{Shown(choice)}' is not key=value");
            }

            if (!keys.Add(choice[..equals]))
            {
                throw new RequestException($"'{Shown(choice[..equals])}' is given twice");
            }
        }

        foreach (string choice in question.Choices.OrderByDescending(c => c.StartsWith("profile=", StringComparison.Ordinal)))
        {
            int equals = choice.IndexOf('=', StringComparison.Ordinal);
            question = question.With(choice[..equals], choice[(equals + 1)..]);
        }

        return question;
    }

    /// <summary>The text of the question.</summary>
    public override string ToString() => string.Join(' ', [Names.Of(Operation), .. Formats, .. Choices]);

    /// <summary>
    /// The names of the formats as golden rows have them; a layout's name (pack, unpack) is no format's, nor is an instruction's or that of
    /// an operation of P3109.
    /// </summary>
    private static ImmutableArray<string> Canonical(Operation operation, ImmutableArray<string> formats)
        => operation is Operation.Pack or Operation.Unpack or Operation.Instruction or Operation.P3109 ? formats : [.. formats.Select(name
            => string.Join('/', name.Split('/').Select(FormatNames.Canonical)))];

    private Question With(string key, string value)
    {
        switch (key)
        {
            case "profile":
                Profile profile = Profile.Find(value) ?? throw new RequestException($"unknown profile '{Shown(value)}'");
                return this with { Policy = profile.Policy };
            case "from":
                return ElementFormat.TryParse(value, out ElementFormat? from)
                    ? this with { From = from }
                    : throw new RequestException(FormatNames.Unknown(Shown(value),
                        [.. Mxact.ElementFormats.Elements.Select(f => f.Name)]));
            case "tensor-scale" or "tensor-divisor" when TensorScale is not null || TensorScaleRule is not null:
                throw new RequestException("a tensor has one scale: tensor-scale or tensor-divisor");
            case "tensor-scale" when TensorScaleRules.Contains(value.Split(':')[0]):
                return this with
                {
                    TensorScaleRule = Mxact.TensorScaleRule.Find(value)
                        ?? throw new RequestException($"a percentile is percentile:P, P above 0 and at most 100, not '{Shown(value)}'"),
                };
            case "tensor-scale":
                return this with { TensorScale = PositiveBinary32(key, value) };
            case "tensor-divisor":
                return this with { TensorScale = new TensorScale(PositiveBinary32(key, value), IsDivisor: true) };
            case "model":
                return this with { Model = value };
            case "out":
                return DotOutputs.Find(value) is not null
                    ? this with { Out = value }
                    : throw new RequestException($"out is {DotOutputs.Names}, not '{Shown(value)}'");
            default:
                Latitude latitude = Latitude.Find(key) ?? throw new RequestException($"unknown choice '{Shown(key)}'");
                string choices = string.Join(", ", latitude.Choices);
                return this with
                {
                    Policy = latitude.With(Policy, value)
                        ?? throw new RequestException($"unknown {key} '{Shown(value)}'; it is one of {choices}"),
                };
        }
    }

    private static Dyadic PositiveBinary32(string key, string digits)
        => digits.Length == 8 && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits)
            && Binary32.Decode(bits) is { IsFinite: true, Negative: false, Finite: { IsZero: false } scale }
            ? scale
            : throw new RequestException($"{key} is a positive binary32 number in 8 digits{(key == "tensor-scale"
                ? ", fit, power-of-two, one or percentile:P" : "")}, not '{Shown(digits)}'");

    /// <summary>The operation of that name.</summary>
    public static bool TryParseOperation(string name, out Operation operation)
        => Enum.TryParse(name, ignoreCase: true, out operation) && Enum.IsDefined(operation) && Names.Of(operation) == name;

    /// <summary>A word as it is shown in a message: short and printable whatever it is.</summary>
    internal static string Shown(string word)
    {
        string shown = word.Length <= 40
            ? word
            : string.Create(CultureInfo.InvariantCulture, $"{word[..40]}... ({word.Length} characters)");
        return string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
    }

    private static string Word(string line, ref int at)
    {
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }

        int start = at;
        while (at < line.Length && line[at] != ' ')
        {
            at++;
        }

        return line[start..at];
    }
}
