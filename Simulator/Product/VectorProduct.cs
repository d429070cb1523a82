using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>Drives a vector path: pack, run panels, then answer one at a time whatever the path declined.</summary>
internal static unsafe class VectorProduct
{
    /// <summary>Rows of one unit of work: enough of them to repay a panel's trip into the first-level cache.</summary>
    private const int RowsOfTask = 128;

    /// <summary>Computes the product.</summary>
    public static void Run<TLanes, TF, TI>(IPanelProduct product, ScalarProduct exact, uint* c, int m, int n, ProductOptions options)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        int width = product.PanelColumns;
        int panels = (n + width - 1) / width;
        int chunks = (m + RowsOfTask - 1) / RowsOfTask;
        using PackedAccumulators accumulators = new(m, n, width, product.Range);
        WorkSharing.For(chunks + panels, options, index =>
        {
            if (index < chunks)
            {
                product.PackRows(index * RowsOfTask, Math.Min(m, (index + 1) * RowsOfTask));
            }
            else
            {
                product.PackPanel(index - chunks);
            }
        });
        long scalar = 0;
        WorkSharing.For(chunks * panels, options, index =>
        {
            int panel = index / chunks;
            int first = index % chunks * RowsOfTask;
            int end = Math.Min(m, first + RowsOfTask);
            bool[] declined = new bool[(end - first) * width];
            bool anyColumn = product.DeclinedColumns.AsSpan(panel * width, width).Contains(true);
            bool any = anyColumn;
            for (int row = first; row < end; row++)
            {
                Span<bool> marked = declined.AsSpan((row - first) * width, width);
                if (product.DeclinedRows[row])
                {
                    marked.Fill(true);
                    any = true;
                }
                else if (anyColumn)
                {
                    product.DeclinedColumns.AsSpan(panel * width, width).CopyTo(marked);
                }

                any |= accumulators.Load<TLanes, TF, TI>(c, panel, row, marked);
            }

            product.Run(accumulators, panel, first, end);
            long declinedHere = 0;
            for (int row = first; row < end; row++)
            {
                Span<bool> marked = declined.AsSpan((row - first) * width, width);
                bool anyHere = any && marked.Contains(true);
                accumulators.Store<TLanes, TF, TI>(c, panel, row, marked, anyHere);
                for (int i = 0; anyHere && i < Math.Min(width, n - (panel * width)); i++)
                {
                    if (marked[i])
                    {
                        int column = (panel * width) + i;
                        ref uint code = ref c[((long)row * n) + column];
                        code = exact.Element(row, column, code);
                        declinedHere++;
                    }
                }
            }

            Interlocked.Add(ref scalar, declinedHere);
        });
        options.Diagnostics?.AddElements((long)m * n, scalar);
    }
}
