using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Accumulation;

/// <summary>
/// What a model takes, checked once at the edge. Every message is one line that names the model, the value and the limit.
/// </summary>
internal static class DotValidation
{
    public static void RequireFormats(MatrixUnit model, ElementFormat a, ElementFormat b)
    {
        RequireFormat(model, "A", a);
        RequireFormat(model, "B", b);
    }

    public static ModelOutput RequireOutput(MatrixUnit model, ElementFormat output)
        => model.Output(output)
            ?? throw new ArgumentException($"{model} has no {output} output, only "
            + $"{string.Join(", ", model.Outputs.Select(o => o.Format.Name))}");

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

    public static void RequireCodes(string operand, ElementFormat format, ReadOnlySpan<uint> codes)
    {
        for (int k = 0; k < codes.Length; k++)
        {
            if ((codes[k] & ~format.CodeMask) != 0)
            {
                throw new ArgumentException($"{operand}[{k}] = {codes[k]:x} is not a code of {format}, which has {format.Bits} bits");
            }
        }
    }

    private static void RequireFormat(MatrixUnit model, string operand, ElementFormat format)
    {
        if (!model.Takes(format))
        {
            throw new ArgumentException($"{model} does not take {format} as {operand}, only "
                + $"{string.Join(", ", model.Elements.Select(e => e.Name))}");
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
