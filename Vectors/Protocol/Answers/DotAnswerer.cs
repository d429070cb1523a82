using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Answers;

/// <summary>
/// <c>dot A B model=NAME out=f32|f16|bf16</c>: codes of A and B, a scale code a block of each or none, C -> D, as the model accumulates.
/// </summary>
internal sealed class DotAnswerer : Answerer
{
    private readonly DotOperand a;
    private readonly DotOperand b;
    private readonly MatrixUnit model;
    private readonly ElementFormat output;
    private readonly bool anyBlockSize;

    public DotAnswerer(Question question)
    {
        (a, b, model, output) = DotSetup.Of(question);

        // MX 6.2 has one dot product for every block size: the plain name asks for no particular one, the lengths say which.
        anyBlockSize = question.Model == "exact" && question.Out == "f32" && (a.Scale is null) == (b.Scale is null);
        Compute([], [], [], [], 0);
    }

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        bool scaled = words.Left == 5;
        uint[] codesA = words.Any("A", a.Element.HexDigits);
        uint[] codesB = words.Any("B", b.Element.HexDigits);
        byte[] scalesA = scaled ? Scales(ref words, "the scales of A") : [];
        byte[] scalesB = scaled ? Scales(ref words, "the scales of B") : [];
        uint c = words.One("C", output.HexDigits);
        words.End();
        return HexWords.Write(
            anyBlockSize ? Exact(codesA, codesB, scalesA, scalesB, c) : Compute(codesA, codesB, scalesA, scalesB, c), output.HexDigits);
    }

    private uint Compute(uint[] codesA, uint[] codesB, byte[] scalesA, byte[] scalesB, uint c)
    {
        try
        {
            return DotProduct.Compute(model, a.Element, codesA, b.Element, codesB, scalesA, scalesB, c, output);
        }
        catch (ArgumentException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }

    private uint Exact(uint[] codesA, uint[] codesB, byte[] scalesA, byte[] scalesB, uint c)
    {
        try
        {
            return scalesA.Length + scalesB.Length == 0
                ? Dot.Product(a.Element, codesA, b.Element, codesB, c)
                : Dot.General(Block(a, codesA, scalesA), scalesA, codesA, Block(b, codesB, scalesB), scalesB, codesB, c);
        }
        catch (ArgumentException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }

    /// <summary>Elements under as many scales as are given: the block size follows from the two.</summary>
    private static BlockFormat Block(DotOperand operand, uint[] codes, byte[] scales)
        => scales.Length > 0 && codes.Length % scales.Length == 0
            ? new(
                operand.Element.Name,
                operand.Element,
                operand.Scale?.Format ?? ScaleFormat.E8M0,
                codes.Length / scales.Length,
                Clauses.Block)
            : throw new RequestException($"{codes.Length} elements do not divide among {scales.Length} scales");

    private static byte[] Scales(ref HexWords words, string what) => Array.ConvertAll(words.Any(what, 2), s => (byte)s);
}
