using System.Text;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>A .gguf file in the making, written number by number and without any of the reader's code.</summary>
internal sealed class GgufBytes
{
    private readonly List<byte> bytes = [];

    public byte[] Whole => [.. bytes];

    /// <summary>Magic, version and the two counts.</summary>
    public static GgufBytes Start(ulong tensors, ulong keys, uint version = 3)
        => new GgufBytes().Raw("GGUF"u8).U32(version).U64(tensors).U64(keys);

    public GgufBytes Raw(ReadOnlySpan<byte> more)
    {
        bytes.AddRange(more);
        return this;
    }

    public GgufBytes U32(uint number) => Raw(BitConverter.GetBytes(number));

    public GgufBytes U64(ulong number) => Raw(BitConverter.GetBytes(number));

    public GgufBytes Text(string text) => U64((ulong)Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    public GgufBytes Alignment(uint alignment) => Text("general.alignment").U32(4).U32(alignment);

    /// <summary>A tensor, its extents in the file's order: the row's first.</summary>
    public GgufBytes Tensor(string name, uint type, ulong offset, params ulong[] extents)
    {
        Text(name).U32((uint)extents.Length);
        foreach (ulong extent in extents)
        {
            U64(extent);
        }

        return U32(type).U64(offset);
    }

    /// <summary>Zeros up to a multiple of an alignment, then data that count up, then zeros again.</summary>
    public GgufBytes Data(int alignment, params int[] sizes)
    {
        Pad(alignment);
        foreach (int size in sizes)
        {
            Raw([.. Enumerable.Range(1, size).Select(i => (byte)i)]);
            Pad(alignment);
        }

        return this;
    }

    private void Pad(int alignment) => Raw(new byte[(alignment - (bytes.Count % alignment)) % alignment]);
}
