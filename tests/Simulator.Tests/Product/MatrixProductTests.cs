using Mxact.Simulator.Product;

namespace Mxact.Simulator.Tests.Product;

/// <summary>Every path of the fast product against the scalar one, and that against the definition on a sample.</summary>
public sealed class MatrixProductTests
{
    private static readonly (StepUnit Unit, ElementFormat A, ElementFormat B, ScaleFormat? Scale, int Block)[] Cases =
    [
        (Units.Volta, ElementFormats.Binary16, ElementFormats.Binary16, null, 0),
        (Units.Ampere, ElementFormats.Binary16, ElementFormats.Binary16, null, 0),
        (Units.Ampere, ElementFormats.BFloat16, ElementFormats.BFloat16, null, 0),
        (Units.AmpereTf32, ElementFormats.Tf32, ElementFormats.Tf32, null, 0),
        (Units.AdaFp8, ElementFormat.Of<E4M3>(), ElementFormat.Of<E4M3>(), null, 0),
        (Units.AdaFp8, ElementFormat.Of<E5M2>(), ElementFormat.Of<E4M3>(), null, 0),
        (Units.Hopper, ElementFormats.Binary16, ElementFormats.Binary16, null, 0),
        (Units.Hopper, ElementFormats.BFloat16, ElementFormats.BFloat16, null, 0),
        (Units.HopperTf32, ElementFormats.Tf32, ElementFormats.Tf32, null, 0),
        (Units.HopperFp8, ElementFormat.Of<E4M3>(), ElementFormat.Of<E4M3>(), null, 0),
        (Units.HopperFp8, ElementFormat.Of<E5M2>(), ElementFormat.Of<E5M2>(), null, 0),
        (Units.BlackwellF8, ElementFormat.Of<E4M3>(), ElementFormat.Of<E4M3>(), ScaleFormat.E8M0, 32),
        (Units.BlackwellF8, ElementFormat.Of<E5M2>(), ElementFormat.Of<E5M2>(), ScaleFormat.E8M0, 32),
        (Units.BlackwellF8, ElementFormat.Of<E4M3>(), ElementFormat.Of<E5M2>(), ScaleFormat.E8M0, 32),
        (Units.BlackwellF8, ElementFormat.Of<E2M3>(), ElementFormat.Of<E3M2>(), ScaleFormat.E8M0, 32),
        (Units.BlackwellF8, ElementFormat.Of<E2M1>(), ElementFormat.Of<E4M3>(), ScaleFormat.E8M0, 32),
        (Units.BlackwellF8, ElementFormat.Of<E4M3>(), ElementFormat.Of<E4M3>(), null, 0),
        (Units.BlackwellFp4, ElementFormat.Of<E2M1>(), ElementFormat.Of<E2M1>(), ScaleFormat.Ue4M3, 16),
        (Units.BlackwellFp4, ElementFormat.Of<E2M1>(), ElementFormat.Of<E2M1>(), ScaleFormat.E8M0, 16),
        (Units.BlackwellFp4, ElementFormat.Of<E2M1>(), ElementFormat.Of<E2M1>(), ScaleFormat.E8M0, 32),
        (Units.Cdna3, ElementFormats.Binary16, ElementFormats.Binary16, null, 0),
        (Units.Cdna3, ElementFormats.BFloat16, ElementFormats.BFloat16, null, 0),
        (Units.Cdna3Tf32, ElementFormats.Tf32, ElementFormats.Tf32, null, 0),
        (Units.Cdna3Fp8, ElementFormats.E4M3Fnuz, ElementFormats.E4M3Fnuz, null, 0),
        (Units.Cdna3Fp8, ElementFormats.E5M2Fnuz, ElementFormats.E4M3Fnuz, null, 0),
        (Units.HopperWgmmaHalf, ElementFormats.Binary16, ElementFormats.Binary16, null, 0),

        // A short F whose sums are not cut to 13 bits: what the split-sign path keeps below them shows.
        (Units.AdaFp8 with { Name = "short F", Output = StepOutput.Binary32TowardZero }, ElementFormat.Of<E4M3>(), ElementFormat.Of<E4M3>(),
            null, 0),
        (Units.HopperFp8 with { Name = "short F", Output = StepOutput.Binary32TowardZero }, ElementFormat.Of<E5M2>(),
            ElementFormat.Of<E4M3>(),
            null, 0),
    ];

