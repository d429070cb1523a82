using System.Runtime.InteropServices;

namespace Mxact.Simulator.Conversion;

/// <summary>A worker's buffers for one tile of at most <see cref="Elements"/> elements: they stay in the first-level cache.</summary>
internal unsafe ref struct Scratch : IDisposable
{
    /// <summary>Elements of a tile: 64 blocks of 32 along a row, or 64 columns of 32.</summary>
    public const int Elements = 2048;

    private const int Line = 64;
    private byte* memory;

    /// <summary>Inputs in binary32.</summary>
    public uint* Values { get; private set; }

    /// <summary>Random words.</summary>
    public uint* Words { get; private set; }

    /// <summary>Codes, one a byte.</summary>
    public byte* Codes { get; private set; }

    /// <summary>Scales.</summary>
    public byte* Scales { get; private set; }

    /// <summary>Takes the memory.</summary>
    public static Scratch Rent()
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((Elements * (sizeof(uint) + sizeof(uint) + 1)) + (2 * Line), Line);
        Scratch scratch = default;
        scratch.memory = memory;
        scratch.Values = (uint*)memory;
        scratch.Words = (uint*)memory + Elements;
        scratch.Codes = memory + (2 * Elements * sizeof(uint));
        scratch.Scales = scratch.Codes + Elements;
        return scratch;
    }

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
    }
}
