using System.Numerics;
using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// Steps of 64 products of E2M1 in four exact groups. Where the scales' bounds show that nothing is cut at 2^(emax - 35) and that
/// the four terms add up exactly in binary32, a step is byte multiply-adds, one binary32 sum and one addition toward zero; where
/// the scales are further apart, the sum is binary64; and where c or a term would be cut, the step is answered one at a time.
/// </summary>
internal static unsafe class GroupedKernel<TLanes, TF, TI>
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
{
    private const int Vectors = PackedColumns.Vectors;
    private const float ExactInBinary32 = 1 << 24;

    /// <summary>2^35: a term whose unit is this far below emax keeps all its bits.</summary>
    private const float FractionPower = 1L << 35;

    /// <summary>Adds every step to rows <paramref name="first"/> up to <paramref name="end"/> of a panel of C.</summary>
    [SkipLocalsInit]
    public static void Run(PackedGroupRows a, PackedGroupColumns b, PackedAccumulators c, ScalarProduct exact, int panel, int first,
        int end, int n, ProductDiagnostics? diagnostics)
    {
        long wide = 0;
        for (int step = 0; step < a.Steps; step++)
        {
            GroupBounds boundsOfB = b.Bounds(panel, step);
            for (int row = first; row < end; row++)
            {
                GroupBounds boundsOfA = a.Bounds(step, row);
                float unit = boundsOfA.Unit * boundsOfB.Unit;
                float power = boundsOfA.Power * boundsOfB.Power;
                float* x = c.Row(panel, row);

                // c keeps its last bit, 2^(e - 23), when e >= emax - 12; the terms keep theirs when c is below 2^36 units.
                bool termsAreCut = power > unit * FractionPower;
                if (termsAreCut || Outside(x, power * (1f / 4096), unit * (2 * FractionPower)))
                {
                    Cut(a, b, x, exact, row, panel, step, n, termsAreCut, power / FractionPower, unit * (2 * FractionPower));
                    wide += Vectors;
                }
                else if (boundsOfA.Norm * boundsOfB.Norm >= unit * ExactInBinary32)
                {
                    Wide(a.Elements(step, row), a.Scales(step, row), b.Elements(panel, step), b.Corrections(panel, step),
                        b.Scales(panel, step), x);
                    wide += Vectors;
                }
                else
                {
                    Narrow(a.Elements(step, row), a.Scales(step, row), b.Elements(panel, step), b.Corrections(panel, step),
                        b.Scales(panel, step), x);
                }
            }
        }

        diagnostics?.AddSteps((long)a.Steps * (end - first) * Vectors, wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(int* x, float* scalesX, int* y, int* corrections, float* scalesY, float* c)
    {
        TF s0 = TLanes.Broadcast(0f);
        TF s1 = s0;
        TF s2 = s0;
        TF s3 = s0;
        for (int group = 0; group < PackedGroupRows.Groups; group++)
        {
            Dots(x, y, corrections, out TI d0, out TI d1, out TI d2, out TI d3);
            TF scale = TLanes.Broadcast(scalesX[group]);
            s0 = TLanes.MultiplyAdd(TLanes.Convert(d0), TLanes.Multiply(scale, TLanes.Load(scalesY)), s0);
            s1 = TLanes.MultiplyAdd(TLanes.Convert(d1), TLanes.Multiply(scale, TLanes.Load(scalesY + TLanes.Count)), s1);
            s2 = TLanes.MultiplyAdd(TLanes.Convert(d2), TLanes.Multiply(scale, TLanes.Load(scalesY + (2 * TLanes.Count))), s2);
            s3 = TLanes.MultiplyAdd(TLanes.Convert(d3), TLanes.Multiply(scale, TLanes.Load(scalesY + (3 * TLanes.Count))), s3);
            x += StepUnit.GroupSize / sizeof(int);
            y += StepUnit.GroupSize / sizeof(int) * Vectors * TLanes.Count;
            corrections += Vectors * TLanes.Count;
            scalesY += Vectors * TLanes.Count;
        }

        TLanes.Store(TLanes.AddTowardZero(s0, TLanes.Load(c)), c);
        TLanes.Store(TLanes.AddTowardZero(s1, TLanes.Load(c + TLanes.Count)), c + TLanes.Count);
        TLanes.Store(TLanes.AddTowardZero(s2, TLanes.Load(c + (2 * TLanes.Count))), c + (2 * TLanes.Count));
        TLanes.Store(TLanes.AddTowardZero(s3, TLanes.Load(c + (3 * TLanes.Count))), c + (3 * TLanes.Count));
    }

    [SkipLocalsInit]
    private static void Wide(int* x, float* scalesX, int* y, int* corrections, float* scalesY, float* c)
    {
        double* sums = stackalloc double[Vectors * TLanes.Count];
        new Span<double>(sums, Vectors * TLanes.Count).Clear();
        for (int vector = 0; vector < Vectors; vector++)
        {
            TLanes.AddWide(TLanes.Load(c + (vector * TLanes.Count)), sums + (vector * TLanes.Count));
        }

        for (int group = 0; group < PackedGroupRows.Groups; group++)
        {
            // A dot has 12 bits and both scales' significands 8: a term is exact in binary32, only their sum is not.
            Dots(x, y, corrections, out TI d0, out TI d1, out TI d2, out TI d3);
            TF scale = TLanes.Broadcast(scalesX[group]);
            TLanes.AddWide(TLanes.Multiply(TLanes.Convert(d0), TLanes.Multiply(scale, TLanes.Load(scalesY))), sums);
            TLanes.AddWide(TLanes.Multiply(TLanes.Convert(d1), TLanes.Multiply(scale, TLanes.Load(scalesY + TLanes.Count))),
                sums + TLanes.Count);
            TLanes.AddWide(TLanes.Multiply(TLanes.Convert(d2), TLanes.Multiply(scale, TLanes.Load(scalesY + (2 * TLanes.Count)))),
                sums + (2 * TLanes.Count));
            TLanes.AddWide(TLanes.Multiply(TLanes.Convert(d3), TLanes.Multiply(scale, TLanes.Load(scalesY + (3 * TLanes.Count)))),
                sums + (3 * TLanes.Count));
            x += StepUnit.GroupSize / sizeof(int);
            y += StepUnit.GroupSize / sizeof(int) * Vectors * TLanes.Count;
            corrections += Vectors * TLanes.Count;
            scalesY += Vectors * TLanes.Count;
        }

        for (int i = 0; i < Vectors * TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.NarrowTowardZero(sums + i), c + i);
        }
    }

    /// <summary>The exact dot products of one group, of all columns of the panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dots(int* x, int* y, int* corrections, out TI d0, out TI d1, out TI d2, out TI d3)
    {
        d0 = TLanes.Load(corrections);
        d1 = TLanes.Load(corrections + TLanes.Count);
        d2 = TLanes.Load(corrections + (2 * TLanes.Count));
        d3 = TLanes.Load(corrections + (3 * TLanes.Count));
        AddWord(TLanes.Broadcast(x[0]), y, ref d0, ref d1, ref d2, ref d3);
        AddWord(TLanes.Broadcast(x[1]), y + (Vectors * TLanes.Count), ref d0, ref d1, ref d2, ref d3);
        AddWord(TLanes.Broadcast(x[2]), y + (2 * Vectors * TLanes.Count), ref d0, ref d1, ref d2, ref d3);
        AddWord(TLanes.Broadcast(x[3]), y + (3 * Vectors * TLanes.Count), ref d0, ref d1, ref d2, ref d3);
        TI ones = TLanes.Broadcast(0x00010001);
        d0 = TLanes.MultiplyAddShorts(d0, ones);
        d1 = TLanes.MultiplyAddShorts(d1, ones);
        d2 = TLanes.MultiplyAddShorts(d2, ones);
        d3 = TLanes.MultiplyAddShorts(d3, ones);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWord(TI x, int* y, ref TI d0, ref TI d1, ref TI d2, ref TI d3)
    {
        d0 = TLanes.AddShorts(d0, TLanes.MultiplyAddBytes(x, TLanes.Load(y)));
        d1 = TLanes.AddShorts(d1, TLanes.MultiplyAddBytes(x, TLanes.Load(y + TLanes.Count)));
        d2 = TLanes.AddShorts(d2, TLanes.MultiplyAddBytes(x, TLanes.Load(y + (2 * TLanes.Count))));
        d3 = TLanes.AddShorts(d3, TLanes.MultiplyAddBytes(x, TLanes.Load(y + (3 * TLanes.Count))));
    }

    /// <summary>True when a |c| other than zero is below <paramref name="low"/> or not below <paramref name="high"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Outside(float* c, float low, float high)
    {
        TI magnitude = TLanes.Broadcast(int.MaxValue);
        TI lowBits = TLanes.AsInt(TLanes.Broadcast(low));
        TI lastBits = TLanes.Subtract(TLanes.AsInt(TLanes.Broadcast(high)), TLanes.Broadcast(1));
        TI any = TLanes.Broadcast(0);
        for (int vector = 0; vector < Vectors; vector++)
        {
            TI bits = TLanes.And(TLanes.AsInt(TLanes.Load(c + (vector * TLanes.Count))), magnitude);
            TI below = TLanes.And(TLanes.Subtract(bits, lowBits), TLanes.Subtract(TLanes.Broadcast(0), bits));
            any = TLanes.Or(any, TLanes.Or(below, TLanes.Subtract(lastBits, bits)));
        }

        return TLanes.AnySet(TLanes.And(any, TLanes.Broadcast(int.MinValue)));
    }

    /// <summary>All columns in binary64, and those whose c or terms would be cut from the definition.</summary>
    [SkipLocalsInit]
    private static void Cut(PackedGroupRows a, PackedGroupColumns b, float* c, ScalarProduct exact, int row, int panel, int step, int n,
        bool termsAreCut, float lastBitKept, float high)
    {
        int width = Vectors * TLanes.Count;
        float* before = stackalloc float[width];
        new ReadOnlySpan<float>(c, width).CopyTo(new(before, width));
        Wide(a.Elements(step, row), a.Scales(step, row), b.Elements(panel, step), b.Corrections(panel, step), b.Scales(panel, step), c);
        for (int i = 0; i < Math.Min(width, n - (panel * width)); i++)
        {
            if (termsAreCut || MathF.Abs(before[i]) >= high || LastBit(before[i]) < lastBitKept)
            {
                ((uint*)c)[i] = exact.Step(row, (panel * width) + i, step, ((uint*)before)[i]);
            }
        }
    }

    /// <summary>The power of two of the last bit that is set; for zero, beyond all.</summary>
    private static float LastBit(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value) & int.MaxValue;
        uint significand = (bits & 0x7FFFFF) | 0x800000;
        int exponent = (int)(bits >> 23) - 127 - 23 + BitOperations.TrailingZeroCount(significand);
        return bits == 0 ? float.MaxValue : MathF.ScaleB(1, exponent);
    }
}
