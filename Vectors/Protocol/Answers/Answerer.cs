using Mxact.Simulator.Exact;

namespace Mxact.Vectors.Answers;

/// <summary>
/// Answers one kind of question, any number of operands: what the reference simulator says. Text in, text out, because a
/// golden value never is a float and never passes through one.
/// </summary>
internal abstract class Answerer
{
    /// <summary>The answer to operands in hexadecimal words.</summary>
    /// <exception cref="RequestException">The operands cannot be read; the message says which and why.</exception>
    public abstract string Answer(ReadOnlySpan<char> operands);

    /// <summary>The answerer of a question.</summary>
    /// <exception cref="RequestException">The question makes no sense.</exception>
    /// <exception cref="UnsupportedException">It does, but not here.</exception>
    public static Answerer For(Question question) => question.Operation switch
    {
        Operation.Decode => new DecodeAnswerer(question),
        Operation.Encode => new EncodeAnswerer(question),
        Operation.Scale => new ScaleAnswerer(question),
        Operation.Quantize => new QuantizeAnswerer(question),
        Operation.Dequantize => new DequantizeAnswerer(question),
        Operation.Dot => new DotAnswerer(question),
        Operation.Pack => new PackAnswerer(question),
        Operation.Unpack => new UnpackAnswerer(question),
        Operation.Instruction => new InstructionAnswerer(question),
        Operation.P3109 => new P3109Answerer(question),
        _ => throw new InvalidOperationException($"no such operation: {question.Operation}"),
    };

    /// <summary>An element format by name.</summary>
    private protected static ElementFormat Element(string name)
        => ElementFormat.TryParse(name, out ElementFormat? format)
            ? format
            : throw new RequestException(FormatNames.Unknown(Question.Shown(name),
                [.. ElementFormats.Elements.Select(f => f.Name), ScaleFormat.E8M0.Name]));

    /// <summary>A block format by name.</summary>
    private protected static BlockFormat Block(string name)
        => MxFormats.Find(name)
            ?? (ElementFormat.TryParse(name, out _)
                ? throw new RequestException($"'{name}' is an element format; a block format is one of {string.Join(", ", MxFormats.All)}")
            : throw new RequestException(FormatNames.Unknown(Question.Shown(name), [.. MxFormats.All.Select(f => f.Name)],
                "block format")));

    /// <summary>What a question is about by its only name, which says everything that is chosen of it.</summary>
    /// <exception cref="RequestException">Nothing has that name, or the question chooses something beside it.</exception>
    private protected static T Named<T>(Question question, Func<string, T> named, string what)
    {
        if (question.Choices.Length > 0)
        {
            throw new RequestException($"{what} takes no choice, '{Question.Shown(question.Choices[0])}' is one; "
                + "what is chosen of it stands in its name");
        }

        try
        {
            return named(question.Formats[0]);
        }
        catch (ArgumentException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }

    /// <summary>The question, whose tensor scale only a format with a scale that is no power of two has.</summary>
    private protected static Question Scaled(Question question, BlockFormat format)
        => (question.TensorScale is null && question.TensorScaleRule is null) || format.Scale.Element is not null
            ? question
            : throw new RequestException($"{format} has no tensor scale");
}
