namespace Mxact.Simulator.Product;

/// <summary>Counts, off the hot loop, of the paths that answered. Adds up over the products it is given to.</summary>
internal sealed class ProductDiagnostics
{
    private long elements;
    private long scalarElements;
    private long vectorSteps;
    private long wideSteps;

    /// <summary>Elements of C.</summary>
    public long Elements => elements;

    /// <summary>Elements of C that were computed one at a time in integers.</summary>
    public long ScalarElements => scalarElements;

    /// <summary>Steps (a row, a vector of columns, L of k) that a vector kernel took.</summary>
    public long VectorSteps => vectorSteps;

    /// <summary>
    /// Those of them that left the kernel's fast way for its wide one: an int32 sum close to overflow, or scales too far apart.
    /// </summary>
    public long WideSteps => wideSteps;

    /// <summary>The share of C's elements that the vector kernels answered.</summary>
    public double VectorShare => elements == 0 ? 0 : 1 - ((double)scalarElements / elements);

    /// <summary>The share of vector steps that stayed on the fast way.</summary>
    public double FastShare => vectorSteps == 0 ? 0 : 1 - ((double)wideSteps / vectorSteps);

    /// <summary>Adds one product's elements.</summary>
    internal void AddElements(long all, long scalar)
    {
        Interlocked.Add(ref elements, all);
        Interlocked.Add(ref scalarElements, scalar);
    }

    /// <summary>Adds one tile's steps.</summary>
    internal void AddSteps(long all, long wide)
    {
        Interlocked.Add(ref vectorSteps, all);
        Interlocked.Add(ref wideSteps, wide);
    }
}
