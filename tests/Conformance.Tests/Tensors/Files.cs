using System.Buffers.Binary;
using System.Text;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>A folder of files that the tests write byte by byte, gone at the end.</summary>
internal sealed class Files : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("mxact-tensors-").FullName;

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>A file of these bytes.</summary>
    public string Write(string name, params byte[][] parts)
    {
        File.WriteAllBytes(At(name), [.. parts.SelectMany(p => p)]);
        return At(name);
    }

    /// <summary>A .safetensors file: length, header as it stands, data as they stand.</summary>
    public string Safetensors(string name, string header, params byte[][] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return Write(name, [length, json, .. data]);
    }

    /// <summary>A .npy file of version 1.0.</summary>
    public string Npy(string name, string dictionary, params byte[][] data)
    {
        byte[] text = Encoding.Latin1.GetBytes(dictionary);
        return Write(name, [[0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8)], text, .. data]);
    }

    public static byte[] Bytes(ReadOnlySpan<uint> values)
    {
        byte[] bytes = new byte[values.Length * 4];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), values[i]);
        }

        return bytes;
    }

    public static byte[] Bytes(ReadOnlySpan<ushort> values)
    {
        byte[] bytes = new byte[values.Length * 2];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), values[i]);
        }

        return bytes;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
