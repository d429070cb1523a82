using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>Sums of truncated products, for two vectors of columns at once.</summary>
internal static unsafe class AlignedSum
{
    /// <summary>The int32 sums over <paramref name="terms"/> k, an even number, of trunc(x y align).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of<TLanes, TF, TI>(float* x, float* y, int terms, TF align0, TF align1, out TI s0, out TI s1)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        s0 = TLanes.Broadcast(0);
        s1 = s0;
        for (int k = 0; k < terms; k += 2)
        {
            TF f = TLanes.Broadcast(x[0]);
            s0 = TLanes.Add(s0, TLanes.ConvertTruncate(TLanes.Multiply(TLanes.Multiply(f, TLanes.Load(y)), align0)));
            s1 = TLanes.Add(s1, TLanes.ConvertTruncate(TLanes.Multiply(TLanes.Multiply(f, TLanes.Load(y + TLanes.Count)), align1)));
            TF g = TLanes.Broadcast(x[1]);
            s0 = TLanes.Add(s0,
                TLanes.ConvertTruncate(TLanes.Multiply(TLanes.Multiply(g, TLanes.Load(y + (PackedColumns.Vectors * TLanes.Count))),
                align0)));
            s1 = TLanes.Add(s1,
                TLanes.ConvertTruncate(TLanes.Multiply(TLanes.Multiply(g, TLanes.Load(y + ((PackedColumns.Vectors + 1) * TLanes.Count))),
                align1)));
            x += 2;
            y += 2 * PackedColumns.Vectors * TLanes.Count;
        }
    }
}
