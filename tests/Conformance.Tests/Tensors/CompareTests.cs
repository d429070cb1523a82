using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>The statistics against the slow computation, and what they must not depend on.</summary>
public sealed class CompareTests : IDisposable
{
    private readonly Files files = new();

    public static TheoryData<string, string, string, BlockAxis, int, int> Cases()
    {
        TheoryData<string, string, string, BlockAxis, int, int> data = [];
        foreach (BlockFormat format in MxFormats.All.Where(f => f.Scale.Element is null))
        {
            data.Add(format.Name, "", "", BlockAxis.AlongRows, 7, 83);
            data.Add(format.Name, "round-up", "toward-positive", BlockAxis.AlongRows, 5, 96);
            data.Add(format.Name, "trunc-quotient", "to-odd", BlockAxis.AlongColumns, 70, 9);
            data.Add(format.Name, "ceil", "toward-negative", BlockAxis.AlongRows, 1, 1000);
            data.Add(format.Name, "trunc-quotient", "toward-zero", BlockAxis.AlongColumns, 33, 70);
            data.Add(format.Name, "trunc-quotient", "ties-to-zero", BlockAxis.AlongRows, 4, 200);
            data.Add(format.Name, "even", "ties-to-away", BlockAxis.AlongRows, 64, 1);
        }

        // What is composed the reference computes, in tiles of its own size.
        data.Add("e4m3/e8m0/8", "", "", BlockAxis.AlongRows, 7, 83);
        data.Add("e2m1/e8m0/128", "round-up", "toward-positive", BlockAxis.AlongColumns, 150, 9);
        data.Add("e3m4/e8m0/12", "even", "", BlockAxis.AlongRows, 3, 100);

        return data;
    }

    public void Dispose() => files.Dispose();

    /// <summary>Counts exactly, sums to binary64's last digits, at two tile sizes.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Statistics_are_those_of_exact_arithmetic(string formatName, string rule, string mode, BlockAxis axis, int rows, int columns)
    {
        BlockFormat format = MxFormats.Find(formatName)!;
        ConversionPolicy policy = ConversionPolicy.Ocp;
        policy = rule.Length > 0 ? policy with { ScaleRule = ScaleRule.All.Single(r => r.Name == rule) } : policy;
        policy = mode.Length > 0 && RoundingMode.TryParse(mode, out RoundingMode rounding) ? policy with { Rounding = rounding } : policy;
        foreach (bool hasSpecials in new[] { false, true })
        {
            foreach (ConversionPolicy choices in new[] { policy,
                policy with { NanInBlock = NanInBlock.Ignored, InfInBlock = InfInBlock.ScaleMax, Overflow = OverflowPolicy.NonFinite,
                Int8MinusTwo = Int8MinusTwo.Clamped } })
            {
                uint[] values = Values(rows * columns, hasSpecials);
                SlowTally slow = SlowTally.Of(values, rows, columns, format, choices, axis);
                using Checkpoint file = Matrix("m.npy", values, rows, columns);
                foreach (int tileElements in new[] { 32, Tiling.Elements })
                {
                    Equal(slow, new Comparer([new(format, choices)], axis, seed: 0, Execution.Default, tileElements: tileElements).Run(file,
                        file.Tensors[0], null, CancellationToken.None)[0]);
                }
            }
        }
    }

    /// <summary>
    /// E4M3 under floor: 464 is the midpoint of max normal and the next number of an endless E4M3, and goes to the even one, 448; 480
    /// and the float after 464 do not.
    /// </summary>
    [Fact]
    public void Saturated_is_what_rounds_beyond_max_normal()
    {
        uint[] values = [0x43E00000, 0x43E80000, 0x43E80001, 0xC3F00000, 0x43D80000, 0x00000001, 0x80000000, 0xBA800000];
        using Checkpoint file = Matrix("m.npy", values, 1, 8);
        QuantizationError tally = new Comparer([new(MxFormats.Mxfp8E4M3, ConversionPolicy.Ocp)], BlockAxis.AlongRows, seed: 0,
            Execution.Default).Run(file, file.Tensors[0], null, CancellationToken.None)[0];

        // 464, 464+ and -480 lie above 448; 432 is midway between 416 and 448 and goes to 448, the even one, without that. 2^-149 and
        // -2^-10 become zero.
        Assert.Equal((8, 3, 2, 2), (tally.Finite, tally.LastBin, tally.Saturated, tally.Flushed));
        Assert.Equal(1.0, tally.WorstRelative);
    }

