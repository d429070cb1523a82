using Mxact.Tensors.Files;

namespace Mxact.Tensors.Inspection;

/// <summary>Counts a tensor in parts.</summary>
internal interface ITally
{
    /// <summary>How many parts.</summary>
    long Tiles { get; }

    /// <summary>Counts one.</summary>
    /// <param name="from">The checkpoint.</param>
    /// <param name="index">Which.</param>
    /// <param name="buffers">Memory that no other thread uses meanwhile.</param>
    /// <param name="tally">What is added to.</param>
    void Add(Checkpoint from, long index, TallyBuffers buffers, BlockTally tally);
}
