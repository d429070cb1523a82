using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>Where a kernel finds a block's values and puts its codes: pointers on a processor, views on a GPU.</summary>
/// <typeparam name="TLane">The lane.</typeparam>
internal interface IBlock<TLane>
    where TLane : unmanaged, ILane<TLane>
{
    /// <summary>How many steps of a lane the block takes.</summary>
    int Steps { get; }

    /// <summary>Binary32 bits of a step's values.</summary>
    TLane Value(int step);

    /// <summary>Random bits of a step's elements, at the top of the words.</summary>
    TLane Random(int step);

    /// <summary>Writes a step's codes.</summary>
    void SetCode(int step, TLane code);
}
