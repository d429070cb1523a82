using Mxact.Simulator.Conversion;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Adapters.Builtin;

/// <summary>Single elements through a backend, all operands of a question in one call.</summary>
internal static class ElementOperations
{
    /// <summary>The operation, or null where no kernel does it.</summary>
    public static Func<IReadOnlyList<string>, string[]>? Of(Question question, Backend backend)
    {
        bool isRead = question.From == ElementFormats.Binary32 || question.From == ElementFormats.BFloat16
            || question.From == ElementFormats.Binary16;
        if (!isRead || !ElementFormat.TryParse(question.Formats[0], out ElementFormat? element)
            || ElementConverter.Unsupported(element, question.Policy) is not null)
        {
            return null;
        }

        ElementConverter converter = ElementConverter.Create(element, question.Policy, backend);
        return question.Operation == Operation.Encode ? operands
            => Encode(converter, question.From, operands) : operands => Decode(converter, operands);
    }

    private static string[] Encode(ElementConverter converter, ElementFormat from, IReadOnlyList<string> operands)
    {
        bool stochastic = converter.Policy.Rounding.IsStochastic;
        uint[] values = new uint[operands.Count];
        uint[] random = new uint[stochastic ? operands.Count : 0];
        for (int i = 0; i < values.Length; i++)
        {
            HexWords words = new(operands[i]);
            values[i] = words.One("the input", from.HexDigits);
            if (stochastic)
            {
                random[i] = SuppliedBits.Read(ref words, converter.Policy.Rounding);
            }
        }

        byte[] codes = new byte[values.Length];
        if (from == ElementFormats.Binary32)
        {
            converter.Encode(values, codes, random);
        }
        else
        {
            converter.Encode(from, Array.ConvertAll(values, v => (ushort)v), codes, random);
        }

        return Array.ConvertAll(codes, code => HexWords.Write(code, converter.Element.HexDigits));
    }

    private static string[] Decode(ElementConverter converter, IReadOnlyList<string> operands)
    {
        byte[] codes = [.. operands.Select(operand => (byte)new HexWords(operand).One("the code", converter.Element.HexDigits))];
        uint[] values = new uint[codes.Length];
        converter.Decode(codes, values);
        return Array.ConvertAll(values, value => HexWords.Write(value, 8));
    }
}
