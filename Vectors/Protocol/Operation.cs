namespace Mxact.Vectors;

/// <summary>What a kernel can be asked to do. The names in lower case are the first words of the protocol.</summary>
internal enum Operation
{
    /// <summary>code -> binary32 bits.</summary>
    Decode,

    /// <summary>input bits -> code (E8M0 included: the cast).</summary>
    Encode,

    /// <summary>bits of the largest magnitude -> scale code.</summary>
    Scale,

    /// <summary>a block of input bits -> scale code and element codes.</summary>
    Quantize,

    /// <summary>scale code and element codes -> a block of binary32 bits.</summary>
    Dequantize,

    /// <summary>two vectors and an addend -> their dot product.</summary>
    Dot,

    /// <summary>codes -> bytes of a layout.</summary>
    Pack,

    /// <summary>bytes of a layout -> codes.</summary>
    Unpack,

    /// <summary>source registers of a conversion instruction, and its random word -> the destination register.</summary>
    Instruction,

    /// <summary>operands of an operation of the P3109 draft, and R of its stochastic projections -> its results.</summary>
    P3109,
}
