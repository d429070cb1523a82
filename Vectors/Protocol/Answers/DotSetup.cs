using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Vectors.Answers;

/// <summary>What a dot question asks for: both operands, the model with the scales they fix, and the format of C and D.</summary>
/// <param name="A">Operand A.</param>
/// <param name="B">Operand B.</param>
/// <param name="Model">How the unit accumulates.</param>
/// <param name="Output">Format of C and D.</param>
internal sealed record DotSetup(DotOperand A, DotOperand B, MatrixUnit Model, ElementFormat Output)
{
    /// <summary>Reads a question.</summary>
    /// <exception cref="RequestException">It makes no sense.</exception>
    /// <exception cref="UnsupportedException">It names a model that is not here.</exception>
    public static DotSetup Of(Question question)
    {
        ArgumentNullException.ThrowIfNull(question);
        DotOperand a = DotOperand.Parse(question.Formats[0]);
        DotOperand b = DotOperand.Parse(question.Formats[1]);
        MatrixUnit model = InBlocksOf(Named(question.Model), a, b);
        string outputs = string.Join(", ", model.Outputs.Select(o => o.Format.Name));
        ModelOutput output = model.Output(question.Out)
            ?? throw new RequestException($"{model} has no {question.Out} output, only {outputs}");
        return new(a, b, model, output.Format);
    }

    private static MatrixUnit Named(string name)
    {
        try
        {
            return MatrixUnits.Find(name) ?? throw new UnsupportedException(MatrixUnits.Missing(Question.Shown(name)));
        }
        catch (ArgumentException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }

    /// <summary>The model with the scales that the operands' names fix, where it has a choice; otherwise they must be its own.</summary>
    private static MatrixUnit InBlocksOf(MatrixUnit model, DotOperand a, DotOperand b)
    {
        if (a.Scale is not null && b.Scale is not null && a.Scale != b.Scale)
        {
            throw new RequestException($"A is scaled by {a.Scale} and B by {b.Scale}; no model takes that");
        }

        BlockScale? scale = a.Scale ?? b.Scale;
        return scale is null || scale == model.Scale ? model
            : model.ScaleIsOptional && model.Inner is null ? model with { Scale = scale }
            : throw new RequestException($"{model} takes {(model.Scale is null ? "no scales" : $"{model.Scale} scales")}, not {scale}");
    }
}