    public static TheoryData<int, string> AllCases()
    {
        TheoryData<int, string> data = [];
        for (int i = 0; i < Cases.Length; i++)
        {
            data.Add(i, $"{Cases[i].Unit.Name} {Cases[i].A} x {Cases[i].B} {Cases[i].Scale}/{Cases[i].Block}");
        }

        return data;
    }

    /// <summary>All shapes of data at sizes from 1 to 257 in each dimension.</summary>
    [Theory]
    [MemberData(nameof(AllCases))]
    public void All_paths_agree(int index, string name)
    {
        Random random = new(1000 + index);
        int[] sizes = [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 96, 127, 128, 129, 200, 255, 256, 257];
        foreach (OperandShape shape in Enum.GetValues<OperandShape>())
        {
            for (int round = 0; round < 7; round++)
            {
                // One dimension is large in each round; the product of all stays small enough to try many.
                int m = round % 3 == 0 ? sizes[random.Next(sizes.Length)] : random.Next(1, 10);
                int n = round % 3 == 1 ? sizes[random.Next(sizes.Length)] : random.Next(1, 40);
                int k = round % 3 == 2 ? sizes[random.Next(sizes.Length)] : random.Next(1, 140);
                Compare(random, index, name, shape, m, n, k, DominantC(random, round));
            }
        }
    }

    /// <summary>Data inside the kernels' range must be answered by them, or the other tests show nothing about them.</summary>
    [Theory]
    [MemberData(nameof(AllCases))]
    public void Ordinary_data_keeps_the_vector_paths_busy(int index, string name)
    {
        if (Cases[index].Unit.Output == StepOutput.Binary16NearestEven)
        {
            return; // the binary16 accumulator has the scalar path alone
        }

        ProductDiagnostics diagnostics = Compare(new(index), index, name, OperandShape.Ordinary, 40, 70, 512, 4);
        Assert.True(diagnostics.VectorShare > 0.99, $"{name}: {diagnostics.VectorShare:P2} of the elements through vectors");

        Assert.True(diagnostics.FastShare > 0.95, $"{name}: {diagnostics.FastShare:P2} of the steps on the fast way");
    }

    /// <summary>
    /// Few bits at chosen exponents: the largest term first, last or anywhere, c far above and far below, ties and near ties.
    /// </summary>
    [Theory]
    [MemberData(nameof(AllCases))]
    public void Chosen_alignments_agree(int index, string name)
    {
        (StepUnit unit, ElementFormat fa, ElementFormat fb, ScaleFormat? scale, int block) = Cases[index];
        Random random = new(77 + index);
        for (int round = 0; round < 12; round++)
        {
            int m = random.Next(1, 20);
            int n = random.Next(17, 70);
            int k = unit.Terms * random.Next(1, 3);
            OperandData a = OperandGenerator.Aligned(random, fa, scale, block, m, k);
            OperandData b = OperandGenerator.Aligned(random, fb, scale, block, n, k);
            uint[] c = [.. Enumerable.Range(0, m * n).Select(_
                => OperandGenerator.AlignedAccumulator(random) >> (unit.Output == StepOutput.Binary16NearestEven ? 16 : 0))];
            CompareAll(random, unit, name, "aligned", a, b, c, m, n, k);
        }
    }

