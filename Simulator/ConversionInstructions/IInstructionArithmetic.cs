namespace Mxact.Simulator.ConversionInstructions;

/// <summary>What an instruction computes, its registers being of the right number and width.</summary>
internal interface IInstructionArithmetic
{
    /// <summary>The destination register.</summary>
    /// <param name="sources">The source registers, in operand order.</param>
    /// <param name="random">The random word; zero for an instruction without one.</param>
    ulong Compute(ReadOnlySpan<ulong> sources, uint random);
}
