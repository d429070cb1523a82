using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// The largest product exponent of a step, of all columns of a panel at once: one byte a column (<see cref="PackedColumns"/>).
/// </summary>
internal static unsafe class StepExponents
{
    /// <summary>Steps of the longest stretch: 32 products in steps of four, two alignments each.</summary>
    public const int MaxSteps = 16;

    /// <summary>The exponent field of binary32.</summary>
    public const int Field = 0x7F800000;

    /// <summary>Stores the maxima of consecutive steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes, TF, TI>(int* x, int* y, int terms, int steps, int* to)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        for (int step = 0; step < steps; step++)
        {
            TI max0 = TLanes.Broadcast(VectorPlan.FloorCode * 0x01010101);
            TI max1 = max0;
            for (int k = 0; k < terms; k += 2)
            {
                max0 = TLanes.MaxBytes(max0, TLanes.AddBytes(TLanes.Load(y), TLanes.Broadcast(x[0])));
                max1 = TLanes.MaxBytes(max1, TLanes.AddBytes(TLanes.Load(y + TLanes.Count), TLanes.Broadcast(x[1])));
                x += 2;
                y += 2 * TLanes.Count;
            }

            TLanes.Store(TLanes.MaxBytes(max0, max1), to + (step * TLanes.Count));
        }
    }

    /// <summary>Vector <paramref name="vector"/>'s bytes as biased exponent fields in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TI Of<TLanes, TF, TI>(TI codes, int vector)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
        => TLanes.And(vector == 3 ? TLanes.ShiftRight(codes, 1) : TLanes.ShiftLeft(codes, 23 - (8 * vector)), TLanes.Broadcast(Field));
}
