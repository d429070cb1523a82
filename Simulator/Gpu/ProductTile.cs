namespace Mxact.Simulator.Gpu;

/// <summary>A rectangle of C and a stretch of k that a device works on at once: one thread an element of C.</summary>
internal struct ProductTile
{
    /// <summary>Columns of C, and so rows of B.</summary>
    public int Columns;

    /// <summary>Whole steps of k.</summary>
    public int Steps;
}
