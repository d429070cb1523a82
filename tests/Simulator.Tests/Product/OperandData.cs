using Mxact.Simulator.Product;

namespace Mxact.Simulator.Tests.Product;

/// <summary>An operand that owns its codes, whatever their width.</summary>
internal sealed record OperandData(ElementFormat Format, uint[] Codes, ScaleFormat? Scale = null, int BlockSize = 0, byte[]? Scales = null)
{
    private byte[]? bytes;
    private ushort[]? halves;

    public MatrixOperand Operand => Format.Bits switch
    {
        <= 8 => new(Format, bytes ??= Array.ConvertAll(Codes, c => (byte)c), Scale, BlockSize, Scales),
        16 => new(Format, halves ??= Array.ConvertAll(Codes, c => (ushort)c)),
        _ => new(Format, Codes),
    };
}