    /// <summary>A quantiser gives a block of zeros the smallest scale: rows with such blocks stay on the vector path.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(18)]
    [InlineData(19)]
    public void Blocks_of_zeros_keep_the_vector_path(int index)
    {
        (StepUnit unit, ElementFormat fa, ElementFormat fb, ScaleFormat? scale, int block) = Cases[index];
        Random random = new(3);
        OperandData[] operands = [OperandGenerator.Make(random, OperandShape.Ordinary, fa, scale, block, 20, 256),
            OperandGenerator.Make(random, OperandShape.Ordinary, fb, scale, block, 70, 256)];
        foreach (OperandData operand in operands)
        {
            for (int i = 0; i < operand.Scales!.Length; i++)
            {
                bool zero = random.Next(4) == 0;
                operand.Scales[i] = zero ? (byte)0 : (byte)(operand.Scales[i] - 14);
                operand.Codes.AsSpan(i * block, zero ? block : 0).Clear();
            }
        }

        ProductDiagnostics diagnostics = CompareAll(random, unit, unit.Name, "zero blocks", operands[0], operands[1], new uint[20 * 70], 20,
            70, 256);
        Assert.True(diagnostics.VectorShare > 0.99, $"{diagnostics.VectorShare:P2} of the elements through vectors");
    }

    /// <summary>
    /// A CDNA3 sum that leaves c's binade: 2^32 - 512 + 769 is floored at 2, not at 1, and is then a tie. The vector path once kept
    /// the bit at 1 and rounded up.
    /// </summary>
    [Theory]
    [InlineData(0x4F7FFFFE, 769, 0x4F800000)]
    [InlineData(0xCF7FFFFE, -769, 0xCF800001)]
    [InlineData(0x4F7FFFFE, 770, 0x4F800001)]
    public void Cdna3_floors_a_sum_in_its_own_binade(uint c, int product, uint expected)
    {
        ushort[] a = new ushort[8];
        ushort[] b = new ushort[8];
        a[0] = BitConverter.HalfToUInt16Bits((Half)product);
        b[0] = BitConverter.HalfToUInt16Bits((Half)1);
        foreach (Backend backend in Backends.OfProcessor)
        {
            uint[] d = [c];
            MatrixProduct.Multiply(Units.Cdna3, new(ElementFormats.Binary16, a), new(ElementFormats.Binary16, b), d, 1, 1, 8,
                new() { Execution = new(backend) });
            Assert.True(d[0] == expected, $"{backend}: {d[0]:x8}, not {expected:x8}");
        }
    }

    /// <summary>Threads change no bits.</summary>
    [Fact]
    public void Threads_change_nothing()
    {
        (StepUnit unit, ElementFormat fa, ElementFormat fb, ScaleFormat? scale, int block) = Cases[11];
        Random random = new(5);
        OperandData a = OperandGenerator.Make(random, OperandShape.HeavyTails, fa, scale, block, 300, 96);
        OperandData b = OperandGenerator.Make(random, OperandShape.HeavyTails, fb, scale, block, 150, 96);
        uint[] one = OperandGenerator.Accumulators(random, 300 * 150, 1);
        uint[] many = [.. one];
        MatrixProduct.Multiply(unit, a.Operand, b.Operand, one, 300, 150, 96);
        MatrixProduct.Multiply(unit, a.Operand, b.Operand, many, 300, 150, 96,
            new() { Execution = new(Execution.Default.Backend, threads: 3) });
        Assert.Equal(one, many);
    }

    /// <summary>A size that no padded array could hold is refused before anything is written; the largest that one could is not.</summary>
    [Theory]
    [InlineData(0, 0, int.MaxValue, true)]
    [InlineData(int.MaxValue, 0, 0, true)]
    [InlineData(0, int.MaxValue, 0, true)]
    [InlineData(-1, 0, 0, true)]
    [InlineData(0, 0, -1, true)]
    [InlineData(0, 0, MatrixProduct.MaxSize, false)]
    public void Sizes_beyond_an_array_are_refused(int m, int n, int k, bool refused)
    {
        void Multiply() => MatrixProduct.Multiply(
            Units.Hopper, new(ElementFormats.Binary16, (ReadOnlySpan<ushort>)[]), new(ElementFormats.Binary16, (ReadOnlySpan<ushort>)[]),
                [], m, n, k);
        if (refused)
        {
            Assert.Throws<ArgumentOutOfRangeException>(Multiply);
        }
        else
        {
            Multiply();
        }
    }

