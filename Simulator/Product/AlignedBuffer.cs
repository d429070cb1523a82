using System.Buffers;
using System.Runtime.InteropServices;

namespace Mxact.Simulator.Product;

/// <summary>
/// Scratch aligned to a cache line, not cleared: a fresh mapping a product would cost more than packing does, so it is pooled, but
/// for what no array can hold.
/// </summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const int Alignment = 64;

    private readonly byte[]? rented;
    private GCHandle handle;
    private bool disposed;

    /// <summary>Makes room for <paramref name="bytes"/> bytes and one more vector, which a kernel may read beyond the end.</summary>
    public AlignedBuffer(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > Array.MaxLength - (2 * Alignment))
        {
            Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + Alignment, Alignment);
            return;
        }

        rented = ArrayPool<byte>.Shared.Rent((int)bytes + (2 * Alignment));
        handle = GCHandle.Alloc(rented, GCHandleType.Pinned);
        Pointer = (byte*)((handle.AddrOfPinnedObject() + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        if (rented is null)
        {
            NativeMemory.AlignedFree(Pointer);
            return;
        }

        handle.Free();
        ArrayPool<byte>.Shared.Return(rented);
    }
}
