using ILGPU;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Gpu;

/// <summary>Inputs in device memory, read as binary32 bits.</summary>
internal interface IWideView
{
    /// <summary>One value.</summary>
    ScalarLane Read(long index);
}

/// <summary>Binary32 inputs.</summary>
internal readonly struct Binary32View(ArrayView<uint> values) : IWideView
{
    public ScalarLane Read(long index) => ScalarLane.Splat(values[index]);
}

/// <summary>bfloat16 inputs.</summary>
internal readonly struct BFloat16View(ArrayView<ushort> values) : IWideView
{
    public ScalarLane Read(long index) => ElementCodec.FromBFloat16(ScalarLane.Splat(values[index]));
}

/// <summary>binary16 inputs.</summary>
internal readonly struct Binary16View(ArrayView<ushort> values) : IWideView
{
    public ScalarLane Read(long index) => ElementCodec.FromBinary16(ScalarLane.Splat(values[index]));
}
