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

    /// <summary>How many questions are tried until one tells a neighbour.</summary>
    private const int MaxDraws = 300;

    /// <summary>The kinds in which F and L show.</summary>
    private static readonly string[] TellingKinds =
        ["truncation", "step-order", "accumulator-dominant", "cancel", "accumulator-small", "sum-rounding"];

    public static IEnumerable<Case> All(Catalogue catalogue)
    {
        foreach (MatrixUnit model in catalogue.Models)
        {
            foreach (ModelOutput output in model.Outputs.Where(output => IsAsked(model, output)))
            {
                foreach (Case c in Telling(model, output, DotShape.Of(model, output.Format, ElementFormat.Of<E4M3>())))
                {
                    yield return c;
                }

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

    /// <summary>A sum of bfloat16 is asked of machines alone.</summary>
    private static bool IsAsked(MatrixUnit model, ModelOutput output)
        => model.IsRdna || output.Format == ElementFormats.Binary32 || output.Format == ElementFormats.Binary16;

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
        foreach (string kind in DotQuestions.Kinds.Concat(DotQuestions.KindsOfModels).Where(Questions(model, shape, "").Has))
        {
            for (int i = 0; i < (kind == "step-order" ? EachStepOrder : EachKind); i++)
            {
                DotQuestion question = Questions(model, shape, Invariant($"{kind} {i}")).Next(kind);
                bool isSmoke = i == 0 && kind is "random" or "truncation" or "step-order" or "nan" or "least-normal" or "product-overflow"
                    or "negative-subnormal";
                yield return Row(model, question, isSmoke);
            }
        }
    }

    /// <summary>
    /// For each neighbour of the model the first question drawn that it answers otherwise; none where no draw tells. At smoke those that
    /// nothing else there tells.
    /// </summary>
    private static IEnumerable<Case> Telling(MatrixUnit model, ModelOutput output, DotShape shape)
    {
        foreach ((string what, string[] kinds, MatrixUnit asked, MatrixUnit neighbour) in Neighbours(model, output))
        {
            for (int i = 0; i < MaxDraws; i++)
            {
                DotQuestion question = Questions(asked, shape, Invariant($"{what} {i}")).Next(kinds[i % kinds.Length]);
                if (question.Answer(model) != question.Answer(neighbour))
                {
                    yield return Row(model, question, isSmoke: kinds != TellingKinds);
                    break;
                }
            }
        }
    }

    /// <summary>
    /// The model with another F or F2, with another e_zero, or with steps half and twice as long where its blocks and groups allow
    /// that; the kinds that tell it, and the model that they are asked about.
    /// </summary>
    private static IEnumerable<(string What, string[] Kinds, MatrixUnit Asked, MatrixUnit Model)> Neighbours(
        MatrixUnit model, ModelOutput output)
    {
        foreach (int f in model.F > 0 ? (int[])[model.F - 2, model.F - 1, model.F + 1, model.F + 2] : [])
        {
            yield return (Invariant($"F = {f}"), TellingKinds, model, model with { F = f });
        }

        foreach (int l in model.L > 0 ? (int[])[model.L / 2, model.L * 2] : [])
        {
            if (l > 0 && l % model.StepUnit == 0)
            {
                yield return (Invariant($"L = {l}"), TellingKinds, model, model with { L = l });
            }
        }

        foreach (int f2 in model.F2 > 0 ? (int[])[model.F2 - 1, model.F2 + 1] : [])
        {
            yield return (Invariant($"F2 = {f2}"), ["sticky"], model with { F = model.F2 }, model with { F2 = f2 });
        }

        foreach (int eZero in output.EZero != 0 ? (int[])[output.EZero - 1, output.EZero + 1] : [])
        {
            MatrixUnit neighbour = model with { Outputs = model.Outputs.Replace(output, output with { EZero = eZero }) };
            yield return (Invariant($"e_zero = {eZero}"), ["e-zero"], model, neighbour);
        }
    }

    private static DotQuestions Questions(MatrixUnit model, DotShape shape, string what)
        => DotQuestions.About(model, shape, SplitMix.Key($"dot {model.Name} {shape} {what}"));

    private static Case Row(MatrixUnit model, DotQuestion question, bool isSmoke) => new(
        Operation.Dot,
        question.Shape.OperandNames,
        $"model={model.Name} out={question.Shape.OutputName}",
        question.Operands,
        model.Evidence[0].Source,
        Flags(question, model),
        isSmoke);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Flags(DotQuestion question, MatrixUnit model)
    {
        int l = model.L;
        string steps = l == 0 ? "" : question.A.Length > l ? " chain" : "";
        string padding = l > 0 && question.A.Length % l != 0 ? " padding" : "";
        return string.Create(CultureInfo.InvariantCulture, $"model {question.Kind}{steps}{padding}");
    }
}
