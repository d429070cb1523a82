using System.Buffers;
using System.Collections.Immutable;
using Mxact.Vectors;

namespace Mxact.Conformance.Adapters;

/// <summary>The choices a kernel declares: it is asked under them and held to them.</summary>
internal sealed class Declaration
{
    /// <summary>In place of an instruction's name: every one.</summary>
    public const string EveryInstruction = "all";

    /// <summary>Forms of a tensor scale that are asked of those alone who take them: every kernel takes a given factor.</summary>
    public static readonly ImmutableArray<string> TensorScaleForms = ["divisor", "chosen"];

    private readonly ImmutableArray<string> words;
    private readonly ImmutableArray<string> forms;
    private readonly ImmutableArray<string> instructions;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Choices as the protocol writes them, such as <c>profile=ggml</c>.</summary>
    /// <param name="words">The choices.</param>
    /// <param name="instructions">The names of the conversion instructions that it does, or <c>all</c>; nobody else is asked any.</param>
    /// <param name="tensorScales">Which of <see cref="TensorScaleForms"/> it takes.</param>
    /// <exception cref="RequestException">A choice, an instruction or a form is unknown.</exception>
    public Declaration(IEnumerable<string> words, IEnumerable<string>? instructions = null, IEnumerable<string>? tensorScales = null)
    {
        forms = [.. tensorScales ?? []];
        if (forms.FirstOrDefault(form => !TensorScaleForms.Contains(form)) is { } unknown)
        {
            throw new RequestException($"a tensor scale is {string.Join(" or ", TensorScaleForms)}, not '{Question.Shown(unknown)}'");
        }

        this.words = [.. words];
        Policy = Question.PolicyOf(this.words);
        try
        {
            this.instructions = [.. (instructions ?? []).Select(name => name == EveryInstruction ? name : Instructions.Named(name).Name)];
        }
        catch (ArgumentException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }

    /// <summary>Every choice.</summary>
    public ConversionPolicy Policy { get; }

    /// <summary>True when it declares nothing that <c>ocp</c> does not.</summary>
    public bool IsOcp => Policy == ConversionPolicy.Ocp;

    /// <summary>
    /// The question a row asks of this kernel: every choice the row leaves at <c>ocp</c>'s is the kernel's own, every other
    /// one stays as the row has it. A declaration is about many operations: what cannot act on the row's is left out.
    /// </summary>
    public Question Of(Question row)
    {
        if (IsOcp)
        {
            return row;
        }

        ConversionPolicy policy = Policy;
        foreach (Latitude latitude in Latitude.All)
        {
            string asked = latitude.Of(row.Policy);
            policy = asked == latitude.Default ? policy : latitude.With(policy, asked)!;
        }

        IEnumerable<string> choices = row.Choices.Select(choice =>
        {
            string key = choice[..choice.IndexOf('=', StringComparison.Ordinal)];
            string? own = Latitude.Find(key) is { } latitude ? $"{key}={latitude.Of(policy)}" : null;
            return own is not null && Acts(row, own) ? own : choice;
        });
        bool takesChoices = row.Operation is Operation.Encode or Operation.Scale or Operation.Quantize;
        return takesChoices
            ? Question.Of(row.Operation, row.Formats,
                [.. words.Where(w => Acts(row, w) && !row.Choices.Any(c => SameKey(c, w))), .. choices])
            : row;
    }

    /// <summary>
    /// Whether a row is for this kernel: one of an instruction that it declares, not of another; one that names a choice of a latitude
    /// which is neither a parameter of MX nor <c>ocp</c>'s, as a rule of UE4M3's is not, asks only those who declare that very choice. The
    /// others are held to their own choice by the rows that leave it to them. A tensor scale in a form that not every kernel takes asks
    /// only those who say that they do.
    /// </summary>
    public bool Concerns(TestVector row) => row.Operation == Operation.Instruction
        ? instructions.Contains(row.Formats) || instructions.Contains(EveryInstruction) : row.Choices.Split(' ').All(choice =>
    {
        int equals = choice.IndexOf('=', StringComparison.Ordinal);
        if (FormOf(choice) is { } form)
        {
            return forms.Contains(form);
        }

        return equals < 0 || choice[..equals] is "rounding" or "overflow"
            || (choice[..equals] == "scale-rule" && choice[(equals + 1)..] != ScaleRule.FourOverSix.Name)
            || Latitude.Find(choice[..equals]) is not { } latitude
            || choice[(equals + 1)..] == latitude.Default || choice[(equals + 1)..] == latitude.Of(Policy);
    });

    /// <summary>
    /// Whether a kernel that always does what it declares, and cannot be told anything else, answers a question: it is asked under those
    /// very choices, as far as they act there. A dequantiser or decoder makes none; an element conversion makes none about scales.
    /// </summary>
    public bool Answers(Question question) => question.Operation is Operation.Decode or Operation.Dequantize
        || Latitude.All.All(l => !ChoiceReach.Acts(question.Operation, question.Formats[0], l)
            || Effective(question, l, Policy) == Effective(question, l, question.Policy));

    /// <inheritdoc/>
    public override string ToString() => words.IsEmpty && instructions.IsEmpty && forms.IsEmpty ? "profile=ocp"
        : string.Join(' ',
            [.. words, .. instructions.Select(name => $"instruction={name}"), .. forms.Select(form => $"tensor-scale={form}")]);

    /// <summary>The form of a tensor scale that a word of a row names, or null: a factor has eight digits.</summary>
    private static string? FormOf(string choice)
        => choice.StartsWith("tensor-divisor=", StringComparison.Ordinal) ? "divisor"
            : choice.StartsWith("tensor-scale=", StringComparison.Ordinal)
                && choice.AsSpan("tensor-scale=".Length).ContainsAnyExcept(Digits) ? "chosen" : null;

    private static string Effective(Question question, Latitude latitude, ConversionPolicy policy)
        => ChoiceReach.Effective(question.Operation, question.Formats[0], latitude, policy);

    private static bool Acts(Question row, string word) => ChoiceReach.Acts(row.Operation, row.Formats[0], word);

    private static bool SameKey(string a, string b)
        => a.AsSpan(0, a.IndexOf('=', StringComparison.Ordinal)).SequenceEqual(b.AsSpan(0, b.IndexOf('=', StringComparison.Ordinal)));
}