    /// <summary>No bit of the result changes with the number of threads.</summary>
    [Fact]
    public void Threads_do_not_show()
    {
        uint[] values = Values(400 * 1003, hasSpecials: true);
        using Checkpoint file = Matrix("m.npy", values, 400, 1003);
        ImmutableArray<Candidate> candidates = [new(MxFormats.Mxfp4, ConversionPolicy.Ocp),
            new(MxFormats.Mxfp8E4M3, new() { Rounding = RoundingMode.Stochastic(16) })];
        foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
        {
            ImmutableArray<QuantizationError> alone = new Comparer(candidates, axis, seed: 5, Execution.Default,
                tileElements: 1024).Run(file, file.Tensors[0], null, CancellationToken.None);
            foreach (int threads in new[] { 2, 3, 16, 0 })
            {
                Assert.Equal(alone,
                    new Comparer(candidates, axis, seed: 5, new(Execution.Default.Backend, threads), tileElements: 1024).Run(file,
                    file.Tensors[0], null, CancellationToken.None));
            }
        }
    }

    /// <summary>A seed is a seed; another one draws other bits; and the draws of two tiles are not the same ones.</summary>
    [Fact]
    public void Stochastic_rounding_follows_its_seed()
    {
        uint[] values = [.. Enumerable.Repeat(BitConverter.SingleToUInt32Bits(1.0625f), 4096)];
        using Checkpoint file = Matrix("m.npy", values, 1, values.Length);
        QuantizationError Run(ulong seed, int tileElements)
            => new Comparer([new(MxFormats.Mxfp4, new() { Rounding = RoundingMode.Stochastic(8) })], BlockAxis.AlongRows, seed,
            Execution.Default, tileElements: tileElements).Run(file, file.Tensors[0], null, CancellationToken.None)[0];
        Assert.Equal(Run(1, 64), Run(1, 64));
        Assert.NotEqual(Run(1, 64).Noise, Run(2, 64).Noise);

        // Of X = 1/4 the element is 4.25: to 6 with chance 1/8. The same 64 draws 64 times over would be far from it, or exactly on it
        // with another count.
        double up = (Run(1, 64).Noise - (4096 * 0.0625 * 0.0625)) / ((0.4375 * 0.4375) - (0.0625 * 0.0625));
        Assert.InRange(up, 512 - 110, 512 + 110);
        Assert.NotEqual(0, Math.Round(up) % 64);
    }

