using System.Runtime.InteropServices;

namespace Mxact.Benchmarks;

/// <summary>Memory on whole pages, so that no rate depends on where an array happened to be.</summary>
internal sealed unsafe class AlignedMemory : IDisposable
{
    private const int Page = 4096;
    private byte* memory;

    /// <summary>Takes and touches memory.</summary>
    /// <param name="bytes">How much.</param>
    public AlignedMemory(long bytes)
    {
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + Page, Page);
        Bytes = bytes;
        NativeMemory.Fill(memory, (nuint)bytes + Page, 0x5A);
    }

    /// <summary>How much.</summary>
    public long Bytes { get; }

    /// <summary>All of it.</summary>
    public byte* Pointer => memory;

    /// <summary>All of it as elements.</summary>
    public Span<T> Span<T>()
        where T : unmanaged
        => new(memory, (int)(Bytes / sizeof(T)));

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
    }
}
