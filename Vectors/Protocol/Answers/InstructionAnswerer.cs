using System.Globalization;

namespace Mxact.Vectors.Answers;

/// <summary>
/// <c>instruction NAME</c>: the source registers in operand order, each with the digits of its width, then the random word of eight digits
/// where the instruction takes one -> the destination register.
/// </summary>
internal sealed class InstructionAnswerer : Answerer
{
    private readonly Instruction instruction;

    public InstructionAnswerer(Question question) => instruction = Named(question, Instructions.Named, "instruction");

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        ulong[] sources = new ulong[instruction.Sources.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = Register(ref words, instruction.Sources[i]);
        }

        uint? random = instruction.TakesRandomWord ? words.One("the random word", 8) : null;
        words.End();
        try
        {
            return instruction.Compute(sources, random)
                .ToString($"x{instruction.Destination.Digits}", CultureInfo.InvariantCulture);
        }
        catch (ArgumentException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }

    /// <summary>A register of up to 64 bits: two words of up to 32.</summary>
    private static ulong Register(ref HexWords words, InstructionRegister register)
    {
        if (register.Digits <= 8)
        {
            return words.One(register.Name, register.Digits);
        }

        uint[] halves = words.Many(register.Name, 8, 2);
        return (ulong)halves[0] << 32 | halves[1];
    }
}
