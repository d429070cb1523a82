using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Mxact.Tensors.Files;

/// <summary>Numbers of a file as binary32, exactly.</summary>
internal static class Widening
{
    /// <summary>Widens.</summary>
    /// <param name="type">Binary32, bfloat16 or binary16.</param>
    /// <param name="bytes">Little-endian numbers.</param>
    /// <param name="values">As many binary32 values.</param>
    public static void ToBinary32(TensorType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (type == TensorType.F32)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
        }
        else if (type == TensorType.F16)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
        }
        else
        {
            ReadOnlySpan<ushort> narrow = MemoryMarshal.Cast<byte, ushort>(bytes);
            Span<uint> wide = MemoryMarshal.Cast<float, uint>(values);
            for (int i = 0; i < narrow.Length; i++)
            {
                wide[i] = (uint)narrow[i] << 16;
            }
        }
    }
}
