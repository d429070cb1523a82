namespace Mxact.Simulator.ConversionInstructions;

/// <summary>The conversions of one instruction set: how its mnemonics are read.</summary>
/// <param name="Mnemonics">Them all.</param>
/// <param name="Listed">The names that the table has: each mnemonic, and those with options that make another conversion of it.</param>
/// <param name="Parse">Makes the instruction of a mnemonic and its options.</param>
internal sealed record InstructionSet(IReadOnlyCollection<string> Mnemonics, IEnumerable<string> Listed,
    Func<string, InstructionOptions, Instruction> Parse);
