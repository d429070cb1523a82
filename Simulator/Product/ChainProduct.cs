using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Families;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Product;

/// <summary>
/// Products of the units that sum in chains of binary32 (Intel's; CDNA's of binary32): the processor's own fused multiply-adds, one
/// column of C a lane, on every backend of a processor alike. Where a rounded sum is 2^-126 exactly, tininess after rounding
/// (<see cref="FlushedFma"/>) does not show in it, and the reference computes that element.
/// </summary>
internal static unsafe class ChainProduct
{
    /// <summary>Columns of C whose B is packed together: a panel of 1024 k stays in the second-level cache.</summary>
    private const int PanelColumns = 64;

    /// <summary>Elements of the longest row: a panel of them takes 16 MiB.</summary>
    internal const int MostK = 1 << 16;

    private delegate void Panel(float* a, float* b, uint* c, int steps, bool* isOpen);

    /// <summary>Whether a unit's products are computed so: rows of the table alone, whose formats the tests cover.</summary>
    public static bool Takes(MatrixUnit model, ModelOutput output)
        => Of(model) is not null && model.Scale is null && output.Format == ElementFormats.Binary32 && MatrixUnits.All.Contains(model);

    /// <summary>Computes C = A B^T + C in place.</summary>
    /// <param name="model">A unit that <see cref="Takes"/> takes.</param>
    /// <param name="a">M x K.</param>
    /// <param name="b">N x K.</param>
    /// <param name="c">M x N binary32 codes.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="n">Rows of B.</param>
    /// <param name="k">Elements of a row, <see cref="MostK"/> at most.</param>
    /// <param name="output">The output that the unit has.</param>
    /// <param name="options">Threads, and when to stop.</param>
    public static void Multiply(MatrixUnit model, MatrixOperand a, MatrixOperand b, Span<uint> c, int m, int n, int k, ModelOutput output,
        ProductOptions options)
    {
        if (k == 0)
        {
            return; // no instruction is issued
        }

        (Panel panel, int length) = Of(model)!.Value;
        int steps = (k + length - 1) / length;
        nuint row = (nuint)steps * (nuint)length * sizeof(float);
        bool flushes = model.Family != AccumulationFamily.FmaChain;
        WideRows rowsA = new(a.Format, flushes), rowsB = new(b.Format, flushes);
        ElementFormat formatA = a.Format, formatB = b.Format;
        fixed (byte* codesA = a.Codes, codesB = b.Codes)
        fixed (uint* sums = c)
        {
            byte* firstA = codesA, firstB = codesB;
            uint* results = sums;
            WorkSharing.For((n + PanelColumns - 1) / PanelColumns, options, part =>
            {
                int column = part * PanelColumns, columns = Math.Min(PanelColumns, n - column);

                // The last step is padded with zeros, as a tile is.
                using AlignedBuffer bufferA = new((long)row), bufferB = new((long)row * PanelColumns);
                NativeMemory.Clear(bufferA.Pointer, row);
                NativeMemory.Clear(bufferB.Pointer, row * PanelColumns);
                float* wideA = (float*)bufferA.Pointer, wideB = (float*)bufferB.Pointer;
                uint* some = stackalloc uint[PanelColumns];
                bool* isOpen = stackalloc bool[PanelColumns];
                for (int j = 0; j < columns; j++)
                {
                    rowsB.Read(firstB, column + j, k, wideB + j, PanelColumns);
                }

                for (int i = 0; i < m; i++)
                {
                    options.Cancel.ThrowIfCancellationRequested();
                    uint* target = results + ((long)i * n) + column;
                    rowsA.Read(firstA, i, k, wideA, 1);
                    new Span<uint>(target, columns).CopyTo(new(some, PanelColumns));
                    panel(wideA, wideB, some, steps, isOpen);
                    for (int j = 0; j < columns; j++)
                    {
                        target[j] = isOpen[j]
                            ? DotProduct.Compute(model, formatA, rowsA.Codes(firstA, i, k), formatB,
                                rowsB.Codes(firstB, column + j, k), [], [], target[j], output.Format)
                            : float.IsNaN(BitConverter.UInt32BitsToSingle(some[j])) ? output.NaN : some[j];
                    }
                }
            });
        }
    }

