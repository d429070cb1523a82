using System.Collections.Immutable;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>A dot product step by step: its end is the model's answer, and what is shown adds up.</summary>
public sealed class DotTraceTests
{
    public static TheoryData<string> All => [.. MatrixUnits.All.Select(model => model.Name), "promote:16:hopper-wgmma-fp8"];

    [Theory]
    [MemberData(nameof(All))]
    public void The_steps_end_at_the_answer_and_add_up(string name)
    {
        MatrixUnit model = MatrixUnits.Parse(name);
        Random random = new(7);
        ElementFormat element = model.Elements.IsEmpty ? ElementFormats.E4M3 : model.Elements[^1];
        for (int trial = 0; trial < 20; trial++)
        {
            int block = model.ScaleIsOptional ? 0 : model.Scale?.BlockSize ?? 0;
            int k = block > 0 ? block * random.Next(1, 5) : random.Next(1, 70);
            uint[] a = Codes(random, element, k), b = Codes(random, element, k);
            byte[] scalesA = Scales(random, block, k), scalesB = Scales(random, block, k);
            ModelOutput output = model.Outputs[trial % model.Outputs.Length];
            uint c = trial % 3 == 0 ? 0 : (uint)random.Next(1 << 14);
            ImmutableArray<DotStep> steps = DotTrace.Of(model, element, a, element, b, scalesA, scalesB, c, output.Format);
            Assert.Equal(DotProduct.Compute(model, element, a, element, b, scalesA, scalesB, c, output.Format), steps[^1].After);
            Assert.Equal(k, steps.Sum(step => step.Count));
            Assert.Equal(c, steps[0].Before);
            Assert.All(steps, step => AddsUp(step, output));
            Assert.All(steps.Skip(1).Zip(steps), pair => Assert.Equal(pair.Second.After, pair.First.Before));
        }
    }

    [Fact]
    public void What_falls_off_in_the_worked_example()
    {
        // 256 and thirty-one times 2^-6: README.md of the models.
        DotStep step = Assert.Single(DotTrace.Of(MatrixUnits.HopperWgmmaFp8, ElementFormats.E4M3, [0x78, .. Ask.Repeat(31, 0x08)],
            ElementFormats.E4M3, Ask.Repeat(32, 0x38), [], [], 0, ElementFormats.Binary32));
        Assert.Equal(-5, step.Quantum);
        Assert.Equal("0.484375", step.Lost.ToString());
        Assert.Equal((33, 31), (step.Terms.Length, step.Terms.Count(term => term.Cut.ToString() == "0.015625")));
    }

    /// <summary>The terms are the exact sum; what alignment kept of them, converted, is the result.</summary>
    private static void AddsUp(DotStep step, ModelOutput output)
    {
        Number sum = step.Terms.Select(term => term.Value).Aggregate(NumberArithmetic.Add);
        Assert.Equal(step.Exact.Kind, sum.Kind);
        if (sum.IsFinite)
        {
            Assert.True((sum.Finite - step.Exact.Finite).IsZero);
        }

        if (step.Quantum is not null)
        {
            Dyadic kept = step.Terms.Select(term => term.Kept!.Value).Aggregate((one, other) => one + other);
            Assert.Equal(step.Result.ToString(), ElementCodec.Decode(output.Format, output.Encode(kept)).ToString());
        }
    }

    private static uint[] Codes(Random random, ElementFormat format, int count)
        => [.. Enumerable.Range(0, count).Select(_ => (uint)random.NextInt64(1L << format.Bits))];

    private static byte[] Scales(Random random, int block, int k)
        => block == 0 ? [] : [.. Enumerable.Range(0, k / block).Select(_ => (byte)random.Next(0x30, 0x7F))];
}
