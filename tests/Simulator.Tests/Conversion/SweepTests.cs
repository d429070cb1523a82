using Mxact.Simulator.Conversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>All binary32 inputs through element encoders: a combination in full, the others in part.</summary>
public sealed class SweepTests
{
    private static readonly ElementFormat[] Elements = [.. ElementFormats.Mx, ElementFormats.E4M3Fnuz, ElementFormats.E5M2Fnuz];

    [Fact]
    public void E4M3_ties_to_even_on_every_input()
    {
        Sweep sweep = new(ElementFormat.Of<E4M3>(), ConversionPolicy.Ocp, Backends.OfProcessor[^1]);
        int told = 0;
        IReadOnlyList<SweepChunk> chunks = sweep.Run(progress: _ => Interlocked.Increment(ref told),
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Sweep.Chunks, told);
        Assert.All(chunks, c => Assert.True(c.Mismatches == 0, $"{c.Mismatches} mismatches, the first {c.First}"));
    }

    public static TheoryData<string> ElementNames => [.. Elements.Select(e => e.Name)];

    /// <summary>
    /// The chunks that hold zero and subnormals, the binades of the format's own range, infinities and NaNs, of either sign, taken in
    /// turn.
    /// </summary>
    [Theory]
    [MemberData(nameof(ElementNames))]
    public void Sampled(string name)
    {
        ElementFormat element = Elements.First(e => e.Name == name);
        int which = 0;
        foreach (RoundingMode mode in RoundingMode.Deterministic)
        {
            foreach (OverflowPolicy overflow in Enum.GetValues<OverflowPolicy>())
            {
                foreach (Backend backend in Backends.OfProcessor)
                {
                    int[] all = [0, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F, 0x40, 0x41, 0x42, 0x43, 0x44, 0x47, 0x64, 0x7F];
                    which++;
                    int[] chunks = backend == Backend.Scalar ? [] : [all[which % all.Length] | ((which & 1) << 7)];
                    Sweep sweep = new(element, ConversionPolicy.Ocp with { Rounding = mode, Overflow = overflow }, backend);
                    foreach (SweepChunk chunk in sweep.Run(chunks, cancellation: TestContext.Current.CancellationToken))
                    {
                        Assert.True(chunk.Mismatches == 0,
                            $"{backend} {element} {mode} {overflow}: {chunk.Mismatches} mismatches, the first {chunk.First}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Chunks_cover_every_input_once_and_resume()
    {
        Assert.Equal(1L << 32, Sweep.Chunks * Sweep.ChunkInputs);
        Sweep sweep = new(ElementFormat.Of<E2M1>(), ConversionPolicy.Ocp, Backends.OfProcessor[^1]);
        Assert.Equal([5, 3], sweep.Run([5, 3], threads: 1, cancellation: TestContext.Current.CancellationToken).Select(c => c.Chunk));
        Assert.Throws<NotSupportedException>(() => new Sweep(ElementFormat.Of<E2M1>(), ConversionPolicy.Ocp, Backend.Reference));
        Assert.Throws<NotSupportedException>(
            () => new Sweep(ElementFormat.Of<E2M1>(), Policies.Parse("negative-zero=made-only"), Backends.OfProcessor[^1]));
        Assert.Throws<NotSupportedException>(()
            => new Sweep(ElementFormat.Of<E2M1>(), ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(8) },
            Backends.OfProcessor[^1]));
    }
}