    /// <summary>What sums a panel, and how many products a step of it has; null for another family.</summary>
    private static (Panel Panel, int Length)? Of(MatrixUnit model) => model.Family switch
    {
        AccumulationFamily.FmaChain => (Sum<Fused>, Fused.Length),
        AccumulationFamily.FlushedFmaChain when model.L == Flushed.Length => (Sum<Flushed>, Flushed.Length),
        AccumulationFamily.FlushedFmaOddFirst when model.L == FlushedOddFirst.Length => (Sum<FlushedOddFirst>, FlushedOddFirst.Length),
        AccumulationFamily.FlushedFmaPairs when model.L == FlushedPairs.Length => (Sum<FlushedPairs>, FlushedPairs.Length),
        AccumulationFamily.FlushedFoursInPairs when model.L == FlushedFoursInPairs.Length
            => (Sum<FlushedFoursInPairs>, FlushedFoursInPairs.Length),
        AccumulationFamily.FlushedFoursInLanes when model.L == FlushedFoursInLanes.Length
            => (Sum<FlushedFoursInLanes>, FlushedFoursInLanes.Length),
        _ => null,
    };

    /// <summary>Vectors go through each step in turn, so that no sum waits for itself.</summary>
    private static void Sum<TChain>(float* a, float* b, uint* c, int steps, bool* isOpen)
        where TChain : struct, IChain
    {
        int vectors = PanelColumns / Vector<float>.Count;
        Vector<float>* sums = stackalloc Vector<float>[vectors];
        ChainLanes* lanes = stackalloc ChainLanes[vectors];
        for (int v = 0; v < vectors; v++)
        {
            sums[v] = TChain.Begin(*(Vector<float>*)(c + (v * Vector<float>.Count)));
            lanes[v] = default;
        }

        for (int step = 0; step < steps; step++)
        {
            float* of = b + ((long)step * TChain.Length * PanelColumns);
            for (int v = 0; v < vectors; v++)
            {
                ChainLanes own = lanes[v];
                sums[v] = TChain.Step(a + (step * TChain.Length), of + (v * Vector<float>.Count), sums[v], ref own);
                lanes[v] = own;
            }
        }

        for (int column = 0; column < PanelColumns; column++)
        {
            int v = column / Vector<float>.Count, lane = column % Vector<float>.Count;
            c[column] = BitConverter.SingleToUInt32Bits(sums[v][lane]);
            isOpen[column] = lanes[v].Open[lane] != 0;
        }
    }

    /// <summary>One order of summation.</summary>
    private interface IChain
    {
        /// <summary>Products of a step.</summary>
        static abstract int Length { get; }

        /// <summary>The addend as the unit reads it.</summary>
        static abstract Vector<float> Begin(Vector<float> c);

        /// <summary>The sum after a step.</summary>
        static abstract Vector<float> Step(float* a, float* b, Vector<float> sum, ref ChainLanes lanes);
    }

    /// <summary>Fused multiply-adds from left to right, nothing flushed.</summary>
    private readonly struct Fused : IChain
    {
        public static int Length => 1;

        public static Vector<float> Begin(Vector<float> c) => c;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Step(float* a, float* b, Vector<float> sum, ref ChainLanes lanes)
            => Vector.FusedMultiplyAdd(new(a[0]), *(Vector<float>*)b, sum);
    }