    private static double DominantC(Random random, int round) => round switch
    {
        0 => 0,
        1 or 2 => 4,
        3 => Math.ScaleB(1, random.Next(10, 30)),
        4 => Math.ScaleB(1, -random.Next(10, 30)),
        5 => Math.ScaleB(1, random.Next(-120, 120)),
        _ => double.NaN,
    };

    private static ProductDiagnostics Compare(Random random, int index, string name, OperandShape shape, int m, int n, int k,
        double magnitudeOfC)
    {
        (StepUnit unit, ElementFormat fa, ElementFormat fb, ScaleFormat? scale, int block) = Cases[index];
        OperandData a = OperandGenerator.Make(random, shape, fa, scale, block, m, k);
        OperandData b = OperandGenerator.Make(random, random.Next(3) == 0 ? OperandShape.Ordinary : shape, fb, scale, block, n, k);
        uint[] c = double.IsNaN(magnitudeOfC)
            ? [.. Enumerable.Range(0, m * n).Select(_ => random.Next(3) == 0 ? Special(random) : (uint)random.NextInt64(1L << 32)).Select(x
                => unit.Output == StepOutput.Binary16NearestEven ? x >> 16 : x)]
            : OperandGenerator.Accumulators(random, m * n, magnitudeOfC);
        if (unit.Output == StepOutput.Binary16NearestEven && !double.IsNaN(magnitudeOfC))
        {
            c = Array.ConvertAll(c, x => (uint)BitConverter.HalfToUInt16Bits((Half)BitConverter.UInt32BitsToSingle(x)));
        }

        return CompareAll(random, unit, name, shape.ToString(), a, b, c, m, n, k);
    }

    private static ProductDiagnostics CompareAll(Random random, StepUnit unit, string name, string shape, OperandData a, OperandData b,
        uint[] c, int m, int n, int k)
    {
        uint[] expected = [.. c];
        MatrixProduct.Multiply(unit, a.Operand, b.Operand, expected, m, n, k, new() { Execution = new(Backend.Scalar) });
        for (int sample = 0; sample < 3; sample++)
        {
            int row = random.Next(m);
            int column = random.Next(n);
            uint slow = SlowDot.Compute(unit, a, row, b, column, k, c[(row * n) + column]);
            Assert.True(slow == expected[(row * n) + column],
                $"{name} {shape} {m}x{n}x{k}: the definition gives {slow:x8} at {row},{column}, the scalar path "
                + $"{expected[(row * n) + column]:x8}");
        }

        // Counts what the vector backends answer: the scalar one answers nothing else than one at a time.
        ProductDiagnostics diagnostics = new();
        foreach (Backend backend in Backends.OfProcessor)
        {
            foreach (bool tuned in new[] { true, false })
            {
                uint[] d = [.. c];
                MatrixProduct.Multiply(unit, a.Operand, b.Operand, d, m, n, k,
                    new()
                    {
                        Execution = new(backend),
                        Tuned = tuned,
                        Diagnostics = tuned && backend != Backend.Scalar ? diagnostics
                    : null
                    });
                for (int i = 0; i < d.Length; i++)
                {
                    if (d[i] != expected[i])
                    {
                        int differing = d.Zip(expected).Count(p => p.First != p.Second);
                        Assert.Fail($"{name} {shape} {m}x{n}x{k} {backend} tuned={tuned}: {differing} of {d.Length} differ, first at "
                            + $"{i / n},{i % n}: c {c[i]:x8}, expected {expected[i]:x8}, got {d[i]:x8}");
                    }
                }
            }
        }

        return diagnostics;
    }

    private static uint Special(Random random)
    {
        uint[] specials = [0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001, 0x80000000, 0, 1, 0x80000001, 0x007FFFFF, 0x7F7FFFFF, 0xFF7FFFFF,
            0x00800000];
        return specials[random.Next(specials.Length)];
    }
}
