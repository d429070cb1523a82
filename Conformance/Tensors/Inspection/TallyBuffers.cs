namespace Mxact.Tensors.Inspection;

/// <summary>A worker's memory, which grows to the largest tile that it has seen.</summary>
internal sealed class TallyBuffers
{
    /// <summary>CodePacker's and the counter's vectors may write a whole one at the end.</summary>
    private const int Spare = 64;

    private byte[] codes = [];
    private byte[] scales = [];
    private byte[] folded = [];
    private byte[] wide = [];

    /// <summary>The counts of what the worker has in hand.</summary>
    public BlockTally Tally { get; } = new();

    /// <summary>Room for codes as they are stored.</summary>
    public Span<byte> Codes(int bytes) => Room(ref codes, bytes);

    /// <summary>Room for scales.</summary>
    public Span<byte> Scales(int count) => Room(ref scales, count);

    /// <summary>Room for the larger of pairs of magnitudes.</summary>
    public Span<byte> Folded(int bytes) => Room(ref folded, bytes);

    /// <summary>Room for a byte an element.</summary>
    public Span<byte> Wide(int elements) => Room(ref wide, elements);

    private static Span<byte> Room(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes + Spare)
        {
            buffer = GC.AllocateUninitializedArray<byte>(bytes + Spare);
        }

        return buffer.AsSpan(0, bytes);
    }
}
