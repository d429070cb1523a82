using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mxact.Tensors.Files;

/// <summary>
/// The key of a tile's random bits: it follows from the seed, the tensor's name and the tile's place, not from who draws when.
/// </summary>
internal static class TileSeed
{
    public static ulong Of(ulong seed, TensorInfo tensor, long tile)
    {
        byte[] name = Encoding.UTF8.GetBytes(tensor.Name);
        byte[] text = new byte[(2 * sizeof(ulong)) + name.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(text, seed);
        BinaryPrimitives.WriteInt64LittleEndian(text.AsSpan(sizeof(ulong)), tile);
        name.CopyTo(text, 2 * sizeof(ulong));
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(text));
    }
}
