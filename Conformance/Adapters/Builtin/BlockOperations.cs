using Mxact.Simulator.Conversion;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Adapters.Builtin;

/// <summary>Blocks through a backend: the operands of a question are the rows of a matrix, a block each.</summary>
internal static class BlockOperations
{
    /// <summary>The operation, or null where no kernel does it.</summary>
    public static Func<IReadOnlyList<string>, string[]>? Of(Question question, Backend backend)
    {
        bool isRead = question.From == ElementFormats.Binary32 || question.From == ElementFormats.BFloat16
            || question.From == ElementFormats.Binary16;

        // A scale does not depend on how elements round.
        ConversionPolicy policy = question.Operation == Operation.Scale ? question.Policy with { Rounding = RoundingMode.TiesToEven }
            : question.Policy;
        if (!isRead || !question.HasPlainTensorScale || MxFormats.Find(question.Formats[0]) is not { } format
            || BlockConverter.Unsupported(format, policy) is not null)
        {
            return null;
        }

        uint tensorScale = question.TensorScale is { } scale ? Binary32.Encode(scale.Factor) : 0x3F800000;
        BlockConverter converter = BlockConverter.Create(new(format, policy) { Execution = new(backend), TensorScale = tensorScale });
        return question.Operation switch
        {
            Operation.Scale => operands => Scale(converter, question.From, operands),
            Operation.Quantize => operands => Quantize(converter, question.From, operands),
            Operation.Dequantize => operands => Dequantize(converter, operands),
            _ => throw new InvalidOperationException($"{question.Operation} is no operation on blocks"),
        };
    }

    /// <summary>The scale of a block that holds the maximum and zeros.</summary>
    private static string[] Scale(BlockConverter converter, ElementFormat from, IReadOnlyList<string> operands)
    {
        int k = converter.Settings.Format.BlockSize;
        uint[] values = new uint[operands.Count * k];
        for (int row = 0; row < operands.Count; row++)
        {
            values[row * k] = new HexWords(operands[row]).One("the maximum", from.HexDigits);
        }

        return Array.ConvertAll(Quantize(converter, from, values, [], operands.Count, k).Scales, scale => HexWords.Write(scale, 2));
    }

    private static string[] Quantize(BlockConverter converter, ElementFormat from, IReadOnlyList<string> operands)
    {
        RoundingMode rounding = converter.Settings.Policy.Rounding;
        List<uint> values = [];
        List<uint> random = [];
        foreach (string operand in operands)
        {
            HexWords words = new(operand);
            uint[] block = words.Any("the block", from.HexDigits);
            values.AddRange(block);
            random.AddRange(rounding.IsStochastic ? words.Many("the random bits", rounding.RandomDigits, block.Length) : []);
        }

        int columns = values.Count / operands.Count;
        (byte[] scales, byte[] codes) = Quantize(converter, from, [.. values], [.. random], operands.Count, columns);
        int digits = converter.Settings.Format.Element.HexDigits;
        return [.. scales.Select((scale, row)
            => $"{HexWords.Write(scale, 2)} "
            + $"{HexWords.Write(Array.ConvertAll(codes[(row * columns)..((row + 1) * columns)], c => (uint)c), digits)}")];
    }

    private static string[] Dequantize(BlockConverter converter, IReadOnlyList<string> operands)
    {
        List<byte> scales = [];
        List<byte> codes = [];
        foreach (string operand in operands)
        {
            HexWords words = new(operand);
            scales.Add((byte)words.One("the scale", 2));
            codes.AddRange(Array.ConvertAll(words.Any("the codes", converter.Settings.Format.Element.HexDigits), c => (byte)c));
        }

        uint[] values = new uint[codes.Count];
        int columns = codes.Count / operands.Count;
        converter.Dequantize(scales.ToArray(), codes.ToArray(), operands.Count, columns, values);
        return [.. Enumerable.Range(0, operands.Count).Select(row => HexWords.Write(values.AsSpan(row * columns, columns), 8))];
    }

    private static (byte[] Scales, byte[] Codes) Quantize(BlockConverter converter, ElementFormat from, uint[] values, uint[] random,
        int rows, int columns)
    {
        byte[] scales = new byte[converter.ScaleCount(rows, columns)];
        byte[] codes = new byte[converter.CodeBytes(rows, columns)];
        ushort[] halves = from == ElementFormats.Binary32 ? [] : Array.ConvertAll(values, v => (ushort)v);
        switch (from == ElementFormats.Binary32, random.Length > 0)
        {
            case (true, false):
                converter.Quantize(values, rows, columns, scales, codes);
                break;
            case (true, true):
                converter.Quantize(values, rows, columns, scales, codes, random);
                break;
            case (false, false):
                converter.Quantize(from, halves, rows, columns, scales, codes);
                break;
            case (false, true):
                converter.Quantize(from, halves, rows, columns, scales, codes, random);
                break;
        }

        return (scales, codes);
    }
}
