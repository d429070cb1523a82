using Mxact.Explorer.Blocks;
using Mxact.Explorer.Link;
using Mxact.Explorer.Numbers;
using Mxact.Vectors;

namespace Mxact.Explorer.Dots;

/// <summary>One vector as codes, and its scales.</summary>
/// <param name="Codes">The codes, as a request has them.</param>
/// <param name="Scales">The scales; empty where there are none.</param>
public sealed record DotReading(string Codes, string Scales)
{
    /// <summary>What stands for codes in a link, and in the list that is chosen from.</summary>
    public const string AsCodes = "codes";

    /// <summary>Reads a vector: its codes (and its scales behind a blank), or numbers, which become codes as <c>ocp</c> has it.</summary>
    /// <exception cref="FormatException">It is none, or cannot be; one line.</exception>
    public static DotReading Of(string name, string text, bool isCodes)
    {
        if (!DotOperand.TryParse(name, out DotOperand? operand))
        {
            throw new FormatException($"'{Question.Shown(name)}' is no format: an element format (e4m3), a block format (mxfp4)");
        }

        if (isCodes)
        {
            string[] words = text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length is 1 or 2 ? new(words[0], words.Length == 2 ? words[1] : "")
                : throw new FormatException("codes are one word of hexadecimal digits, and scales behind a blank another");
        }

        uint[] bits = BlockReading.Of(text);
        return operand.Scale is null ? Elements(operand.Element, bits) : Blocks(operand, bits);
    }

    /// <summary>The addend: a number, in the output's format.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string Addend(string text, ElementFormat output)
    {
        string bits = NumberReading.Of(text, "").Hex;
        return output == ElementFormats.Binary32 ? bits : Ask($"encode {output} overflow=non-finite", bits);
    }

    private static DotReading Elements(ElementFormat element, uint[] bits)
        => new(string.Concat(bits.Select(word => Ask($"encode {element}", BlockReading.Hex([word])))), "");

    private static DotReading Blocks(DotOperand operand, uint[] bits)
    {
        BlockFormat format = MxFormats.Find(operand.ToString())
            ?? throw new FormatException($"numbers do not say which blocks {operand} has: give codes and scales");

        // A last block that is not full is filled with zeros: no unit takes a part of one.
        IEnumerable<uint> whole = bits.Concat(Enumerable.Repeat(0u, (format.BlockSize - (bits.Length % format.BlockSize))
            % format.BlockSize));
        string[][] blocks = [.. whole.Chunk(format.BlockSize).Select(block
            => Ask($"quantize {format}", BlockReading.Hex(block)).Split(' '))];
        return new(string.Concat(blocks.Select(block => block[1])), string.Concat(blocks.Select(block => block[0])));
    }

    private static string Ask(string question, string operands)
    {
        Asked asked = Asked.Of(question, operands);
        return asked.IsAnswer ? asked.Text : throw new FormatException(asked.Text);
    }
}
