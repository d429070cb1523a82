using System.Runtime.Intrinsics;

namespace Mxact.Benchmarks;

/// <summary>
/// The limits that conversions are measured against: copies that read and write as many bytes an element and do nothing else, past
/// the caches or not, whichever is faster at a size.
/// </summary>
internal static unsafe class Copies
{
    /// <summary>Reads four bytes an element and writes one: what quantising has to do.</summary>
    public static void FourToOne(uint* from, byte* to, long elements, bool pastCaches)
    {
        for (long i = 0; i < elements; i += 64)
        {
            Vector512<uint> low = Vector512.Load(from + i) | Vector512.Load(from + i + 16);
            Vector512<byte> line = (low | Vector512.Load(from + i + 32) | Vector512.Load(from + i + 48)).AsByte();
            Put(to + i, line, pastCaches);
        }
    }

    /// <summary>Reads one byte an element and writes four: what dequantising has to do.</summary>
    public static void OneToFour(byte* from, uint* to, long elements, bool pastCaches)
    {
        for (long i = 0; i < elements; i += 64)
        {
            Vector512<byte> line = Vector512.Load(from + i);
            for (int part = 0; part < 64; part += 16)
            {
                Put((byte*)(to + i + part), line, pastCaches);
            }
        }
    }

    /// <summary>Reads and writes four bytes an element: what quantising and dequantising in one pass has to do.</summary>
    public static void FourToFour(uint* from, uint* to, long elements, bool pastCaches)
    {
        for (long i = 0; i < elements; i += 16)
        {
            Put((byte*)(to + i), Vector512.Load(from + i).AsByte(), pastCaches);
        }
    }

    private static void Put(byte* to, Vector512<byte> line, bool pastCaches)
    {
        if (pastCaches)
        {
            line.StoreAlignedNonTemporal(to);
        }
        else
        {
            line.StoreAligned(to);
        }
    }
}
