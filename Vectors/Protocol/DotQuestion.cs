using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Vectors;

/// <summary>The operands of one dot product, for whoever is to answer it.</summary>
internal sealed record DotQuestion
{
    /// <summary>What kind of data it is: a flag's name.</summary>
    public required string Kind { get; init; }

    /// <summary>Formats, scales and output.</summary>
    public required DotShape Shape { get; init; }

    /// <summary>Codes of A, k = 0 first.</summary>
    public required uint[] A { get; init; }

    /// <summary>Codes of B, as many.</summary>
    public required uint[] B { get; init; }

    /// <summary>Scales of A, one a block; empty without scales.</summary>
    public byte[] ScalesA { get; init; } = [];

    /// <summary>Scales of B.</summary>
    public byte[] ScalesB { get; init; } = [];

    /// <summary>Bits of c.</summary>
    public required uint C { get; init; }

    /// <summary>The operands as request lines write them: <c>A B [SA SB] C</c>.</summary>
    public string Operands => string.Join(' ', (string[])[
        HexWords.Write(A, Shape.A.HexDigits), HexWords.Write(B, Shape.B.HexDigits),
        .. Shape.Scale is null ? [] : (string[])[Hex(ScalesA), Hex(ScalesB)],
        HexWords.Write(C, Shape.Output.HexDigits)]);

    /// <summary>A model's answer.</summary>
    public uint Answer(MatrixUnit model)
        => DotProduct.Compute(model, Shape.A, A, Shape.B, B, ScalesA, ScalesB, C, Shape.Output);

    /// <summary>
    /// The same with its steps of <paramref name="l"/> products in the opposite order; a K that is not whole steps stays as it is.
    /// </summary>
    public DotQuestion StepsReversed(int l) => A.Length % l != 0 ? this : this with
    {
        A = Reversed(A, l),
        B = Reversed(B, l),
        ScalesA = Shape.Scale is null ? [] : Reversed(ScalesA, l / Shape.Scale.BlockSize),
        ScalesB = Shape.Scale is null ? [] : Reversed(ScalesB, l / Shape.Scale.BlockSize),
    };

    private static T[] Reversed<T>(T[] all, int step) => [.. all.Chunk(step).Reverse().SelectMany(chunk => chunk)];

    private static string Hex(byte[] scales) => Convert.ToHexStringLower(scales);
}

/// <summary>What a dot product is made of: the formats of A and B, the scales, and the format of c and d.</summary>
/// <param name="A">Format of A.</param>
/// <param name="B">Format of B.</param>
/// <param name="Scale">The scales; null for none.</param>
/// <param name="Output">Format of c and d.</param>
internal sealed record DotShape(ElementFormat A, ElementFormat B, BlockScale? Scale, ElementFormat Output)
{
    /// <summary>The shape a model is usually asked in: its first format on both sides, its own scales where it cannot do without.</summary>
    public static DotShape Of(MatrixUnit model, ElementFormat output, ElementFormat? any = null)
    {
        ElementFormat element = model.Elements.IsEmpty ? any ?? ElementFormats.Binary16 : model.Elements[0];
        return new(element, element, model.ScaleIsOptional ? null : model.Scale, output);
    }

    /// <summary>Whether a model can be asked.</summary>
    public bool Fits(MatrixUnit model)
        => model.Takes(A) && model.Takes(B) && model.Output(Output) is not null
            && (
                Scale is null
                    ? model.Scale is null || model.ScaleIsOptional
                    : Scale == model.Scale || (model.ScaleIsOptional && model.Inner is null));

    /// <summary>The model with this shape's scales, where it takes any.</summary>
    public MatrixUnit In(MatrixUnit model) => Scale is not null && model.ScaleIsOptional ? model with { Scale = Scale } : model;

    /// <summary>The names of A and B as questions write them.</summary>
    public string OperandNames => $"{new DotOperand(A, Scale)} {new DotOperand(B, Scale)}";

    /// <summary><c>f32</c>, <c>f16</c> or <c>bf16</c>.</summary>
    public string OutputName => DotOutputs.NameOf(Output);

    /// <inheritdoc/>
    public override string ToString() => $"{OperandNames.Replace(" ", " x ", StringComparison.Ordinal)} -> {OutputName}";
}
