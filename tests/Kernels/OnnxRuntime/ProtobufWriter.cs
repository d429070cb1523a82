using System.Text;

namespace Mxact.Kernels.OnnxRuntime;

/// <summary>Writes the few kinds of protobuf field that an ONNX model of one node needs.</summary>
internal sealed class ProtobufWriter
{
    private const int VarintField = 0;

    private const int LengthField = 2;

    private readonly List<byte> bytes = [];

    /// <summary>What has been written.</summary>
    public byte[] ToArray() => [.. bytes];

    /// <summary>An integer or enum field.</summary>
    public ProtobufWriter Integer(int field, long value)
    {
        Varint((ulong)((field << 3) | VarintField));
        Varint((ulong)value);
        return this;
    }

    /// <summary>A string field.</summary>
    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message field.</summary>
    public ProtobufWriter Message(int field, ProtobufWriter message) => Bytes(field, message.ToArray());

    private ProtobufWriter Bytes(int field, byte[] value)
    {
        Varint((ulong)((field << 3) | LengthField));
        Varint((ulong)value.Length);
        bytes.AddRange(value);
        return this;
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        bytes.Add((byte)value);
    }
}