    /// <summary><see cref="FlushedFma.Chain"/>.</summary>
    private readonly struct Flushed : IChain
    {
        public static int Length => 32;

        public static Vector<float> Begin(Vector<float> c) => ChainLanes.Daz(c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Step(float* a, float* b, Vector<float> sum, ref ChainLanes lanes)
        {
            for (int k = 0; k < Length; k++)
            {
                sum = lanes.Fma(a, b, k, sum);
            }

            return sum;
        }
    }

    /// <summary><see cref="FlushedFma.OddFirst"/>.</summary>
    private readonly struct FlushedOddFirst : IChain
    {
        public static int Length => 2;

        public static Vector<float> Begin(Vector<float> c) => ChainLanes.Daz(c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Step(float* a, float* b, Vector<float> sum, ref ChainLanes lanes)
            => lanes.Fma(a, b, 0, lanes.Fma(a, b, 1, sum));
    }

    /// <summary><see cref="FlushedFma.Pairs"/>.</summary>
    private readonly struct FlushedPairs : IChain
    {
        public static int Length => 32;

        public static Vector<float> Begin(Vector<float> c) => ChainLanes.Daz(c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Step(float* a, float* b, Vector<float> sum, ref ChainLanes lanes)
        {
            Vector<float> even = default, odd = default;
            for (int k = 0; k < Length; k += 2)
            {
                even = lanes.Fma(a, b, k, even);
                odd = lanes.Fma(a, b, k + 1, odd);
            }

            return lanes.Add(sum, lanes.Add(even, odd));
        }
    }

    /// <summary><see cref="FlushedFma.FoursInPairs"/>: products of bytes are exact in binary32.</summary>
    private readonly struct FlushedFoursInPairs : IChain
    {
        public static int Length => 64;

        public static Vector<float> Begin(Vector<float> c) => ChainLanes.Daz(c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Step(float* a, float* b, Vector<float> sum, ref ChainLanes lanes)
        {
            Vector<float> first = default, second = default;
            for (int k = 0; k < Length; k += 4)
            {
                first = lanes.Add(first, lanes.Add(ChainLanes.Product(a, b, k), ChainLanes.Product(a, b, k + 1)));
                second = lanes.Add(second, lanes.Add(ChainLanes.Product(a, b, k + 2), ChainLanes.Product(a, b, k + 3)));
            }

            return lanes.Add(sum, lanes.Add(first, second));
        }
    }

    /// <summary><see cref="FlushedFma.FoursInLanes"/>.</summary>
    private readonly struct FlushedFoursInLanes : IChain
    {
        public static int Length => 64;

        public static Vector<float> Begin(Vector<float> c) => ChainLanes.Daz(c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Step(float* a, float* b, Vector<float> sum, ref ChainLanes lanes)
        {
            Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int k = 0; k < Length; k += 4)
            {
                s0 = lanes.Fma(a, b, k, s0);
                s1 = lanes.Fma(a, b, k + 1, s1);
                s2 = lanes.Fma(a, b, k + 2, s2);
                s3 = lanes.Fma(a, b, k + 3, s3);
            }

            return lanes.Add(sum, lanes.Add(lanes.Add(s0, s1), lanes.Add(s2, s3)));
        }
    }

    /// <summary>binary32 sums with flushed subnormals in the lanes of a vector, and where one of them was 2^-126.</summary>
    private struct ChainLanes
    {
        private static readonly Vector<int> LeastNormal = new(0x0080_0000), Magnitude = new(int.MaxValue);

        /// <summary>All ones where a rounded sum was 2^-126.</summary>
        public Vector<int> Open;

        /// <summary>A subnormal is a zero of its sign.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Daz(Vector<float> x)
        {
            Vector<int> bits = Vector.AsVectorInt32(x), magnitude = bits & Magnitude;
            return Vector.AsVectorSingle(
                Vector.ConditionalSelect(Vector.LessThan(magnitude, LeastNormal), bits & ~Magnitude, bits));
        }

        public static Vector<float> Product(float* a, float* b, int k)
            => new Vector<float>(a[k]) * *(Vector<float>*)(b + (k * PanelColumns));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Fma(float* a, float* b, int k, Vector<float> sum)
            => Ftz(Vector.FusedMultiplyAdd(new(a[k]), *(Vector<float>*)(b + (k * PanelColumns)), sum));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Add(Vector<float> x, Vector<float> y) => Ftz(x + y);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector<float> Ftz(Vector<float> rounded)
        {
            Open |= Vector.Equals(Vector.AsVectorInt32(rounded) & Magnitude, LeastNormal);
            return Daz(rounded);
        }
    }
}
