using System.Globalization;
using Mxact.Conformance.Recordings;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>What a dot-product unit may do otherwise than the model it is asked for.</summary>
internal static class UnitFaults
{
    /// <summary>Every one for a question: the other models of the table, the model's neighbours, and what is wrong around the
    /// sum.</summary>
    public static IEnumerable<Fault> Of(Question question)
    {
        if (question.Operation != Operation.Dot)
        {
            return [];
        }

        return
        [
            .. MatrixUnits.All.Where(model => model.Name != question.Model).Select(Other),
            .. Neighbours(question),
            .. Around(),
        ];
    }

    private static Fault Other(MatrixUnit model) => new($"model={model.Name}", $"the products are summed as {model.Hardware} sums them", 10)
    {
        Question = asked => asked.Operation == Operation.Dot ? asked with { Model = model.Name } : null,
        ReplacesSum = true,
    };

    /// <summary>The model with one parameter changed: the table's names alone are not enough.</summary>
    private static IEnumerable<Fault> Neighbours(Question question)
    {
        DotSetup setup = DotSetup.Of(question);
        DotShape shape = new(setup.A.Element, setup.B.Element, setup.A.Scale ?? setup.B.Scale, setup.Output);
        return Variant.Of(setup.Model, shape).Where(variant => MatrixUnits.All.All(model => model.Name != variant.Description))
            .Select(variant
            => new Fault($"{variant.Description} in {question.Model}", $"as {question.Model}, but for {variant.Description}", 15)
            {
                Instead = (asked, operands) => asked.Operation == Operation.Dot && asked.Model == question.Model
                    && asked.Out == question.Out
                    && asked.Formats.SequenceEqual(question.Formats) ? Answer(variant, shape, operands) : null,
                ReplacesSum = true,
            });
    }

    private static IEnumerable<Fault> Around()
    {
        yield return OfDot("addend joins last", "C is added in binary32 after the products have been summed and rounded", (asked, operands)
            => asked.Out != "f32" ? null : Added(Answerer.For(asked).Answer(WithAddend(operands, _ => '0')), operands[^8..]));
        yield return OfDot("addend left out", "C takes no part", (asked, operands)
            => Answerer.For(asked).Answer(WithAddend(operands, _ => '0')));
        yield return OfDot("addend subtracted", "C's sign is turned", (asked, operands) => Answerer.For(asked).Answer(Turned(operands)));
        yield return OfDot("products from the last to the first", "the elements are read from the other end", (asked, operands)
            => Reversed(asked, operands) is { } reversed ? Answerer.For(asked).Answer(reversed) : null);
        yield return OfDot("sticky bit dropped", "the exact sum is cut below the guard bit before it is rounded, so that what lies above a "
            + "midpoint is taken for a tie", WithoutSticky);
        yield return new("subnormal results flushed", "a result below the least normal number is a zero of its sign")
        {
            Concerns = asked => asked.Operation == Operation.Dot,
            Answer = (asked, _, answer) => asked.Operation == Operation.Dot ? Flushed(answer) : answer,
        };
        yield return new("negative zero results lost", "a result of -0 is +0")
        {
            Concerns = asked => asked.Operation == Operation.Dot,
            Answer = (asked, _, answer) => asked.Operation == Operation.Dot && answer is ("80000000" or "8000")
                ? new string('0', answer.Length) : answer,
        };
    }

    private static Fault OfDot(string name, string words, Func<Question, string, string?> instead) => new(name, words)
    {
        Instead = (asked, operands) => asked.Operation == Operation.Dot ? instead(asked, operands) : null,
    };

