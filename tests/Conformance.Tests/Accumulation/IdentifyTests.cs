using Mxact.Conformance.Identification;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>Every model of the table is recovered from its own implementation, asked as a black box.</summary>
public sealed class IdentifyTests
{
    private const int Questions = 600;

    public static TheoryData<string, string> Models() => ModelCases.All();

    [Theory]
    [MemberData(nameof(Models))]
    public void Recovers_every_model(string name, string outputName)
    {
        (MatrixUnit model, DotShape shape, ModelOutput output) = ModelCases.Of(name, outputName);
        Identification.Identification found = Identify(model, shape);
        Assert.Contains(name, found.Equivalent);

        // Named together are only models whose arithmetic in these formats is the same in every parameter that can show.
        foreach (string other in found.Equivalent)
        {
            MatrixUnit same = MatrixUnits.Parse(other);
            Assert.Equal((Arithmetic(model, shape), model.F, model.F2, model.G, output.Conversion),
                (Arithmetic(same, shape), same.F, same.F2, same.G, same.Output(output.Format)!.Conversion));
        }

        switch (model.Family)
        {
            case AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled or AccumulationFamily.GroupedBlockScaled:
                Assert.NotNull(found.Free);
                Assert.Equal((model.L, model.F, output.Conversion), (found.Free.L, found.Free.F, found.Free.Outputs[0].Conversion));
                Assert.Equal((model.L, model.F), (found.L, found.F));
                Assert.Contains(output.Conversion, found.Rounding.Consistent);
                if (found.EZero is { } eZero)
                {
                    Assert.InRange(output.EZero, eZero.Least, eZero.Greatest);
                }

                if (ModelCases.EZeroCanMatter(model, shape, output))
                {
                    Assert.Equal((output.EZero, output.EZero), found.EZero);
                }

                break;
            case AccumulationFamily.Cdna3 or AccumulationFamily.Cdna3Fp8:
                Assert.Equal((model.L, model.F), (found.L, found.F));
                Assert.Equal([output.Conversion], found.Rounding.Consistent);
                break;
            case AccumulationFamily.ExactStep or AccumulationFamily.FlushedTree:
                // Where 64 products are one exact sum, no probe of that many is long enough to see a step end.
                Assert.Equal(model.L > 32 ? 0 : model.L, found.L);
                Assert.Null(found.Free);
                break;
            case AccumulationFamily.Pairwise:
                Assert.Equal(StepStructure.Tree, found.Masks.Structure);
                break;
            case AccumulationFamily.Exact:
                Assert.Equal((StepStructure.NothingLost, null), (found.Masks.Structure, found.F));
                break;
            case AccumulationFamily.FmaChain or AccumulationFamily.MulAddChain or AccumulationFamily.FlushedFmaChain:
                Assert.Equal((StepStructure.FirstStepFirst, 1), (found.Masks.Structure, found.Masks.L));
                break;
            case AccumulationFamily.EmulatedFp8:
                Assert.Equal([4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29], found.Masks.WithFirst);
                Assert.Equal((model.F, false), (found.F, found.Masks.AddendIsFirst));
                break;
        }
    }

    /// <summary>
    /// Arm's FMLAL is a fused multiply-add; of eight-bit formats, whose products are exact, one that is not fused is the same.
    /// </summary>
    private static AccumulationFamily Arithmetic(MatrixUnit model, DotShape shape)
        => model is { Family: AccumulationFamily.ArmDot, L: 1 }
            || (model.Family == AccumulationFamily.MulAddChain && shape.A.Bits <= 8 && shape.Output == ElementFormats.Binary32)
            ? AccumulationFamily.FmaChain
            : model.Family;

    /// <summary>Units that are in no table: the parameters are found, and no model is claimed.</summary>
    [Theory]
    [InlineData("t-fdpa:L=16,F=27,rho=rne-fp32", "fp16", "f32")]
    [InlineData("t-fdpa:L=32,F=11,rho=rz-e8m10", "e4m3", "f32")]
    [InlineData("t-fdpa:L=8,F=26,rho=ru-fp32,ezero=-140", "bf16", "f32")]
    [InlineData("t-fdpa:L=2,F=25,rho=rz-fp16,ezero=-19", "fp16", "f16")]
    [InlineData("t-fdpa:L=64,F=25,rho=rz-fp32,ezero=-135,scale=e8m0/32", "mxfp8-e5m2", "f32")]
    public void Finds_the_parameters_of_an_unknown_unit(string name, string format, string output)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        DotOperand operand = DotOperand.Parse(format);
        DotShape shape = new(operand.Element, operand.Element, operand.Scale, model.Output(output)!.Format);
        Identification.Identification found = Identify(model, shape);
        Assert.Empty(found.Equivalent);
        Assert.NotEmpty(found.Nearest);
        Assert.NotNull(found.Free);
        Assert.Equal((model.L, model.F, model.Outputs[0].Conversion), (found.Free.L, found.Free.F, found.Free.Outputs[0].Conversion));
        if (found.EZero is { } eZero)
        {
            Assert.InRange(model.Outputs[0].EZero, eZero.Least, eZero.Greatest);
        }

        Assert.All(IdentificationText.Lines("unit", found), line => Assert.DoesNotContain('\n', line));
    }

    /// <summary>Steps taken from the last to the first are seen as such.</summary>
    [Fact]
    public void Finds_the_opposite_order()
    {
        MatrixUnit model = MatrixUnits.Parse("ampere-bf16");
        DotShape shape = DotShape.Of(model, ElementFormats.Binary32);
        Identification.Identification found = Identifier.Run(new Unit(new ModelKernel(model, lastStepFirst: true), shape, "unknown"),
            Questions, 1);
        Assert.Equal((StepStructure.LastStepFirst, 8), (found.Masks.Structure, found.L));
        Assert.Empty(found.Equivalent);
        Assert.NotNull(found.Free);
    }

    /// <summary>
    /// A loop of fmaf on x86 makes the negative default NaN, or hands an operand's payload on: it is the chain of fused multiply-adds all
    /// the same. A unit whose model names its NaN is told so too.
    /// </summary>
    [Theory]
    [InlineData("fma-chain", false)]
    [InlineData("fma-chain", true)]
    [InlineData("ampere-bf16", false)]
    public void A_unit_that_makes_another_NaN_is_identified(string name, bool propagates)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        DotShape shape = name == "fma-chain" ? new(ElementFormats.Binary16, ElementFormats.Binary16, null, ElementFormats.Binary32)
            : DotShape.Of(model, ElementFormats.Binary32);
        using ModelKernel kernel = new(model, nan: request => propagates ? 0x7fc00000 | ((uint)request.Length & 0xffff) : 0xffc00000);
        Identification.Identification found = Identifier.Run(new Unit(kernel, shape, "unknown"), Questions, 1);
        Assert.Empty(found.Equivalent);
        Assert.Contains(found.ButForNaN, one => one.Name == name);
        Assert.True(found.IsKnown);
        string last = IdentificationText.Lines("unit", found).Last();
        Assert.StartsWith("identified   ", last, StringComparison.Ordinal);
        Assert.Contains("equal but for NaN payloads", last, StringComparison.Ordinal);
    }

    private static Identification.Identification Identify(MatrixUnit model, DotShape shape)
        => Identifier.Run(new Unit(new ModelKernel(model), shape, "unknown"), Questions, 1);
}
