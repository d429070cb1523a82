using Mxact.Shell;
using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;
using Mxact.Training.Models;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using Mxact.Training.Reports;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>Schemes that say each operand of each product, and from which step on; and what else a run can be told.</summary>
public sealed class SchemeTests
{
    [Fact]
    public void Each_operand_is_converted_as_its_place_says()
    {
        foreach (OperandPlace place in OperandPlace.All)
        {
            string symbol = OperandPlace.SymbolOf(place.Product);
            string operand = OperandPlace.SymbolOf(place.Operand);
            string text = $$"""{ "{{symbol}}": { "{{operand}}": { "format": "mxfp8-e5m2", "rounding": "toward-zero" } } }""";
            QuantizationScheme scheme = Parse("forward=mxfp4;rounding=toward-negative", text).BuildScheme();
            foreach (OperandPlace other in OperandPlace.All)
            {
                OperandConversion conversion = scheme.FindConversion(other);
                Assert.Equal(other == place ? MxFormats.Mxfp8E5M2 : MxFormats.Mxfp4, conversion.Format);
                Assert.Equal(other == place ? RoundingMode.TowardZero : RoundingMode.TowardNegative, conversion.Policy.Rounding);
            }
        }
    }

    [Fact]
    public void The_products_are_those_of_the_operands_that_are_named()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        Tensor x = randn(32, 32, generator: generator);
        Tensor w = randn(32, 32, generator: generator);
        Tensor g = randn(32, 32, generator: generator);
        Quantizer quantizer = new();
        QuantizedProducts products = new(
            Parse("forward=fp32", """{ "dX": { "W": { "format": "mxfp4" } }, "dW": { "G": "bf16" } }""").BuildScheme(), quantizer);
        Tensor quantized = quantizer.QuantizeDequantize(w, MxFormats.Mxfp4, ConversionPolicy.Ocp, BlockAxis.AlongColumns);
        Assert.True(products.Forward(x, w).equal(x.matmul(w.t())).all().item<bool>());
        Assert.True(products.InputGradient(g, w).equal(g.matmul(quantized)).all().item<bool>());
        Assert.True(products.WeightGradient(g, x).equal(Mxact.Training.Quantization.BFloat16.Round(g).t().matmul(x)).all().item<bool>());
    }

    [Fact]
    public void A_backward_pass_alone_is_quantised()
    {
        QuantizationScheme scheme = Parse("forward=fp32;backward=mxfp8-e5m2", "").BuildScheme();
        Assert.False(scheme.Quantizes);
        Assert.Equal(
            [null, null, MxFormats.Mxfp8E5M2, MxFormats.Mxfp8E5M2, MxFormats.Mxfp8E5M2, MxFormats.Mxfp8E5M2],
            OperandPlace.All.Select(p => scheme.FindConversion(p).Format));
        (List<StepRow> rows, _) = Train("forward=fp32;backward=mxfp8-e5m2;backward-error=on;zeta-every=1", "");
        Assert.Equal(rows[0].Loss, rows[0].ShadowLoss);
        Assert.True(rows[0].BackwardError > 0.01);
        Assert.Equal(rows[0].Distance, rows[0].BackwardError, 12); // the forward pass is binary32's: two names, one distance
    }

    [Fact]
    public void A_stage_begins_at_its_step_and_not_before()
    {
        const string Late = """{ "stages": [ { "from": 2, "options": { "forward": "mxfp4" } }, """
            + """{ "from": 4, "options": { "forward-only": true } } ] }""";
        (List<StepRow> plain, _) = Train("forward=mxfp8-e4m3;steps=6", "");
        (List<StepRow> staged, RunRecord record) = Train("forward=mxfp8-e4m3;steps=6", Late);
        Assert.Equal(plain.Take(2).Select(r => (r.Loss, r.GradNorm)), staged.Take(2).Select(r => (r.Loss, r.GradNorm)));
        Assert.NotEqual(plain[2].Loss, staged[2].Loss);
        Assert.Equal(
            [(0, MxFormats.Mxfp8E4M3, MxFormats.Mxfp8E4M3), (2, MxFormats.Mxfp4, MxFormats.Mxfp4), (4, MxFormats.Mxfp8E4M3, null)],
            RunOptions.Parse(record.Options).BuildStages().Select(s => (s.From, s.Scheme.Forward!, s.Scheme.BackwardFormat)));

        // The record holds the scheme itself, not where it was read from.
        using TemporaryFolder folder = new();
        Assert.Equal(record.Options["scheme"], Parse("", folder.Write("s.json", "// why\n" + Late))["scheme"]);
    }

    [Fact]
    public void A_stage_may_lower_the_learning_rate()
    {
        const string Lower = """{ "from": 2, "options": { "lr": "1e-5" } }""";
        (List<StepRow> plain, _) = Train("lr=1e-3", "");
        (List<StepRow> staged, _) = Train("lr=1e-3", Lower);
        Assert.Equal([1e-3, 1e-3, 1e-5, 1e-5], staged.Select(r => r.LearningRate));

        // The rate of step 2 acts on the loss of step 3.
        Assert.Equal(plain.Take(3).Select(r => r.Loss), staged.Take(3).Select(r => r.Loss));
        Assert.NotEqual(plain[3].Loss, staged[3].Loss);
        Assert.Contains("changes nothing", Assert.Throws<UsageException>(
            () => Parse("lr=1e-5", Lower).RefuseIdle()).Message, StringComparison.Ordinal);
        Assert.Equal(1e-5 / 2, Parse("warmup=4", Lower).LearningRateAt(1, 1e-5), 12);
    }

    [Theory]
    [InlineData("""[]""", "not found")]
    [InlineData("""{ }""", "changes nothing")]
    [InlineData("""{ "dZ": {} }""", "unknown member 'dZ'; a stage has from, options, Y, dX, dW")]
    [InlineData("""{ "dX": { "X": "fp32" } }""", "dX has the operands G and W, not 'X'")]
    [InlineData("""{ "dX": { "G": "fp9" } }""", "dX.G: the format is fp32, bf16 or one of")]
    [InlineData("""{ "dX": { "G": { } } }""", "dX.G says nothing")]
    [InlineData("""{ "dX": { "G": { "colour": "red" } } }""",
        "dX.G has format, scale-rule, tensor-scale, rounding, choices, random-bits, not 'colour'")]
    [InlineData("""{ "dX": { "G": { "rounding": "up" } } }""", "dX.G: rounding must be one of")]
    [InlineData("""{ "dX": { "G": { "format": "fp32", "rounding": "toward-zero" } } }""", "which rounding does not change")]
    [InlineData("""{ "dX": { "G": { "format": "e2m1/ue5m3/16", "choices": "scale-overflow=non-finite" } } }""", "scale-overflow")]
    [InlineData("""{ "dX": { "G": { "format": "nvfp4", "tensor-scale": "amax" } } }""", "dX.G: tensor-scale must be fit")]
    [InlineData("""{ "options": { "steps": "3" } }""", "not 'steps'")]
    [InlineData("""{ "from": -1, "dX": { "G": "fp32" } }""", "'from' must be a step")]
    [InlineData("""{ "stages": [] }""", "a list of at least one stage")]
    [InlineData("""{ "stages": [ { "from": 3, "dX": { "G": "fp32" } }, { "from": 3, "dX": { "W": "fp32" } } ] }""", "must begin after")]
    [InlineData("""{ "dX": """, "is not valid JSON")]
    public void What_is_no_scheme_is_refused_in_one_line(string text, string message)
    {
        string refusal = Assert.Throws<UsageException>(() => Parse("", text)).Message;
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    [Theory]
    [InlineData("forward-only=on;backward=mxfp8-e5m2", "", "--backward mxfp8-e5m2 does nothing beside --forward-only on")]
    [InlineData("forward-only=on;forward=fp32", "", "--forward-only on does nothing beside --forward fp32")]
    [InlineData("activations=bf16;weights=bf16;backward=mxfp4", "", "--backward mxfp4 does nothing")]
    [InlineData("backward-error=on;zeta-every=0", "", "--backward-error on does nothing beside --zeta-every 0")]
    [InlineData("schedule-steps=5", "", "--schedule-steps does nothing beside --schedule constant")]
    [InlineData("", """{ "dX": { "G": "mxfp8-e4m3" } }""", "--scheme says what the other options say already")]
    [InlineData("", """{ "from": 10, "dX": { "G": "fp32" } }""", "the stage from 10 comes after the run's 4 steps")]
    [InlineData("forward-only=on", """{ "from": 2, "dX": { "G": "fp32" } }""", "the stage from 2 changes nothing")]
    public void What_would_do_nothing_is_refused(string choices, string scheme, string message)
        => Assert.Contains(
            message, Assert.Throws<UsageException>(() => Parse(choices, scheme).RefuseIdle()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_scheme_beside_an_accumulator_or_a_published_setting_is_refused()
    {
        foreach (string choice in (string[])["accumulation=blackwell-mxf8f6f4", "setting=as-published"])
        {
            Assert.Contains(
                "--scheme does not go with", Assert.Throws<UsageException>(() => Parse(choice, """{ "dX": { "G": "fp32" } }""")).Message,
                    StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_optimisers_constants_are_the_models_own_unless_they_are_given()
    {
        AdamSettings own = new(0.9, 0.95, 1e-15, 0, 1);
        Assert.Equal(own, Parse("", "").BuildAdam(own));
        Assert.Equal(
            new(0.8, 0.99, 1e-6, 0.1, 2.5), Parse("beta1=0.8;beta2=0.99;eps=1e-6;weight-decay=0.1;clip=2.5", "").BuildAdam(own));
        Assert.Null(Parse("clip=none", "").BuildAdam(own).GradientLimit);
        foreach (string wrong in (string[])["beta1=1", "beta2=-0.1", "eps=0", "weight-decay=-1", "clip=0", "beta1=NaN"])
        {
            Assert.Contains(
                "published or ", Assert.Throws<UsageException>(() => Parse(wrong, "")).Message, StringComparison.Ordinal);
        }

        // Each of them acts; a decay alone takes the same share off every weight.
        double first = Train("steps=3", "").Rows[2].Loss;
        foreach (string given in (string[])["beta1=0.5", "beta2=0.9", "eps=1e-2", "weight-decay=1", "clip=1e-9;eps=1e-4"])
        {
            Assert.NotEqual(first, Train("steps=3;" + given, "").Rows[2].Loss);
        }
    }

    [Theory]
    [InlineData("optimizer=sgd")]
    [InlineData("master-weights=bf16")]
    [InlineData("master-weights=bf16-stochastic")]
    [InlineData("gain=2")]
    [InlineData("inputs=centred")]
    [InlineData("label-noise=0")]
    public void Whatever_a_run_is_told_acts_and_goes_on_as_it_began(string given)
    {
        Assert.NotEqual(Train("", "").Rows.Select(r => r.Loss), Train(given, "").Rows.Select(r => r.Loss));
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.In("run"));
        using CancellationTokenSource stop = new();
        List<double> losses = [];
        using (Trainer trainer = Trainer.Start(Parse(given, ""), run, new(Backend.Scalar)))
        {
            trainer.Run(row => { losses.Add(row.Loss); stop.Cancel(); }, stop.Token);
        }

        using (Trainer trainer = Trainer.Resume(run, new(Backend.Scalar)))
        {
            trainer.Run(row => losses.Add(row.Loss), CancellationToken.None);
        }

        Assert.Equal(Train(given, "").Rows.Select(r => r.Loss), losses);
    }

    [Theory]
    [InlineData("optimizer=sgd;eps=1e-6", "--eps does nothing beside --optimizer sgd")]
    [InlineData("layer-norm=off;gain=2", "--gain does nothing beside --layer-norm off")]
    [InlineData("model=decoder;text=x;width=64;label-noise=0", "--label-noise does nothing beside --model decoder")]
    public void What_the_optimiser_or_the_model_does_not_see_is_refused(string choices, string message)
        => Assert.Equal(message, Assert.Throws<UsageException>(() => Parse(choices, "").RefuseIdle()).Message);

    /// <summary>Four neighbours share a word: the first of a pair reads the bits of the second from the other end.</summary>
    [Fact]
    public void Random_bits_come_as_an_instruction_spreads_them()
    {
        using DisposeScope scope = NewDisposeScope();
        QuantizationScheme scheme = Parse("forward=mxfp4;rounding=stochastic:8;random-bits=reversed-bytes:8", "").BuildScheme();
        Quantizer quantizer = new();
        quantizer.Begin(41);
        using Generator generator = new(5);
        Tensor x = randn(6, 64, generator: generator);
        foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
        {
            quantizer.Begin(41);
            Tensor got = quantizer.QuantizeDequantize(x, MxFormats.Mxfp4, scheme.Policy, axis, randomBits: scheme.RandomBits);
            uint[] words = [.. Enumerable.Range(0, 96).Select(i => Simulator.Conversion.Kernels.Philox.Word((ulong)i, 42, 0))];
            MxTensor expected = MxTensor.Quantize(x.data<float>().ToArray(), 6, 64, MxFormats.Mxfp4, scheme.Policy, axis,
                bits: RandomBits.Supplied(RandomWordMap.ReversedBytes(8).Spread(words)));
            Assert.Equal(expected.Dequantize(), got.data<float>().ToArray());
        }

        Assert.Equal(
            "--random-bits reversed-halves gives 16 bits, and stochastic:8 takes 8",
            Assert.Throws<UsageException>(() => Parse("rounding=stochastic:8;random-bits=reversed-halves", "")).Message);
        Assert.Contains("does nothing: no operand rounds stochastically", Assert.Throws<UsageException>(
            () => Parse("random-bits=reversed-halves", "").RefuseIdle()).Message, StringComparison.Ordinal);
        Assert.Contains("independent or the map of an instruction", Assert.Throws<UsageException>(
            () => Parse("random-bits=b200", "")).Message, StringComparison.Ordinal);
        Assert.NotEqual(
            Train("forward=mxfp4;rounding=stochastic:8", "").Rows.Select(r => r.Loss),
            Train("forward=mxfp4;rounding=stochastic:8;random-bits=reversed-bytes:8", "").Rows.Select(r => r.Loss));
    }

    /// <summary>Centred rows leave a student with norms nothing that it cannot learn.</summary>
    [Fact]
    public void Centred_inputs_have_no_irreducible_part()
        => Assert.All(Train("inputs=centred", "").Rows, row => Assert.Equal(row.Loss, row.ExcessLoss, 9));

    /// <summary>1 + 2^-9 lies a quarter of the way from 1 to the next bfloat16 number.</summary>
    [Fact]
    public void Weights_in_bfloat16_are_rounded_to_nearest_even_or_by_their_bits()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Count = 4096;
        TorchSharp.Modules.Parameter Fresh() => new(full(Count, 1.001953125f));
        using TorchSharp.Modules.Parameter nearest = Fresh();
        MasterWeights.Round([nearest], null);
        Assert.True((nearest == 1).all().item<bool>());
        using TorchSharp.Modules.Parameter drawn = Fresh();
        MasterWeights.Round([drawn], 5);
        Assert.True(((drawn == 1) | (drawn == 1.0078125f)).all().item<bool>());
        double up = (drawn - 1).mean().item<float>() / 0.0078125;
        Assert.InRange(up, 0.25 - (4 * Math.Sqrt(0.25 * 0.75 / Count)), 0.25 + (4 * Math.Sqrt(0.25 * 0.75 / Count)));
        Tensor again = drawn.clone();
        MasterWeights.Round([drawn], 6);
        Assert.True(drawn.equal(again).all().item<bool>());
        using TorchSharp.Modules.Parameter special = new(tensor([float.NaN, float.PositiveInfinity, 1.00390625f, 1.01171875f]));
        MasterWeights.Round([special], null);
        Assert.Equal([float.NaN, float.PositiveInfinity, 1f, 1.015625f], special.data<float>().ToArray());
    }

    [Fact]
    public void A_plan_that_takes_days_is_run_when_it_is_confirmed()
    {
        string published = Mxact.Common.Repository.At("Training", "Studies", "instability", "plans", "published.json");
        using TemporaryFolder folder = new();
        MxactTrain.Refuses("25 runs would take about", "sweep", published, "--out", folder.In("s"));
        Assert.False(Directory.Exists(folder.In("s")));
        Assert.InRange(CostEstimate.HoursOf(SweepPlan.Read(published).Runs), 100, 400);

        // The study's own runs took 0.6 to 1.2 hours of a core each.
        foreach (string plan in (string[])["warning", "phase"])
        {
            SweepPlan done = SweepPlan.Read(Mxact.Common.Repository.At("Training", "Studies", "instability", "plans", plan + ".json"));
            Assert.InRange(CostEstimate.HoursOf(done.Runs), 0.2, 3);
        }
    }

    [Fact]
    public void Seeds_come_as_ranges_and_the_learning_rate_by_its_whole_name()
    {
        Assert.True(SeedRange.TryParse("3..5", out IReadOnlyList<string> seeds));
        Assert.Equal(["3", "4", "5"], seeds);
        Assert.True(SeedRange.TryParse("3,5..6,1", out seeds));
        Assert.Equal(["3", "5", "6", "1"], seeds);
        Assert.All(
            (string[])["5", "5..3", "a..b", "-1..2", "0..10000", "1..2..3", "3,", "1,1", "0..3,2", "0..5000,6000..12000"],
            t => Assert.False(SeedRange.TryParse(t, out _)));
        using TemporaryFolder folder = new();
        string[] small = ["--depth", "1", "--width", "32", "--batch", "8", "--steps", "2", "--learning-rate", "1e-3", "--seed", "3..4"];
        (int code, string output, string error) = MxactTrain.Run(["run", "--out", folder.In("r"), .. small]);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("1e-3", new RunFolder(folder.In("r", "seed-4")).Record!.Options["lr"]);
        Assert.Equal("4", new RunFolder(folder.In("r", "seed-4")).Record!.Options["seed"]);
        MxactTrain.Refuses("contains a run with other options", ["run", "--out", folder.In("r"), .. small, "--event", "reference"]);
        MxactTrain.Refuses("--seed must be a whole number", "run", "--out", folder.In("x"), "--seed", "5..3");
        SweepPlan plan = SweepPlan.Read(
            folder.Write(
                "p.json",
                """
                { "arms": { "a": { "learning-rate": 1e-3, "scheme": { "dX": { "G": "fp32" } } } }, "grid": { "seed": "7..9" } }
                """));
        Assert.Equal(["7", "8", "9"], plan.Runs.Select(r => r.Options["seed"]));
        Assert.Equal("""{"dX":{"G":"fp32"}}""", plan.Runs[0].Options["scheme"]);
    }

    [Fact]
    public void The_loss_without_what_no_student_can_learn_is_logged()
    {
        (List<StepRow> rows, RunRecord record) = Train("zeta-every=2", "");
        using Proxy proxy = new(RunOptions.Parse(record.Options).BuildProxyOptions());
        foreach (StepRow row in rows)
        {
            using DisposeScope scope = NewDisposeScope();
            using Generator inputs = new(Plain.Streams.Seed(0, Plain.Streams.Inputs, row.Step) >> 1);
            double floor = randn(8, 32, generator: inputs).mean([1]).square().mean().item<float>();
            Assert.Equal(row.Loss - floor, row.ExcessLoss, 6);
            Assert.Equal(row.Step % 2 != 0, double.IsNaN(row.ShadowLoss));
        }

        Assert.All(Train("layer-norm=off", "").Rows, r => Assert.True(double.IsNaN(r.ExcessLoss)));
        Assert.All(Train("teacher=rescaled", "").Rows, r => Assert.True(double.IsNaN(r.ExcessLoss)));
    }

    [Fact]
    public void An_event_is_a_loss_ten_times_its_least_trailing_median()
    {
        static int? At(Func<int, double> loss)
        {
            ReferenceEvent watch = new();
            for (int step = 0; step < 300; step++)
            {
                watch.Add(step, loss(step));
            }

            return watch.At;
        }

        Assert.Null(At(_ => 1));
        Assert.Null(At(step => step == 200 ? 10 : 1)); // not above ten times
        Assert.Equal(200, At(step => step == 200 ? 10.01 : 1));
        Assert.Null(At(step => step == 99 ? 1000 : 1)); // before step 100
        Assert.Equal(100, At(step => step == 100 ? 11 : 1));
        Assert.Equal(150, At(step => step == 150 ? double.NaN : 1));
        Assert.Null(At(step => step < 50 ? 100 : step == 60 ? 0.001 : 1)); // one small loss moves no median
        Assert.Equal(250, At(step => step < 50 ? 100 : step < 80 ? 0.1 : step < 250 ? 0.9 : 1.01)); // the least, however long ago
    }

    [Theory]
    [InlineData(0, 5, 0, 0.5218)]
    [InlineData(5, 5, 0.4782, 1)]
    [InlineData(1, 10, 0.0025, 0.4450)]
    [InlineData(5, 10, 0.1871, 0.8129)]
    [InlineData(0, 20, 0, 0.1684)]
    public void Intervals_are_those_of_Clopper_and_Pearson(int hits, int trials, double low, double high)
        => Assert.Equal((low, high), (Math.Round(new Proportion(hits, trials).Low, 4), Math.Round(new Proportion(hits, trials).High, 4)));

    private static RunOptions Parse(string choices, string scheme)
        => RunOptions.Parse(
            new[] { "depth=1", "width=32", "batch=8", "steps=4", "scheme=" + scheme }
                .Concat(choices.Split(';', StringSplitOptions.RemoveEmptyEntries))
                .Select(c => c.Split('=', 2)).GroupBy(c => c[0]).ToDictionary(c => c.Key, c => c.Last()[1]));

    private static (List<StepRow> Rows, RunRecord Record) Train(string choices, string scheme)
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.In("run"));
        List<StepRow> rows = [];
        using (Trainer trainer = Trainer.Start(Parse(choices, scheme), run, new(Backend.Scalar)))
        {
            trainer.Run(rows.Add, CancellationToken.None);
        }

        return (rows, run.Record!);
    }
}
