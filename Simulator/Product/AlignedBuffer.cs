using System.Buffers;
using System.Runtime.InteropServices;

namespace Mxact.Simulator.Product;

/// <summary>Pooled scratch aligned to a cache line, not cleared: a fresh mapping a product would cost more than packing does.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const int Alignment = 64;

    private readonly byte[] rented;
    private GCHandle handle;

    /// <summary>Rents room for <paramref name="bytes"/> bytes and one more vector, which a kernel may read beyond the end.</summary>
    public AlignedBuffer(long bytes)
    {
        rented = ArrayPool<byte>.Shared.Rent(checked((int)(bytes + (2 * Alignment))));
        handle = GCHandle.Alloc(rented, GCHandleType.Pinned);
        Pointer = (byte*)((handle.AddrOfPinnedObject() + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (handle.IsAllocated)
        {
            handle.Free();
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
