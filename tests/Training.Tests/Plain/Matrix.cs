namespace Mxact.Training.Tests.Plain;

/// <summary>
/// Row-major binary64 matrices, and the operations of the models on them, one loop each. Nothing here is quick or shared.
/// </summary>
internal sealed class Matrix(int rows, int columns, double[] values)
{
    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public double[] Values { get; } = values;

    public double this[int row, int column] => Values[(row * Columns) + column];

    public static Matrix Make(int rows, int columns, Func<int, int, double> value)
        => new(rows, columns, [.. from r in Enumerable.Range(0, rows) from c in Enumerable.Range(0, columns) select value(r, c)]);

    /// <summary>A B^T.</summary>
    public static Matrix Product(Matrix a, Matrix b)
    {
        Assert.Equal(a.Columns, b.Columns);
        double[] sums = new double[a.Rows * b.Rows];
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < b.Rows; j++)
            {
                double sum = 0;
                for (int k = 0; k < a.Columns; k++)
                {
                    sum += a.Values[(i * a.Columns) + k] * b.Values[(j * b.Columns) + k];
                }

                sums[(i * b.Rows) + j] = sum;
            }
        }

        return new(a.Rows, b.Rows, sums);
    }

    public Matrix Transposed() => Make(Columns, Rows, (r, c) => this[c, r]);

    public Matrix Map(Func<double, double> function) => new(Rows, Columns, [.. Values.Select(function)]);

    public Matrix Plus(Matrix other) => new(Rows, Columns, [.. Values.Zip(other.Values, (a, b) => a + b)]);

    public Matrix PlusRow(double[] row) => Make(Rows, Columns, (r, c) => this[r, c] + row[c]);

    /// <summary>Columns from one on.</summary>
    public Matrix Part(int first, int count) => Make(Rows, count, (r, c) => this[r, first + c]);

    /// <summary>(x - mean) / sqrt(variance + 1e-5) times a gain plus a bias, over each row.</summary>
    public Matrix Normalised(double[] gain, double[]? bias)
    {
        List<double> all = [];
        for (int r = 0; r < Rows; r++)
        {
            double[] row = Values[(r * Columns)..((r + 1) * Columns)];
            double mean = row.Sum() / Columns;
            double variance = row.Sum(x => (x - mean) * (x - mean)) / Columns;
            all.AddRange(row.Select((x, c) => ((x - mean) / Math.Sqrt(variance + 1e-5) * gain[c]) + (bias?[c] ?? 0)));
        }

        return new(Rows, Columns, [.. all]);
    }

    /// <summary>x Phi(x).</summary>
    public static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    public static double Silu(double x) => x / (1 + Math.Exp(-x));

    /// <summary>2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, whose terms have one sign.</summary>
    private static double Erf(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
