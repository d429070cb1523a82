using System.Collections.Immutable;
using System.Globalization;
using Mxact.Explorer.Link;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Explorer.Dots;

/// <summary>A dot product through a model, beside the exact sum.</summary>
/// <param name="Model">The model's answer.</param>
/// <param name="ModelValue">What it stands for.</param>
/// <param name="Exact">The exact sum, rounded once.</param>
/// <param name="ExactSum">The exact sum itself.</param>
/// <param name="Off">Exact sum less the model's answer; null where one is no number.</param>
/// <param name="Hardware">What the model is of.</param>
/// <param name="Steps">The steps.</param>
public sealed record DotShown(Asked Model, string ModelValue, Asked Exact, string ExactSum, string? Off, string Hardware,
    ImmutableArray<StepShown> Steps)
{
    /// <summary>The longest vector: the cost of the steps is quadratic.</summary>
    private const int MostProducts = 512;

    /// <summary>Computes one.</summary>
    /// <exception cref="FormatException">The operands do not fit; one line.</exception>
    public static DotShown Of(string model, string formatA, string formatB, string output, DotReading a, DotReading b, string addend)
    {
        string question = $"dot {formatA} {formatB} model={model} out={output}";
        string scales = a.Scales.Length + b.Scales.Length > 0 ? $" {a.Scales} {b.Scales}" : "";
        DotSetup setup = Setup(question);
        string operands = $"{a.Codes} {b.Codes}{scales} {DotReading.Addend(addend, setup.Output)}";
        uint[] codesA = Words(a.Codes, setup.A.Element.HexDigits, "A");
        uint[] codesB = Words(b.Codes, setup.B.Element.HexDigits, "B");
        if (Math.Max(codesA.Length, codesB.Length) > MostProducts)
        {
            throw new FormatException($"more than {MostProducts} products: `mxact dot` takes any number");
        }

        Asked answer = Asked.Of(question, operands);
        if (!answer.IsAnswer)
        {
            throw new FormatException(answer.Text);
        }

        byte[] scalesA = Array.ConvertAll(Words(a.Scales, 2, "the scales of A"), word => (byte)word);
        byte[] scalesB = Array.ConvertAll(Words(b.Scales, 2, "the scales of B"), word => (byte)word);
        uint c = Words(operands[(operands.LastIndexOf(' ') + 1)..], setup.Output.HexDigits, "c")[0];
        ImmutableArray<DotStep> steps = StepsOf(setup, codesA, codesB, scalesA, scalesB, c);
        Asked exact = Asked.Of($"dot {formatA} {formatB} model=exact out={output}", operands);
        Number sum = DotTrace.ExactSum(setup.Model, setup.A.Element, codesA, setup.B.Element, codesB, scalesA, scalesB, c, setup.Output);
        Number result = ElementCodec.Decode(setup.Output, Words(answer.Text, setup.Output.HexDigits, "D")[0]);
        return new(answer, result.ToString(), exact, sum.ToString(),
            sum.IsFinite && result.IsFinite ? (sum.Finite - result.Finite).ToString() : null, setup.Model.Hardware,
            [.. steps.Select(step => new StepShown(step, setup.Output))]);
    }

    private static ImmutableArray<DotStep> StepsOf(DotSetup setup, uint[] codesA, uint[] codesB, byte[] scalesA, byte[] scalesB, uint c)
    {
        try
        {
            return DotTrace.Of(setup.Model, setup.A.Element, codesA, setup.B.Element, codesB, scalesA, scalesB, c, setup.Output);
        }
        catch (ArgumentException refusal)
        {
            // The plain exact model takes blocks of any size; its steps want the size named.
            throw new FormatException(refusal.Message);
        }
    }

    private static DotSetup Setup(string question)
    {
        try
        {
            return DotSetup.Of(Question.Parse(question, out _));
        }
        catch (RequestException refusal)
        {
            throw new FormatException(refusal.Message);
        }
    }

    private static uint[] Words(string hex, int digits, string what)
        => hex.Length % digits == 0 && hex.All(char.IsAsciiHexDigit)
            ? [.. hex.Chunk(digits).Select(word => uint.Parse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))]
            : throw new FormatException($"{what}: '{Question.Shown(hex)}' is not hexadecimal words of {digits} digits");
}
