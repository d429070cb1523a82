using System.Globalization;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Vectors.Generators;

/// <summary>Cases of every accumulation model of the table, each kind of question in each of its outputs.</summary>
internal static class DotModelCases
{
    /// <summary>Questions of each kind: enough for the forms a kind has, few enough for a small file.</summary>
    private const int EachKind = 3;

    /// <summary>Steps have more edges than one question can be at.</summary>
    private const int EachStepOrder = 6;

    public static IEnumerable<Case> All()
    {
        foreach (MatrixUnit model in MatrixUnits.All)
        {
            foreach (ModelOutput output in model.Outputs.Where(o => o.Format == ElementFormats.Binary32 || o.Format == ElementFormats.Binary16))
            {
                foreach (DotShape shape in Shapes(model, output.Format))
                {
                    foreach (Case c in Of(model, shape))
                    {
                        yield return c;
                    }
                }
            }
        }
    }

    /// <summary>The usual formats, the other ones against them, and one pair of narrow ones where the unit takes them.</summary>
    private static IEnumerable<DotShape> Shapes(MatrixUnit model, ElementFormat output)
    {
        DotShape usual = DotShape.Of(model, output, ElementFormat.Of<E4M3>());
        yield return usual;
        if (model.Elements.Length > 1)
        {
            yield return usual with { B = model.Elements[1] };
        }

        if (model.Elements.Length > 2)
        {
            yield return usual with { A = model.Elements[^1], B = model.Elements[2] };
        }

        if (model.ScaleIsOptional && output == ElementFormats.Binary32)
        {
            yield return usual with { Scale = model.Scale };
        }
    }

    private static IEnumerable<Case> Of(MatrixUnit model, DotShape shape)
    {
        ulong seed = (GoldenFiles.Seed ^ GoldenFiles.Hash($"{model} {shape}")) + (ulong)shape.Output.Bits;
        DotQuestions questions = DotQuestions.About(model, shape, seed);
        string parameters = $"model={model.Name} out={shape.OutputName}";
        foreach (string kind in DotQuestions.Kinds.Where(questions.Has))
        {
            for (int i = 0; i < (kind == "step-order" ? EachStepOrder : EachKind); i++)
            {
                DotQuestion question = questions.Next(kind);
                yield return new(Operation.Dot, shape.OperandNames, parameters, question.Operands, model.Evidence[0].Source, Flags(question, model), IsSmoke: i == 0 && kind is "random" or "truncation" or "step-order" or "nan");
            }
        }
    }

    private static string Flags(DotQuestion question, MatrixUnit model)
    {
        int l = model.L;
        string steps = l == 0 ? "" : question.A.Length > l ? " chain" : "";
        string padding = l > 0 && question.A.Length % l != 0 ? " padding" : "";
        return string.Create(CultureInfo.InvariantCulture, $"model {question.Kind}{steps}{padding}");
    }
}