    /// <summary>Narrow inputs are the numbers that they are: the same tallies as of the widened file.</summary>
    [Theory]
    [InlineData("BF16")]
    [InlineData("F16")]
    public void Narrow_inputs_equal_wide_ones(string dtype)
    {
        ushort[] narrow = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        uint[] wide = [.. narrow.Select(n => dtype == "BF16" ? (uint)n << 16
            : BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf(n)))];
        using Checkpoint narrowFile = Checkpoint.Open(files.Safetensors("n.safetensors",
            """{"a":{"dtype":"?","shape":[64,1024],"data_offsets":[0,131072]}}"""
                .Replace("?", dtype, StringComparison.Ordinal),
            Files.Bytes(narrow)));
        using Checkpoint wideFile = Checkpoint.Open(files.Safetensors("w.safetensors",
            """{"a":{"dtype":"F32","shape":[64,1024],"data_offsets":[0,262144]}}""",
            Files.Bytes(wide)));
        Comparer comparer = new([.. MxFormats.All.Where(f => f.Scale.Element is null).Select(f => new Candidate(f, ConversionPolicy.Ocp))],
            BlockAxis.AlongRows, seed: 0, Execution.Default);
        ImmutableArray<QuantizationError> expected = comparer.Run(wideFile, wideFile.Tensors[0], null, CancellationToken.None);
        Assert.Equal(expected, comparer.Run(narrowFile, narrowFile.Tensors[0], null, CancellationToken.None));
        Assert.All(expected, tally => Assert.True(tally.Signal > 0 && tally.NonFinite > 0));
    }

    /// <summary>What a conversion changed, a second look finds: values that the format holds come through exactly.</summary>
    [Fact]
    public void Exact_values_have_no_noise()
    {
        uint[] values = [.. new[] { 6f, -4, 3, 2, 1.5f, -1, 0.5f, 0 }.Select(BitConverter.SingleToUInt32Bits)];
        using Checkpoint file = Matrix("m.npy", values, 1, 8);
        QuantizationError tally = new Comparer([new(MxFormats.Mxfp4, ConversionPolicy.Ocp)], BlockAxis.AlongRows, seed: 0,
            Execution.Default).Run(file, file.Tensors[0], null, CancellationToken.None)[0];
        Assert.Equal(double.PositiveInfinity, tally.Sqnr);
        Assert.Equal((36 + 16 + 9 + 4 + 2.25 + 1 + 0.25, 0, 0), (tally.Signal, tally.Flushed, tally.LastBin));
    }

    /// <summary>What a file holds is what was quantised into it: the same numbers, whatever the layout, the axis and the tiles.</summary>
    [Theory]
    [InlineData("mxfp4", "mxact", BlockAxis.AlongRows)]
    [InlineData("mxfp6-e3m2", "mxact", BlockAxis.AlongColumns)]
    [InlineData("mxfp8-e5m2", "mxfp8-bytes", BlockAxis.AlongRows)]
    [InlineData("mxfp4", "gguf-mxfp4", BlockAxis.AlongRows)]
    [InlineData("nvfp4", "modelopt-nvfp4", BlockAxis.AlongRows)]
    public void A_quantised_file_is_compared_as_it_is(string format, string layout, BlockAxis axis)
    {
        uint[] values = Values(96 * 320, hasSpecials: false);
        using Checkpoint file = Matrix("m.npy", values, 96, 320);
        Candidate direct = new(MxFormats.Find(format)!, ConversionPolicy.Ocp);
        Layout target = LayoutTable.Require(layout);
        string path = files.At("q" + (target.IsGguf ? ".gguf" : ".safetensors"));
        ConversionRun run = new(file, path, new(file.Tensors, null, ScaleLayout.RowMajor)
        {
            Candidate = direct,
            Axis = axis,
            Target = target,
        }, Execution.Default);
        run.Write(run.Plan(0), 0, null, CancellationToken.None);
        using Checkpoint stored = Checkpoint.Open(path);
        ComparisonOutcome outcome = ComparisonOutcome.Of(file, file.Tensors,
            [direct, Candidate.Of(stored, null, ScaleLayout.RowMajor), new(MxFormats.Mxint8, ConversionPolicy.Ocp)],
            axis, 0, Execution.Default, null, CancellationToken.None);
        ComparedTensor compared = Assert.Single(outcome.Compared);
        Assert.True(compared.Tallies[0].Noise > 0);
        Assert.Equal(compared.Tallies[0], compared.Tallies[1]);
        Assert.Equal((layout, Path.GetFileName(path)), (outcome.Candidates[1].ScaleRule, outcome.Candidates[1].Rounding));
    }

    [Fact]
    public void A_stop_ends_it()
    {
        using Checkpoint file = Matrix("m.npy", Values(64, hasSpecials: false), 2, 32);
        Comparer comparer = new([new(MxFormats.Mxfp4, ConversionPolicy.Ocp)], BlockAxis.AlongRows, seed: 0, Execution.Default);
        Assert.Throws<OperationCanceledException>(() => comparer.Run(file, file.Tensors[0], null, new CancellationToken(canceled: true)));
        ComparisonOutcome outcome = ComparisonOutcome.Of(file, file.Tensors, [new(MxFormats.Mxfp4, ConversionPolicy.Ocp)],
            BlockAxis.AlongRows, 0, Execution.Default, null, new CancellationToken(canceled: true));
        Assert.True(outcome.StoppedEarly);
        Assert.Empty(outcome.Compared);
    }

    /// <summary>A file that shrinks under the reader is told as that, from whichever thread finds it.</summary>
    [Fact]
    public void A_file_that_shrinks_is_told()
    {
        using Checkpoint file = Matrix("m.npy", Values(1 << 16, hasSpecials: false), 256, 256);
        File.WriteAllBytes(file.Path, File.ReadAllBytes(file.Path)[..5000]);
        Comparer comparer = new([new(MxFormats.Mxfp4, ConversionPolicy.Ocp)], BlockAxis.AlongRows, seed: 0, Execution.Default,
            tileElements: 1024);
        Assert.Contains("cut short",
            Assert.Throws<UsageException>(() => comparer.Run(file, file.Tensors[0], null, CancellationToken.None)).Message,
            StringComparison.Ordinal);
    }

    internal static uint[] Values(int count, bool hasSpecials)
    {
        Random random = new(count + (hasSpecials ? 1 : 0));
        uint[] values = new uint[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.Next(24) switch
            {
                0 => 0,
                1 => 0x80000000,
                2 => (uint)random.Next(1, 0x00800000),
                3 => (uint)random.Next() & 0x00FFFFFF,
                4 when hasSpecials && random.Next(8) == 0 => 0x7F800000 | ((uint)random.Next(3) << 22) | ((uint)random.Next(2) << 31),
                5 when hasSpecials => (uint)random.NextInt64(1L << 32),

                // Ties and near ties of every format: few significant bits.
                < 14 => (uint)(((random.Next(2) << 31) | ((120 + random.Next(8)) << 23)) | (random.Next(128) << 16)),
                _ => BitConverter.SingleToUInt32Bits((float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-12, 3)))),
            };
        }

        return values;
    }

    private static void Equal(SlowTally slow, QuantizationError tally)
    {
        Assert.Equal((slow.Finite, slow.NonFinite, slow.Lost), (tally.Finite, tally.NonFinite, tally.Lost));
        Assert.Equal((slow.LastBin, slow.Saturated, slow.Flushed), (tally.LastBin, tally.Saturated, tally.Flushed));
        Assert.Equal(slow.Signal, tally.Signal, slow.Signal * 1e-13);
        Assert.Equal(slow.Noise, tally.Noise, slow.Noise * 1e-13);
        Assert.Equal(slow.WorstRelative, tally.WorstRelative, slow.WorstRelative * 1e-15);
    }

    private Checkpoint Matrix(string name, uint[] values, int rows, int columns)
        => Checkpoint.Open(files.Npy(name, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}",
            Files.Bytes(values)));
}
