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

    public static IEnumerable<Case> All(Catalogue catalogue)
    {
        foreach (MatrixUnit model in catalogue.Models)
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

    /// <summary>The usual formats, the other ones against them, and pairs of narrower ones where the unit takes them.</summary>
    private static IEnumerable<DotShape> Shapes(MatrixUnit model, ElementFormat output)
    {
        DotShape usual = DotShape.Of(model, output, ElementFormat.Of<E4M3>());
        yield return usual;
        if (model.Elements.Length > 1)
        {
            yield return usual with { B = model.Elements[1] };
        }

        // Counted from the first, so that a format that is added to the unit adds a pair and changes none.
        for (int i = 2; i < model.Elements.Length; i += 2)
        {
            yield return usual with { A = model.Elements[i], B = model.Elements[i - 1] };
        }

        if (model.ScaleIsOptional && output == ElementFormats.Binary32)
        {
            yield return usual with { Scale = model.Scale };
        }
    }

    private static IEnumerable<Case> Of(MatrixUnit model, DotShape shape)
    {
        DotQuestions Questions(string what) => DotQuestions.About(model, shape, SplitMix.Key($"dot {model.Name} {shape} {what}"));
        string parameters = $"model={model.Name} out={shape.OutputName}";
        foreach (string kind in DotQuestions.Kinds.Where(Questions("").Has))
        {
            for (int i = 0; i < (kind == "step-order" ? EachStepOrder : EachKind); i++)
            {
                DotQuestion question = Questions(string.Create(CultureInfo.InvariantCulture, $"{kind} {i}")).Next(kind);
                bool isSmoke = i == 0 && kind is "random" or "truncation" or "step-order" or "nan";
                yield return new(Operation.Dot, shape.OperandNames, parameters, question.Operands, model.Evidence[0].Source, Flags(question, model), isSmoke);
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
