using System.Buffers.Binary;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Product;

/// <summary>Rows of codes as binary32 numbers, which hold every format's.</summary>
/// <param name="format">The codes' format.</param>
/// <param name="flushes">Whether what is subnormal in binary32 is a zero of its sign.</param>
internal sealed unsafe class WideRows(ElementFormat format, bool flushes)
{
    private const int Tabulated = 8;

    private readonly float[]? table = format.Bits > Tabulated ? null
        : [.. Enumerable.Range(0, 1 << format.Bits).Select(code => BitConverter.UInt32BitsToSingle(
            Binary32.Encode(ElementCodec.Decode(format, (uint)code))))];

    private int CodeBytes => format.Bits <= Tabulated ? 1 : format.Bits <= 16 ? 2 : 4;

    /// <summary>The codes of a row.</summary>
    public uint[] Codes(byte* first, int row, int k) => [.. Enumerable.Range(0, k).Select(i => Code(first, row, k, i))];

    /// <summary>Writes a row's numbers, <paramref name="stride"/> apart; what lies behind k is left.</summary>
    public void Read(byte* first, int row, int k, float* to, int stride)
    {
        for (int i = 0; i < k; i++)
        {
            to[(long)i * stride] = Number(Code(first, row, k, i));
        }
    }

    private uint Code(byte* first, int row, int k, int i)
    {
        byte* at = first + ((((long)row * k) + i) * CodeBytes);
        return CodeBytes switch
        {
            1 => *at,
            2 => BinaryPrimitives.ReadUInt16LittleEndian(new(at, sizeof(ushort))),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(new(at, sizeof(uint))),
        };
    }

    private float Number(uint code)
    {
        float number = table is not null ? table[code]
            : format == ElementFormats.Binary16 ? (float)BitConverter.UInt16BitsToHalf((ushort)code)
            : BitConverter.UInt32BitsToSingle(code << (32 - format.Bits));
        return flushes && float.IsSubnormal(number) ? float.CopySign(0, number) : number;
    }
}
