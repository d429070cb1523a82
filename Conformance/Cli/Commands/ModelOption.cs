using System.Globalization;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary>What a user says about a dot product: the model, and the formats it works on.</summary>
internal static class ModelOption
{
    /// <summary>The model of that name.</summary>
    /// <exception cref="UsageException">There is none, or its parameters are wrong.</exception>
    public static MatrixUnit Get(string name)
    {
        try
        {
            return MatrixUnits.Named(name);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    /// <summary>The formats: those named, and for the rest the model's usual ones.</summary>
    /// <exception cref="UsageException">They do not go together, or nothing names them.</exception>
    public static DotShape Shape(MatrixUnit? model, string? a, string? b, string? output)
    {
        if (model is null && a is null && b is null)
        {
            throw new UsageException("name the formats with --a and --b, or a model with --model");
        }

        ElementFormat format = output is null ? model?.Outputs[0].Format ?? ElementFormats.Binary32
            : DotOutputs.Find(output) ?? throw new UsageException($"--out is {DotOutputs.Names}, not '{output}'");
        DotShape? usual = model is null ? null : DotShape.Of(model, format, ElementFormats.Binary16);
        DotOperand? ofA = a is null ? null : DotOperand.Parse(a);
        DotOperand? ofB = b is null ? null : DotOperand.Parse(b);
        if (ofA?.Scale is not null && ofB?.Scale is not null && ofA.Scale != ofB.Scale)
        {
            throw new UsageException($"A is scaled by {ofA.Scale} and B by {ofB.Scale}; no unit takes that");
        }

        ElementFormat elementA = ofA?.Element ?? usual?.A ?? ofB!.Element;
        DotShape shape = new(elementA, ofB?.Element ?? usual?.B ?? elementA, ofA?.Scale ?? ofB?.Scale ?? usual?.Scale, format);
        return model is null || shape.Fits(model) ? shape : throw new UsageException(Misfit(model, shape));
    }

    /// <summary>Reads numbers of elements such as <c>16,32,64</c>, each whole blocks.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    public static int[]? Lengths(string? text, DotShape shape)
    {
        int block = shape.Scale?.BlockSize ?? 1;
        return text is null ? null : [.. text.Split(',').Select(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int k) && k is >= 1 and <= 65536 && k % block == 0
                ? k
                : throw new UsageException($"--k: '{word}' is not a multiple of {block} from {block} to 65536"))];
    }

    private static string Misfit(MatrixUnit model, DotShape shape)
        => model.Output(shape.Output) is null
            ? $"{model} has no {shape.OutputName} output, only {string.Join(", ", model.Outputs.Select(o => o.Format.Name))}"
            : !model.Takes(shape.A) || !model.Takes(shape.B)
                ? $"{model} does not take {(model.Takes(shape.A) ? shape.B : shape.A)}, only "
                + $"{string.Join(", ", model.Elements.Select(e => e.Name))}"
            : $"{model} takes {(model.Scale is null ? "no scales" : $"{model.Scale} scales")}, not {shape.Scale?.ToString() ?? "none"}";
}
