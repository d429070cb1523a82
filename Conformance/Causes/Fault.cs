using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Causes;

/// <summary>A block under conversion, for the faults that touch its scale.</summary>
/// <param name="Format">The block format.</param>
/// <param name="Values">V_i.</param>
/// <param name="Amax">The largest finite magnitude.</param>
/// <param name="TensorScale">NVFP4's second level, 1 where there is none.</param>
/// <param name="Policy">The choices it is converted under.</param>
internal sealed record BlockContext(BlockFormat Format, Number[] Values, Dyadic Amax, TensorScale TensorScale, ConversionPolicy Policy);

/// <summary>
/// One thing a kernel may do otherwise than it was asked: a hypothesis that predicts answers. It acts on one stage of a conversion, and
/// leaves every other as the reference has it, so that several faults of one kernel go together.
/// </summary>
/// <param name="Name">What a report calls it: <c>rounding=ties-to-away</c>, or a few plain words.</param>
/// <param name="Words">The same in a sentence, for who has never met it.</param>
/// <param name="Cost">How much it supposes: of two that explain the same, the cheaper is taken. A single choice
/// costs 10. An integer, so that the same cause is named on every machine.</param>
internal sealed record Fault(string Name, string Words, int Cost = 20)
{
    /// <summary>The question that is answered in place of the one asked; null where the fault has nothing to do with it.</summary>
    public Func<Question, Question?>? Question { get; init; }

    /// <summary>The questions, as asked, of which it holds; null for all. Such a fault goes before one that holds of all.</summary>
    public Func<Question, bool>? Where { get; init; }

    /// <summary>The operands as the kernel reads them.</summary>
    public Func<Question, string, string?>? Operands { get; init; }

    /// <summary>An answer in place of the reference's, from the question and the operands; null where the fault has none.</summary>
    public Func<Question, string, string?>? Instead { get; init; }

    /// <summary>What becomes of the answer on its way out: the question, the operands and the answer.</summary>
    public Func<Question, string, string, string?>? Answer { get; init; }

    /// <summary>The same as <see cref="Answer"/> of an answer whose numbers are known: what was read off the failures.</summary>
    public Func<List<Item>, string, string>? Rewrite { get; init; }

    /// <summary>An input, given its own format, before anything else.</summary>
    public Func<ElementFormat, Number, Number>? Input { get; init; }

    /// <summary>The values that the block's maximum is taken of.</summary>
    public Func<Number[], Number[]>? Measured { get; init; }

    /// <summary>The scale's code, written and used.</summary>
    public Func<BlockContext, byte, byte>? Scale { get; init; }

    /// <summary>The scale's code as it is written; the elements keep the right one.</summary>
    public Func<BlockContext, byte, byte>? WrittenScale { get; init; }

    /// <summary>V_i divided by X: the block, V_i, X times the tensor's scale -> the quotient.</summary>
    public Func<BlockContext, Dyadic, Dyadic, Quotient>? Divide { get; init; }

    /// <summary>An element's value before it is rounded, finite and not zero.</summary>
    public Func<ElementFormat, Quotient, Quotient>? Element { get; init; }

    /// <summary>An element's code, given the finite value that it was made of.</summary>
    public Func<ElementFormat, Quotient, uint, uint>? Code { get; init; }

    /// <summary>The value read from a code.</summary>
    public Func<ElementFormat, uint, Number, Number>? Decode { get; init; }

    /// <summary>The value read from a scale's code.</summary>
    public Func<ScaleFormat, byte, Number, Number>? DecodeScale { get; init; }

    /// <summary>Binary32 bits on their way out.</summary>
    public Func<uint, uint>? Result { get; init; }

    /// <summary>The questions that a change of texts may concern; null for all.</summary>
    public Func<Question, bool>? Concerns { get; init; }

    /// <summary>Whether it is another way to sum: of two such one acts, and their pair is no third explanation.</summary>
    public bool ReplacesSum { get; init; }

    /// <summary>Whether it can change any answer to a question.</summary>
    public bool ActsOn(Question question)
        => (FaultyKernel.Asked(this, question, question) is { } other && other != question) || ActsBeside(question);

    /// <summary>Whether it can change any answer to a question that it leaves as it is.</summary>
    public bool ActsBeside(Question question)
    {
        if (Concerns?.Invoke(question) is false)
        {
            return false;
        }

        bool isE8M0 = question.Operation == Operation.Encode && question.Formats[0] == ScaleFormat.E8M0.Name;
        return Answer is not null || Operands is not null || Instead is not null
            || question.Operation switch
            {
                Operation.Encode => Input is not null || (isE8M0 ? Scale is not null : Element is not null || Code is not null),
                Operation.Scale => Input is not null || Scale is not null || WrittenScale is not null,
                Operation.Quantize => Input is not null || Measured is not null || Scale is not null || WrittenScale is not null
                    || Divide is not null || Element is not null || Code is not null,
                Operation.Decode => Decode is not null || DecodeScale is not null || Result is not null,
                Operation.Dequantize => Decode is not null || DecodeScale is not null || Result is not null,
                _ => false,
            };
    }

    /// <inheritdoc/>
    public bool Equals(Fault? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
