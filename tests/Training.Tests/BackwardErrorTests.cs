using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;
using Mxact.Training.Models;
using Mxact.Training.Quantization;
using Mxact.Training.Runs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>The backward pass's own error, on cases whose answers are plain.</summary>
public sealed class BackwardErrorTests
{
    private static readonly ConversionPolicy TowardNegative = ConversionPolicy.Ocp with { Rounding = RoundingMode.TowardNegative };

    [Fact]
    public void An_error_that_is_constant_is_all_drift_and_one_in_proportion_all_bias()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor g = tensor(new float[] { 1, -1, 2, -2 });
        ErrorParts constant = ErrorParts.Split([(g - 0.5f, g)]);
        Assert.Equal((-0.5, 0, 0), (constant.Mean, constant.Along, Math.Round(constant.Noise, 12)));
        Assert.Equal(-0.5 / Math.Sqrt(2.5), constant.Drift, 12);
        Assert.Equal(Math.Sqrt(1 / 10.0), constant.Size, 12);

        ErrorParts scaled = ErrorParts.Split([(g * 1.25f, g)]);
        Assert.Equal((0, 0.25, 0.25), (scaled.Mean, scaled.Along, scaled.Size));
        Assert.Equal(0, scaled.Noise, 7);

        // Across both: orthogonal to 1 and to g.
        ErrorParts noise = ErrorParts.Split([(g + tensor(new float[] { 2, -2, -1, 1 }), g)]);
        Assert.Equal((0, 0, 1, 1), (noise.Mean, noise.Along, noise.Size, noise.Noise));
    }

    [Theory]
    [InlineData("forward-only=on")]
    [InlineData("forward-only=on;rounding=stochastic:8")]
    [InlineData("scheme={\"dX\":{\"G\":\"fp32\",\"W\":\"fp32\"},\"dW\":{\"G\":\"fp32\",\"X\":\"fp32\"}}")]
    public void An_exact_backward_pass_of_a_quantised_forward_pass_has_no_error_at_all(string choices)
    {
        (List<StepRow> rows, string[] products) = Run(choices);
        foreach (StepRow row in rows)
        {
            Assert.Equal((0, 0, 0, 0), (row.BackwardError, row.BackwardDrift, row.BackwardAlong, row.BackwardNoise));
            Assert.Equal(row.DecreaseExact, row.DecreaseQuantised);
            Assert.True(row.Distance > 0.01 && row.ShadowLoss != row.Loss);
        }

        // Y is quantised, dX and dW are not: four layers a step.
        Assert.Equal(3 * 3 * 4, products.Length);
        Assert.All(products, p => Assert.Equal(p.Split(',')[2] == "Y", p.Split(',')[3] != "0"));
    }

    [Fact]
    public void A_quantised_backward_pass_has_an_error_and_names_its_products()
    {
        (List<StepRow> rows, string[] products) = Run("rounding=toward-negative");
        Assert.All(rows, r => Assert.True(r.BackwardError > 0.01 && r.DecreaseExact > 0));
        Assert.All(rows, r => Assert.True(r.DecreaseQuantised != r.DecreaseExact));

        // Toward negative takes away from every operand, whichever product it is of.
        Assert.All(
            products.SelectMany(p => p.Split(',')[8..11]).Where(d => d.Length > 0),
            d => Assert.StartsWith("-", d, StringComparison.Ordinal));
        Assert.Equal(["Y", "dW", "dX"], products.Select(p => p.Split(',')[2]).Distinct().Order(StringComparer.Ordinal));

        // Only the product whose operand is quantised errs.
        (_, products) = Run("""rounding=toward-negative;scheme={"dX":{"G":"fp32","W":"fp32"},"dW":{"G":"fp32"}}""");
        Assert.All(products, p => Assert.Equal(p.Split(',')[2] == "dX", p.Split(',')[3] == "0"));
        Assert.All(products.Where(p => p.Split(',')[2] == "dW"), p => Assert.True(p.Split(',')[8] != "0" && p.Split(',')[10] == "0"));
    }

    /// <summary>
    /// Every block of X holds one 3.5 and 31 numbers 2^-3 above a multiple of E2M1's quantum at a scale of 1, so that rounding toward
    /// negative takes the same 2^-3 from each; G is exact. Then dW lacks 2^-3 sum G in those columns, and gradient descent drifts by
    /// that much a step.
    /// </summary>
    [Fact]
    public void The_drift_of_one_step_predicts_the_drift_of_many()
    {
        const int Batch = 32;
        const int Steps = 64;
        const float Rate = 0.25f;
        using DisposeScope scope = NewDisposeScope();
        float[] inputs = [.. Enumerable.Range(0, Batch * 32).Select(i => i / 32 == i % 32 ? 4f : 1.125f)];
        Tensor x = tensor(inputs).reshape(Batch, 32);
        Tensor g = ones(Batch, 32) * 0.5f;
        QuantizationScheme scheme = new() { Forward = MxFormats.Mxfp4, Policy = TowardNegative };
        List<ProductError> errors = [];
        QuantizedProducts products = new(scheme, new());
        products.Tap = (layer, product, result, a, b) => errors.Add(ProductError.Measure(layer, product, result, a, b));
        MxLinear layer = new(new Parameter(zeros(32, 32)), null, products);
        MxLinear twin = new(new Parameter(zeros(32, 32)), null, new(scheme.WithExactBackward(), new()));
        foreach (MxLinear each in (MxLinear[])[layer, twin])
        {
            optim.Optimizer descent = optim.SGD([each.Weight], Rate);
            for (int step = 0; step < Steps; step++)
            {
                descent.zero_grad();
                (each.call(x) * g).sum().backward();
                descent.step();
            }
        }

        ProductError first = errors.First(e => e.Product == LayerProduct.WeightGradient);

        // 31 of 32 numbers of each column lose 2^-3, times a gradient of 1/2.
        Assert.Equal(-31 * 0.125 * 0.5, first.Error.Mean, 12);
        Assert.Equal(0, first.DriftG);
        double drifted = (layer.Weight - twin.Weight).mean().item<float>();
        Assert.Equal(-Rate * Steps * first.Error.Mean, drifted, 5);
        Assert.True(drifted > 30);
    }

    [Fact]
    public void The_way_along_a_gradient_is_measured_and_gone_back()
    {
        using DisposeScope scope = NewDisposeScope();
        RunOptions options = Options("forward=fp32");
        using Proxy proxy = new(options.BuildProxyOptions());
        QuantizedProducts products = new(QuantizationScheme.Binary32, new());
        Tensor loss = proxy.ComputeLoss(0, products);
        loss.backward();
        List<Tensor> gradients = [.. proxy.Parameters.Select(p => p.Value.grad!)];
        List<Tensor> before = [.. proxy.Parameters.Select(p => p.Value.detach().clone())];
        double value = loss.item<float>();
        double norm = GradientBias.NormOf(gradients);
        double way = 1e-4 * Math.Sqrt(before.Sum(b => (double)b.numel()));

        // A short way: its length times the norm, and less than nothing the other way.
        double down = Descent.Decrease(proxy, products, 0, 0, value, gradients, 1e-4);
        double up = Descent.Decrease(proxy, products, 0, 0, value, [.. gradients.Select(g => -g)], 1e-4);
        Assert.InRange(down / (way * norm), 0.9, 1.1);
        Assert.InRange(up / (way * norm), -1.1, -0.9);
        Assert.Equal(0, Descent.Decrease(proxy, products, 0, 0, value, [.. gradients.Select(g => g * 0)], 1e-4));
        Assert.All(before.Zip(proxy.Parameters), p => Assert.True(p.First.equal(p.Second.Value).all().item<bool>()));
    }

    private static RunOptions Options(string choices)
        => RunOptions.Parse(
            new[] { "depth=2", "width=32", "batch=32", "steps=3", "zeta-every=1", "forward=mxfp4", "backward-error=on" }
                .Concat(choices.Split(';', StringSplitOptions.RemoveEmptyEntries))
                .Select(c => c.Split('=', 2)).GroupBy(c => c[0]).ToDictionary(c => c.Key, c => c.Last()[1]));

    private static (List<StepRow> Rows, string[] Products) Run(string choices)
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.In("run"));
        List<StepRow> rows = [];
        using (Trainer trainer = Trainer.Start(Options(choices), run, new(Backend.Scalar)))
        {
            trainer.Run(rows.Add, CancellationToken.None);
        }

        return (rows, [.. File.ReadLines(run.Products).Skip(1)]);
    }
}
