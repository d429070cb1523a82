using Mxact.Simulator.Accumulation.Models;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>Every model of the table in each output that recordings have.</summary>
internal static class ModelCases
{
    public static TheoryData<string, string> All()
    {
        TheoryData<string, string> data = [];
        foreach (MatrixUnit model in MatrixUnits.All)
        {
            foreach (ModelOutput output in model.Outputs.Where(o => o.Format != ElementFormats.BFloat16))
            {
                data.Add(model.Name, output.Format == ElementFormats.Binary16 ? "f16" : "f32");
            }
        }

        return data;
    }

    public static (MatrixUnit Model, DotShape Shape, ModelOutput Output) Of(string name, string output)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        ModelOutput conversion = model.Output(output)!;

        // Models that take any format are asked in the output's own, whose products are rounded: narrower ones hide fused from separate.
        return (model, DotShape.Of(model, conversion.Format, conversion.Format), conversion);
    }

    /// <summary>Whether products can be small enough to align below a zero, so that e_zero shows.</summary>
    public static bool EZeroCanMatter(MatrixUnit model, DotShape shape, ModelOutput output)
        => model.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled or AccumulationFamily.GroupedBlockScaled
            && new Vectors.Generators.DotTerms(shape, 0) is var terms
            && terms.LeastNormal + terms.ScaleRange.Least < output.EZero - 1
            && output.EZero - model.F > (2 * (shape.Output.EMin - shape.Output.MantissaBits)) - 40
            && output.EZero >= shape.Output.EMin - shape.Output.MantissaBits;
}
