using Mxact.Conformance.Adapters;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Identification;

/// <summary>The unit being identified: questions in, bits out. It is told a model's name that means nothing to it.</summary>
internal sealed class Unit(IKernelUnderTest kernel, DotShape shape, string modelWord)
{
    /// <summary>What it is asked about.</summary>
    public DotShape Shape => shape;

    /// <summary>Questions asked so far.</summary>
    public int Asked { get; private set; }

    /// <summary>Builds the operands of measurements; its few free choices do not matter to them.</summary>
    public DotTerms Terms { get; } = new(shape, 1);

    /// <summary>Answers in order. All go to the program at once: a measurement is one conversation.</summary>
    /// <exception cref="KernelFailedException">It did not answer one, or not with bits of the output's format.</exception>
    public uint[] Ask(IReadOnlyList<DotQuestion> questions)
    {
        string header = $"dot {shape.OperandNames} model={modelWord} out={shape.OutputName}";
        string[] requests = [.. questions.Select(question => $"{header} {question.Operands}")];
        uint[] answers = new uint[requests.Length];
        int i = 0;
        foreach (Reply reply in kernel.Ask(requests))
        {
            answers[i] = Bits(reply, requests[i]);
            i++;
        }

        Asked += requests.Length;
        return i == requests.Length ? answers
            : throw new KernelFailedException($"{kernel.Name}: answered {i} of {requests.Length} questions");
    }

    /// <summary>The value of an answer.</summary>
    public Number Value(uint bits) => ElementCodec.Decode(shape.Output, bits);

    private uint Bits(Reply reply, string request) => reply.Kind switch
    {
        ReplyKind.Answered when reply.Text.Length == shape.Output.HexDigits => Convert.ToUInt32(reply.Text, 16),
        ReplyKind.Answered
            => throw new KernelFailedException($"{kernel.Name}: answered '{reply.Text}' to '{request}', not {shape.Output.HexDigits} "
            + $"digits"),
        ReplyKind.Unsupported => throw new KernelFailedException($"{kernel.Name}: does not support '{request}'"),
        _ => throw new KernelFailedException($"{kernel.Name}: {reply.Text}; the request was '{request}'"),
    };
}

/// <summary>The unit gave no answer: nothing can be concluded.</summary>
internal sealed class KernelFailedException(string message) : Exception(message);
