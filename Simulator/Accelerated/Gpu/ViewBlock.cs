using ILGPU;
using Mxact.Simulator.Accelerated.Kernels;
using Mxact.Simulator.Accelerated.Lanes;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Gpu;

/// <summary>A thread's block in device memory. Random bits are drawn where they are used.</summary>
internal readonly struct ViewBlock<TRounding, TInput> : IBlock<ScalarLane>
    where TRounding : struct, IRounding
    where TInput : struct, IWideView
{
    private readonly TInput values;
    private readonly ArrayView<byte> codes;
    private readonly long first;
    private readonly int stride;
    private readonly int count;
    private readonly uint seedLow;
    private readonly uint seedHigh;
    private readonly uint randomMask;

    public ViewBlock(TInput values, ArrayView<byte> codes, long first, int stride, int count, uint seedLow, uint seedHigh, uint randomMask)
    {
        this.values = values;
        this.codes = codes;
        this.first = first;
        this.stride = stride;
        this.count = count;
        this.seedLow = seedLow;
        this.seedHigh = seedHigh;
        this.randomMask = randomMask;
    }

    public int Steps => count;

    public ScalarLane Value(int step) => values.Read(first + ((long)step * stride));

    public ScalarLane Random(int step) => TRounding.Direction == RoundingDirection.Stochastic
        ? ScalarLane.Splat(Philox.Word((ulong)(first + ((long)step * stride)), seedLow, seedHigh) & randomMask)
        : ScalarLane.Splat(0);

    public void SetCode(int step, ScalarLane code) => codes[first + ((long)step * stride)] = (byte)code.Word;
}
