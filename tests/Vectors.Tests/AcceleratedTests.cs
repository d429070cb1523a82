using System.Globalization;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Tests;

/// <summary>Every golden block through every backend that computes its choices.</summary>
public sealed class AcceleratedTests
{
    public static TheoryData<string> Files => [.. MxFormats.All.SelectMany(f => new[] { $"quantize-{f}", $"dequantize-{f}" })];

    [Theory]
    [MemberData(nameof(Files))]
    public void Answers_every_golden_block(string file)
    {
        int rows = 0;
        int answered = 0;
        List<string> differences = [];
        // A policy prints its public choices alone, and is equal by all.
        Dictionary<(ConversionPolicy, TensorScale?, TensorScaleRule?), BlockConverter[]> converters = [];
        foreach (TestVector row in VectorFile.Read(Path.Combine(GoldenSet.DefaultFolder(), file + ".csv")))
        {
            rows++;
            Question question = row.Question;
            (ConversionPolicy, TensorScale?, TensorScaleRule?) key = (question.Policy, question.TensorScale, question.TensorScaleRule);
            if (!converters.TryGetValue(key, out BlockConverter[]? backends))
            {
                converters.Add(key, backends = Converters(question));
            }

            answered += backends.Length > 0 ? 1 : 0;
            foreach (BlockConverter converter in backends)
            {
                string answer = Answer(converter, question, row.Operands.Split(' '));
                if (!Expectation.Matches(row.Expected, answer, Expectation.AnswerFormat(question)))
                {
                    differences.Add($"{row.Id} on {converter.Backend}: {row.Expected}, got {answer}");
                }
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differ\n{string.Join('\n', differences.Take(5))}");
        Assert.True(answered > rows / 2, $"only {answered} of {rows} rows have choices that kernels compute");
    }

    private static BlockConverter[] Converters(Question question)
    {
        BlockFormat format = MxFormats.Find(question.Formats[0])!;
        bool wide = question.From == ElementFormats.Binary32 || question.From == ElementFormats.BFloat16
            || question.From == ElementFormats.Binary16;
        return !wide || !question.HasPlainTensorScale || BlockConverter.Unsupported(format, question.Policy) is not null
            ? []
            : [.. Backends.OfProcessor.Select(b
                => BlockConverter.Create(new(format, question.Policy) { Execution = new(b), TensorScale = question.TensorScale is { } t
                ? Binary32.Round(t.Factor) : 0x3F800000 }))];
    }

    private static string Answer(BlockConverter converter, Question question, string[] operands)
    {
        if (question.Operation == Operation.Dequantize)
        {
            byte[] codes = Array.ConvertAll(Words(operands[1], 2), c => (byte)c);
            uint[] values = new uint[codes.Length];
            converter.Dequantize([(byte)Words(operands[0], 2)[0]], codes, 1, codes.Length, values);
            return string.Concat(values.Select(v => v.ToString("x8", CultureInfo.InvariantCulture)));
        }

        uint[] inputs = Words(operands[0], question.From.HexDigits);
        byte[] scale = new byte[1];
        byte[] quantised = new byte[inputs.Length];
        uint[] random = operands.Length > 1 ? Words(operands[1], question.Policy.Rounding.RandomDigits) : [];
        if (question.From == ElementFormats.Binary32)
        {
            if (random.Length == 0)
            {
                converter.Quantize(inputs, 1, inputs.Length, scale, quantised);
            }
            else
            {
                converter.Quantize(inputs, 1, inputs.Length, scale, quantised, random);
            }
        }
        else
        {
            ushort[] halves = Array.ConvertAll(inputs, v => (ushort)v);
            if (random.Length == 0)
            {
                converter.Quantize(question.From, halves, 1, halves.Length, scale, quantised);
            }
            else
            {
                converter.Quantize(question.From, halves, 1, halves.Length, scale, quantised, random);
            }
        }

        return $"{scale[0]:x2} {Convert.ToHexStringLower(quantised)}";
    }

    private static uint[] Words(string digits, int width)
    {
        uint[] words = new uint[digits.Length / width];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = uint.Parse(digits.AsSpan(i * width, width), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return words;
    }
}
