using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Benchmarks;

/// <summary>
/// An ordinary binary32 product C = A B^T + C, row-major, packing included, K a multiple of four: the yardstick beside the bit-exact
/// ones. Six rows by four vectors of accumulators stay in registers over all of K.
/// </summary>
internal sealed unsafe class BinaryProduct : IDisposable
{
    private const int Rows = 6;
    private const int Columns = 64;

    private readonly int m;
    private readonly int n;
    private readonly int k;
    private readonly float* packedB;

    public BinaryProduct(int m, int n, int k)
    {
        (this.m, this.n, this.k) = (m, n, k);
        packedB = (float*)NativeMemory.AlignedAlloc((nuint)(sizeof(float) * (n + Columns) * k), 64);
    }

    public void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c)
    {
        fixed (float* pa = a, pb = b, pc = c)
        {
            PackColumns(pb);
            for (int column = 0; column < n; column += Columns)
            {
                for (int row = 0; row < m; row += Rows)
                {
                    Tile(pa, packedB + ((long)column * k), pc, row, column);
                }
            }
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(packedB);
    }

    private void PackColumns(float* b)
    {
        for (int first = 0; first < n; first += Columns)
        {
            for (int i = 0; i < k; i += 4)
            {
                for (int column = 0; column < Columns; column += 4)
                {
                    float* to = packedB + ((long)first * k) + ((long)i * Columns) + column;
                    Vector128<float> r0 = Quad(b, first + column, i);
                    Vector128<float> r1 = Quad(b, first + column + 1, i);
                    Vector128<float> r2 = Quad(b, first + column + 2, i);
                    Vector128<float> r3 = Quad(b, first + column + 3, i);
                    Vector128<float> t0 = Sse.UnpackLow(r0, r1);
                    Vector128<float> t1 = Sse.UnpackLow(r2, r3);
                    Vector128<float> t2 = Sse.UnpackHigh(r0, r1);
                    Vector128<float> t3 = Sse.UnpackHigh(r2, r3);
                    Sse.MoveLowToHigh(t0, t1).Store(to);
                    Sse.MoveHighToLow(t1, t0).Store(to + Columns);
                    Sse.MoveLowToHigh(t2, t3).Store(to + (2 * Columns));
                    Sse.MoveHighToLow(t3, t2).Store(to + (3 * Columns));
                }
            }
        }
    }

    private Vector128<float> Quad(float* b, int row, int i) => row < n ? Vector128.Load(b + ((long)row * k) + i) : default;

    [SkipLocalsInit]
    private void Tile(float* a, float* b, float* c, int row, int column)
    {
        float* sums = stackalloc float[Rows * Columns];
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
        Vector512<float> s40 = default, s41 = default, s42 = default, s43 = default;
        Vector512<float> s50 = default, s51 = default, s52 = default, s53 = default;
        float* x0 = RowOf(a, row);
        float* x1 = RowOf(a, row + 1);
        float* x2 = RowOf(a, row + 2);
        float* x3 = RowOf(a, row + 3);
        float* x4 = RowOf(a, row + 4);
        float* x5 = RowOf(a, row + 5);
        for (long i = 0; i < k; i++)
        {
            Vector512<float> b0 = Vector512.Load(b);
            Vector512<float> b1 = Vector512.Load(b + 16);
            Vector512<float> b2 = Vector512.Load(b + 32);
            Vector512<float> b3 = Vector512.Load(b + 48);
            Vector512<float> a0 = Vector512.Create(x0[i]);
            s00 = Vector512.FusedMultiplyAdd(a0, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a0, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(a0, b2, s02);
            s03 = Vector512.FusedMultiplyAdd(a0, b3, s03);
            Vector512<float> a1 = Vector512.Create(x1[i]);
            s10 = Vector512.FusedMultiplyAdd(a1, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a1, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(a1, b2, s12);
            s13 = Vector512.FusedMultiplyAdd(a1, b3, s13);
            Vector512<float> a2 = Vector512.Create(x2[i]);
            s20 = Vector512.FusedMultiplyAdd(a2, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a2, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(a2, b2, s22);
            s23 = Vector512.FusedMultiplyAdd(a2, b3, s23);
            Vector512<float> a3 = Vector512.Create(x3[i]);
            s30 = Vector512.FusedMultiplyAdd(a3, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(a3, b1, s31);
            s32 = Vector512.FusedMultiplyAdd(a3, b2, s32);
            s33 = Vector512.FusedMultiplyAdd(a3, b3, s33);
            Vector512<float> a4 = Vector512.Create(x4[i]);
            s40 = Vector512.FusedMultiplyAdd(a4, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(a4, b1, s41);
            s42 = Vector512.FusedMultiplyAdd(a4, b2, s42);
            s43 = Vector512.FusedMultiplyAdd(a4, b3, s43);
            Vector512<float> a5 = Vector512.Create(x5[i]);
            s50 = Vector512.FusedMultiplyAdd(a5, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(a5, b1, s51);
            s52 = Vector512.FusedMultiplyAdd(a5, b2, s52);
            s53 = Vector512.FusedMultiplyAdd(a5, b3, s53);
            b += Columns;
        }

        // Plain stores first: a call here would make the compiler keep the sums in memory all along.
        s00.Store(sums + 0);
        s01.Store(sums + 16);
        s02.Store(sums + 32);
        s03.Store(sums + 48);
        s10.Store(sums + 64);
        s11.Store(sums + 80);
        s12.Store(sums + 96);
        s13.Store(sums + 112);
        s20.Store(sums + 128);
        s21.Store(sums + 144);
        s22.Store(sums + 160);
        s23.Store(sums + 176);
        s30.Store(sums + 192);
        s31.Store(sums + 208);
        s32.Store(sums + 224);
        s33.Store(sums + 240);
        s40.Store(sums + 256);
        s41.Store(sums + 272);
        s42.Store(sums + 288);
        s43.Store(sums + 304);
        s50.Store(sums + 320);
        s51.Store(sums + 336);
        s52.Store(sums + 352);
        s53.Store(sums + 368);
        AddTile(sums, c, row, column);
    }

    /// <summary>A row of A; beyond the last one the last again, whose sums are not stored.</summary>
    private float* RowOf(float* a, int row) => a + ((long)Math.Min(row, m - 1) * k);

    private void AddTile(float* sums, float* c, int row, int column)
    {
        for (int i = 0; i < Math.Min(Rows, m - row); i++)
        {
            float* to = c + ((long)(row + i) * n) + column;
            for (int j = 0; j < Math.Min(Columns, n - column); j++)
            {
                to[j] += sums[(i * Columns) + j];
            }
        }
    }
}
