using System.Buffers.Binary;
using Mxact.Vectors;

namespace Mxact.Checkpoints.Which;

/// <summary>One block: the values it was made of and what the file holds, as a request and its answer would have them.</summary>
/// <param name="Index">Its number in the tensor.</param>
/// <param name="Operands">The values, in hexadecimal digits of their own format.</param>
/// <param name="Answer">The scale and the codes.</param>
/// <param name="Kind">What is special about it; none where it is one of many.</param>
internal sealed record SampledBlock(long Index, string Operands, string Answer, string Kind = "")
{
    /// <summary>The kind of a block that all choices found so far do not give.</summary>
    public const string Departing = "departing";

    /// <summary>Takes a block out of a tile.</summary>
    public static SampledBlock Of(PairReader reader, PairTile tile, int block, string kind = "")
    {
        TileBlocks blocks = reader.BlocksOf(tile.Tile);
        BlockFormat format = reader.Pair.Stored.Format;
        Span<int> places = stackalloc int[format.BlockSize];
        int count = blocks.Elements(block, places);
        uint[] values = new uint[count];
        uint[] codes = new uint[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = reader.Pair.From == ElementFormats.Binary32 ? tile.Wide[places[i]]
                : BinaryPrimitives.ReadUInt16LittleEndian(tile.Narrow.AsSpan(2 * places[i]));
            codes[i] = blocks.CodeAt(tile.Codes, places[i]);
        }

        return new(blocks.IndexOf(block), HexWords.Write(values, reader.Pair.From.HexDigits),
            $"{HexWords.Write(tile.Scales[block], 2)} {HexWords.Write(codes, format.Element.HexDigits)}", kind);
    }
}
