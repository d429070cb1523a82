using Mxact.Tensors.Files;

namespace Mxact.Checkpoints.Which;

/// <summary>A tile of a pair, in memory: the values, and the codes and scales that were made of them.</summary>
/// <param name="elements">The most elements that it holds.</param>
internal sealed class PairTile(int elements)
{
    /// <summary>Which it is.</summary>
    public Tile Tile { get; set; }

    /// <summary>The values as the file has them.</summary>
    public byte[] Narrow { get; } = new byte[elements * sizeof(float)];

    /// <summary>The values in binary32.</summary>
    public uint[] Wide { get; } = new uint[elements];

    /// <summary>The codes, packed.</summary>
    public byte[] Codes { get; } = new byte[elements];

    /// <summary>The scales; one an element is more than any block size needs.</summary>
    public byte[] Scales { get; } = new byte[elements];

    /// <summary>Whether it holds so many.</summary>
    public bool Holds(int needed) => Wide.Length >= needed;
}
