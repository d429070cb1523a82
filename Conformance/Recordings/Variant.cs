using System.Globalization;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Vectors;

namespace Mxact.Conformance.Recordings;

/// <summary>A model with one parameter changed, or another model of the table: what a row might be instead.</summary>
/// <param name="Description">What is changed: <c>F = 24</c>, or a model's name.</param>
/// <param name="Model">The model that gives the answer.</param>
internal sealed record Variant(string Description, MatrixUnit Model)
{
    private static readonly string[] Rounding = ["rz", "rne", "rna", "ru", "rd"];

    /// <summary>True when its steps are taken from the last to the first.</summary>
    public bool LastStepFirst { get; private init; }

    /// <summary>Its answer.</summary>
    public uint Answer(DotQuestion question) => (LastStepFirst ? question.StepsReversed(Model.L) : question).Answer(Model);

    /// <summary>
    /// The neighbours of a model in one shape: one parameter changed at a time, the likeliest first, then the rest of the table.
    /// </summary>
    public static IEnumerable<Variant> Of(MatrixUnit model, DotShape shape)
    {
        ModelOutput output = model.Output(shape.Output)!;
        if (model.F > 0)
        {
            foreach (int change in (int[])[-1, 1, -2, 2])
            {
                if (model.F + change < 0)
                {
                    continue;
                }

                yield return new(Text($"F = {model.F + change}"), model with { F = model.F + change });
            }
        }

        foreach (int l in Lengths(model))
        {
            yield return new(Text($"L = {l}"), model with { L = l });
        }

        foreach (OutputConversion conversion in Conversions(shape.Output).Where(conversion => conversion != output.Conversion))
        {
            yield return new($"rho = {conversion}", model with { Outputs = [output with { Conversion = conversion }] });
        }

        if (Aligns(model))
        {
            foreach (int change in (int[])[-1, 1, -2, 2])
            {
                yield return new(Text($"e_zero = {output.EZero + change}"),
                    model with { Outputs = [output with { EZero = output.EZero + change }] });
            }
        }

        if (model.L > 0)
        {
            yield return new("the last step first", model) { LastStepFirst = true };
        }

        foreach (MatrixUnit other in MatrixUnits.All.Where(other => other.Name != model.Name && shape.Fits(other)))
        {
            yield return new(other.Name, shape.In(other));
        }
    }

    /// <summary>Every conversion an output may have been made with: five roundings, and for binary32 also to 13 fraction bits.</summary>
    public static IEnumerable<OutputConversion> Conversions(ElementFormat output)
    {
        string[] formats = output == ElementFormats.Binary32 ? ["fp32", "e8m13"] : [output.Name];
        foreach (string name in formats.SelectMany(format => Rounding.Select(rounding => $"{rounding}-{format}")))
        {
            if (OutputConversion.TryParse(name, out OutputConversion? conversion))
            {
                yield return conversion;
            }
        }
    }

    private static IEnumerable<int> Lengths(MatrixUnit model)
    {
        if (model.L > 1 && model.L / 2 % model.StepUnit == 0 && model.L / 2 > 0)
        {
            yield return model.L / 2;
        }

        if (model.L > 0)
        {
            yield return model.L * 2;
        }
    }

    private static bool Aligns(MatrixUnit model)
        => model.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled or AccumulationFamily.GroupedBlockScaled
            or AccumulationFamily.EmulatedFp8;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