    /// <summary>
    /// The exact sum cut to the significand and one bit more, and then rounded. A unit that rounds otherwise than once has no such bit.
    /// </summary>
    private static string? WithoutSticky(Question asked, string operands)
    {
        DotSetup setup = DotSetup.Of(asked);
        HexWords words = new(operands);
        if (setup.Model.Family != AccumulationFamily.Exact || asked.Out != "f32" || words.Left is not (3 or 5))
        {
            return null;
        }

        bool scaled = words.Left == 5;
        if (scaled && setup.Model.Scale is null)
        {
            return null; // only the lengths say which elements share a scale
        }

        uint[] a = words.Any("A", setup.A.Element.HexDigits);
        uint[] b = words.Any("B", setup.B.Element.HexDigits);
        byte[] scalesA = scaled ? Convert.FromHexString(words.Next("the scales of A")) : [];
        byte[] scalesB = scaled ? Convert.FromHexString(words.Next("the scales of B")) : [];
        Number sum = Binary32.Decode(words.One("C", 8));
        for (int i = 0; i < a.Length; i++)
        {
            Number term = NumberArithmetic.Multiply(ElementCodec.Decode(setup.A.Element, a[i]), ElementCodec.Decode(setup.B.Element, b[i]));
            if (setup.Model.Scale is { } scale && scaled)
            {
                int block = i / scale.BlockSize;
                term = NumberArithmetic.Multiply(term, NumberArithmetic.Multiply(
                    ScaleCodec.Decode(scale.Format, scalesA[block]), ScaleCodec.Decode(scale.Format, scalesB[block])));
            }

            sum = NumberArithmetic.Add(sum, term);
        }

        if (sum.IsFinite && !sum.Finite.IsZero)
        {
            ElementFormat format = setup.Output;
            int quantum = Math.Max(sum.Finite.FloorLog2, format.EMin) - format.MantissaBits - 1;
            sum = new Dyadic(sum.Negative, Rounding.ToQuantum(sum.Finite, quantum, RoundingMode.TowardZero), quantum);
        }

        return HexWords.Write(Binary32.Encode(sum), 8);
    }

    private static string? Answer(Variant variant, DotShape shape, string operands)
    {
        HexWords words = new(operands);
        bool scaled = words.Left == 5;
        if (scaled != shape.Scale is not null)
        {
            return null;
        }

        DotQuestion question = new()
        {
            Kind = "",
            Shape = shape,
            A = words.Any("A", shape.A.HexDigits),
            B = words.Any("B", shape.B.HexDigits),
            ScalesA = scaled ? Convert.FromHexString(words.Next("the scales of A")) : [],
            ScalesB = scaled ? Convert.FromHexString(words.Next("the scales of B")) : [],
            C = words.One("C", shape.Output.HexDigits),
        };
        try
        {
            return HexWords.Write(variant.Answer(question), shape.Output.HexDigits);
        }
        catch (ArgumentException)
        {
            return null; // the changed model does not take these operands
        }
    }

    private static string? Added(string sum, string addend)
    {
        Number total = NumberArithmetic.Add(Value(sum), Value(addend));
        return HexWords.Write(Binary32.Encode(total), 8);
    }

    private static Number Value(string bits) => Binary32.Decode(Convert.ToUInt32(bits, 16));

    private static string WithAddend(string operands, Func<char, char> digit)
    {
        int last = operands.LastIndexOf(' ') + 1;
        return operands[..last] + string.Concat(operands[last..].Select(digit));
    }

    private static string Turned(string operands)
    {
        int last = operands.LastIndexOf(' ') + 1;
        int digit = Convert.ToInt32(operands.Substring(last, 1), 16) ^ 8;
        return operands[..last] + digit.ToString("x", CultureInfo.InvariantCulture) + operands[(last + 1)..];
    }

    private static string? Reversed(Question question, string operands)
    {
        string[] words = operands.Split(' ');
        if (words.Length != 3)
        {
            return null;
        }

        DotSetup setup = DotSetup.Of(question);
        return $"{Backward(words[0], setup.A.Element.HexDigits)} {Backward(words[1], setup.B.Element.HexDigits)} {words[2]}";
    }

    private static string Backward(string word, int digits) => string.Concat(Enumerable.Range(0, word.Length / digits).Reverse()
        .Select(i => word.Substring(i * digits, digits)));

    private static string Flushed(string answer)
    {
        uint bits = Convert.ToUInt32(answer, 16);
        ElementFormat format = answer.Length == 4 ? ElementFormats.Binary16 : ElementFormats.Binary32;
        return (bits & (format.SignMask - 1)) < 1u << format.MantissaBits ? HexWords.Write(bits & format.SignMask, answer.Length) : answer;
    }
}
