using ILGPU;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Gpu;

/// <summary>A thread's block in device memory. Random bits are drawn where they are used.</summary>
internal readonly struct ViewBlock<TRounding, TInput> : IBlock<ScalarLane>
    where TRounding : struct, IRounding
    where TInput : struct, IWideView
{
    private readonly TInput values;
    private readonly ArrayView<byte> codes;
    private readonly ArrayView<uint> words;
    private readonly long first;
    private readonly int stride;
    private readonly int count;
    private readonly uint randomBits;
    private readonly uint supplied;
    private readonly uint seedLow;
    private readonly uint seedHigh;

    public ViewBlock(TInput values, ArrayView<byte> codes, ArrayView<uint> words, long first, int stride, int count, KernelParameters p)
    {
        this.values = values;
        this.codes = codes;
        this.words = words;
        this.first = first;
        this.stride = stride;
        this.count = count;
        randomBits = p.RandomBits;
        supplied = p.RandomSupplied;
        seedLow = p.SeedLow;
        seedHigh = p.SeedHigh;
    }

    public int Steps => count;

    public ScalarLane Value(int step) => values.Read(first + ((long)step * stride));

    public ScalarLane Random(int step) => TRounding.Direction == RoundingDirection.Stochastic
        ? ScalarLane.Splat(AtTop(first + ((long)step * stride)))
        : ScalarLane.Splat(0);

    /// <summary>An element's n random bits at the top of a word.</summary>
    private uint AtTop(long element)
    {
        int unused = (int)((32 - randomBits) & 31);
        return supplied != 0 ? words[element] << unused : Philox.Word((ulong)element, seedLow, seedHigh) >> unused << unused;
    }

    public void SetCode(int step, ScalarLane code) => codes[first + ((long)step * stride)] = (byte)code.Word;
}
