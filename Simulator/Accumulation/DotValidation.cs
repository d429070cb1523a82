using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Accumulation;

/// <summary>
/// What a model takes, checked once at the edge. Every message is one line that names the model, the value and the limit.
/// </summary>
internal static class DotValidation
{
    /// <summary>Refuses a model whose numbers do not fit each other: no row of the table, but what <c>with</c> made of one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The parameter that gave it, where a caller of the library did.</param>
    public static void RequireWhole(MatrixUnit model, string? name = null)
    {
        if (!model.IsWhole)
        {
            throw new ArgumentException($"{model} is no whole {model.Family}: L = {model.L}, G = {model.G}, inner {model.Inner}, scales "
                + $"{model.Scale}", name);
        }
    }

    public static void RequireFormats(MatrixUnit model, ElementFormat a, ElementFormat b, string? nameOfA = null, string? nameOfB = null)
    {
        RequireFormat(model, "A", a, nameOfA);
        RequireFormat(model, "B", b, nameOfB);
    }

    public static ModelOutput RequireOutput(MatrixUnit model, ElementFormat output, string? name = null)
        => model.Output(output)
            ?? throw new ArgumentException($"{model} has no {output} output, only "
            + $"{string.Join(", ", model.Outputs.Select(o => o.Format.Name))}", name);

    public static void RequireLengths(MatrixUnit model, int a, int b, int scalesA, int scalesB)
    {
        if (a != b)
        {
            throw new ArgumentException($"A has {a} elements and B has {b}: a dot product needs as many of each");
        }

        if (model.Scale is null)
        {
            if (scalesA != 0 || scalesB != 0)
            {
                throw new ArgumentException($"{model} takes no scales, but {scalesA} of A and {scalesB} of B are given");
            }

            return;
        }

        if (scalesA == 0 && scalesB == 0 && (model.ScaleIsOptional || a == 0))
        {
            return;
        }

        int blockSize = model.Scale.BlockSize;
        if (a % blockSize != 0)
        {
            throw new ArgumentException($"K = {a} is not a multiple of the {blockSize} elements under one scale of {model}");
        }

        if (model.Inner is not null && model.L % blockSize != 0)
        {
            throw new ArgumentException($"{model} promotes within a block: N = {model.L} is not a multiple of the {blockSize} elements "
                + $"under one scale");
        }

        RequireScales(model, "A", a / blockSize, scalesA);
        RequireScales(model, "B", a / blockSize, scalesB);
    }

    public static void RequireCodes(string operand, ElementFormat format, ReadOnlySpan<uint> codes, string? name = null)
    {
        for (int k = 0; k < codes.Length; k++)
        {
            if ((codes[k] & ~format.CodeMask) != 0)
            {
                throw new ArgumentException($"{operand}[{k}] = {codes[k]:x} is not a code of {format}, which has {format.Bits} bits",
                    name);
            }
        }
    }

    private static void RequireFormat(MatrixUnit model, string operand, ElementFormat format, string? name)
    {
        if (!model.Takes(format))
        {
            throw new ArgumentException($"{model} does not take {format} as {operand}, only "
                + $"{string.Join(", ", model.Elements.Select(e => e.Name))}", name);
        }
    }

    private static void RequireScales(MatrixUnit model, string operand, int needed, int given)
    {
        if (given != needed)
        {
            throw new ArgumentException($"{operand} has {given} scales; {model} needs {needed}, one for each {model.Scale!.BlockSize} "
                + $"elements ({model.Scale})");
        }
    }
}
