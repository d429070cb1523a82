namespace Mxact.Simulator.Product;

/// <summary>Elements of a product one at a time, whichever are asked for.</summary>
internal sealed unsafe class ScalarProduct
{
    private readonly StepParameters unit;
    private readonly int m;
    private readonly int n;
    private readonly DecodedMatrix a;
    private readonly DecodedMatrix b;

    /// <summary>Views the operands, whose memory must stay pinned while elements are asked for.</summary>
    public ScalarProduct(StepUnit unit, CodeRows a, CodeRows b, int m, int n, int k)
    {
        this.unit = new(unit, a.Format.MantissaBits + b.Format.MantissaBits);
        this.m = m;
        this.n = n;
        this.a = new(unit, a, m, k);
        this.b = new(unit, b, n, k);
    }

    /// <summary>All of them.</summary>
    public void Run(uint* c, ProductOptions options)
    {
        WorkSharing.For(m, options, row =>
        {
            for (int column = 0; column < n; column++)
            {
                ref uint code = ref c[((long)row * n) + column];
                code = Element(row, column, code);
            }
        });
        options.Diagnostics?.AddElements((long)m * n, (long)m * n);
    }

    /// <summary>One of them.</summary>
    public uint Element(int row, int column, uint c)
    {
        DecodedRow x = a.Row(row);
        DecodedRow y = b.Row(column);
        int groups = unit.Groups;
        for (int step = 0; step < x.Elements.Length / unit.Terms; step++)
        {
            int first = step * unit.Terms;
            SpanOperands operands = new(
                x.Elements.AsSpan(first, unit.Terms),
                y.Elements.AsSpan(first, unit.Terms),
                x.GroupScales.AsSpan(step * groups, groups),
                y.GroupScales.AsSpan(step * groups, groups));
            c = ScalarSteps.Step(unit, operands, c);
        }

        return c;
    }

    /// <summary>One step of one of them.</summary>
    public uint Step(int row, int column, int step, uint c)
    {
        Span<DecodedElement> x = stackalloc DecodedElement[unit.Terms];
        Span<DecodedElement> y = stackalloc DecodedElement[unit.Terms];
        int groups = unit.Groups;
        Span<DecodedElement> scalesX = stackalloc DecodedElement[groups];
        Span<DecodedElement> scalesY = stackalloc DecodedElement[groups];
        a.Decode(row, step * unit.Terms, x, scalesX);
        b.Decode(column, step * unit.Terms, y, scalesY);
        return ScalarSteps.Step(unit, new SpanOperands(x, y, scalesX, scalesY), c);
    }
}
