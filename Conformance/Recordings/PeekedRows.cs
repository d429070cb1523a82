using System.Collections;

namespace Mxact.Conformance.Recordings;

/// <summary>The rows of a file, read once, whose columns are known before the first of them is asked for.</summary>
internal sealed class PeekedRows : IEnumerable<(long Line, IReadOnlyDictionary<string, string> Cells)>, IDisposable
{
    private readonly IEnumerator<(long Line, IReadOnlyDictionary<string, string> Cells)> rows;
    private readonly bool any;

    public PeekedRows(IEnumerable<(long Line, IReadOnlyDictionary<string, string> Cells)> rows)
    {
        this.rows = rows.GetEnumerator();
        any = this.rows.MoveNext();
    }

    /// <summary>The names of the columns; none of a file without rows.</summary>
    public IEnumerable<string> Columns => any ? rows.Current.Cells.Keys : [];

    /// <summary>Every row, once.</summary>
    public IEnumerator<(long Line, IReadOnlyDictionary<string, string> Cells)> GetEnumerator()
    {
        for (bool more = any; more; more = rows.MoveNext())
        {
            yield return rows.Current;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => rows.Dispose();
}
