using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>Elements of a product one at a time. Operands are decoded when the first element is asked for, if ever.</summary>
internal sealed unsafe class ScalarProduct
{
    private readonly MatrixUnit unit;
    private readonly ElementFormat formatA;
    private readonly ElementFormat formatB;
    private readonly int m;
    private readonly int n;
    private readonly int k;
    private readonly Lazy<DecodedMatrix> a;
    private readonly Lazy<DecodedMatrix> b;

    /// <summary>Views the operands, whose memory must stay pinned while elements are asked for.</summary>
    public ScalarProduct(MatrixUnit unit, CodeRows a, CodeRows b, int m, int n, int k)
    {
        this.unit = unit;
        formatA = a.Format;
        formatB = b.Format;
        this.m = m;
        this.n = n;
        this.k = k;
        this.a = new(() => DecodedMatrix.Of(unit, a, m, k));
        this.b = new(() => DecodedMatrix.Of(unit, b, n, k));
    }

    /// <summary>All of them.</summary>
    public void Run(uint* c, GemmOptions options)
    {
        WorkSharing.For(m, options.DegreeOfParallelism, row =>
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
        => ScalarSteps.Dot(unit, a.Value, row, formatA.MantissaBits, b.Value, column, formatB.MantissaBits, 0, (k + unit.Terms - 1) / unit.Terms, c);

    /// <summary>One step of one of them.</summary>
    public uint Step(int row, int column, int step, uint c)
        => ScalarSteps.Dot(unit, a.Value, row, formatA.MantissaBits, b.Value, column, formatB.MantissaBits, step, step + 1, c);
}
