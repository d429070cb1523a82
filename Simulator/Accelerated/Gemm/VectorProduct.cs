namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>A product through the vector kernels of one width: pack, run panels, then answer one at a time whatever was declined.</summary>
internal static unsafe class VectorProduct<TLanes, TF, TI>
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
{
    /// <summary>Rows of one unit of work: enough of them to repay a panel's trip into the first-level cache.</summary>
    private const int RowsOfTask = 128;

    /// <summary>Computes the product within the plan's bounds, and the rest with <paramref name="declinedElement"/>.</summary>
    public static void Run(MatrixUnit unit, VectorPlan plan, CodeRows rowsOfA, CodeRows rowsOfB, uint* c, int m, int n, int k, GemmOptions options, Func<int, int, uint, uint> declinedElement)
    {
        int steps = (k + unit.Terms - 1) / unit.Terms;
        bool evenFirst = unit.Kind == StepKind.Cdna3Fp8;
        using PackedRows a = new(m, steps, unit.Terms);
        using PackedColumns b = new(n, steps, unit.Terms, TLanes.Count, signsSplit: false);
        using PackedAccumulators accumulators = new(m, n, b.PanelColumns);
        int chunks = (m + RowsOfTask - 1) / RowsOfTask;
        WorkSharing.For(chunks + b.Panels, options.DegreeOfParallelism, index =>
        {
            if (index < chunks)
            {
                a.Pack<TLanes, TF, TI>(rowsOfA, plan.A, index * RowsOfTask, Math.Min(m, (index + 1) * RowsOfTask), evenFirst);
            }
            else
            {
                b.Pack<TLanes, TF, TI>(rowsOfB, plan.B, index - chunks, evenFirst);
            }
        });
        bool anyRow = a.Declined.AsSpan().Contains(true);
        bool anyColumn = b.Declined.AsSpan().Contains(true);
        long scalar = 0;
        WorkSharing.For(chunks * b.Panels, options.DegreeOfParallelism, index =>
        {
            int panel = index / chunks;
            int first = index % chunks * RowsOfTask;
            int end = Math.Min(m, first + RowsOfTask);
            int width = b.PanelColumns;
            using AlignedBuffer flags = new((long)(end - first) * width);
            bool* declined = (bool*)flags.Pointer;
            new Span<bool>(declined, (end - first) * width).Clear();
            bool* any = stackalloc bool[RowsOfTask];
            for (int row = first; row < end; row++)
            {
                Span<bool> marked = new(declined + ((long)(row - first) * width), width);
                if (a.Declined[row])
                {
                    marked.Fill(true);
                }
                else if (anyColumn)
                {
                    b.Declined.AsSpan(panel * width, width).CopyTo(marked);
                }

                accumulators.Load<TLanes, TF, TI>(c, panel, row, plan.Offset, plan.LowestC, plan.HighestC, declined + ((long)(row - first) * width));
                any[row - first] = marked.Contains(true);
            }

            FusedKernel<TLanes, TF, TI>.Run(unit, a, b, accumulators, panel, first, end, options.Diagnostics);
            long declinedHere = 0;
            for (int row = first; row < end; row++)
            {
                bool* marked = declined + ((long)(row - first) * width);
                accumulators.Store<TLanes, TF, TI>(c, panel, row, plan.Offset, marked, any[row - first]);
                for (int i = 0; any[row - first] && i < Math.Min(width, n - (panel * width)); i++)
                {
                    if (marked[i])
                    {
                        int column = (panel * width) + i;
                        ref uint code = ref c[((long)row * n) + column];
                        code = declinedElement(row, column, code);
                        declinedHere++;
                    }
                }
            }

            Interlocked.Add(ref scalar, declinedHere);
        });
        options.Diagnostics?.AddElements((long)m * n, scalar);
    }
}
