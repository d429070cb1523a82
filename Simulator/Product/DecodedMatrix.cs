namespace Mxact.Simulator.Product;

/// <summary>One row of an operand decoded, K padded with zeros to whole steps.</summary>
/// <param name="Elements">
/// The elements. Scales of a fused step are folded into the exponents: that is what adding both scales' exponents to every
/// product's means.
/// </param>
/// <param name="GroupScales">The scales of a grouped step, one a group of 16.</param>
internal readonly record struct DecodedRow(DecodedElement[] Elements, DecodedElement[] GroupScales);

/// <summary>An operand decoded for integer arithmetic, a row when it is first asked for.</summary>
internal sealed class DecodedMatrix
{
    private readonly StepUnit unit;
    private readonly CodeRows operand;
    private readonly int k;
    private readonly DecodedElement[]? table;
    private readonly DecodedRow?[] rows;

    /// <summary>Views an operand of <paramref name="rows"/> x <paramref name="k"/> elements.</summary>
    public DecodedMatrix(StepUnit unit, CodeRows operand, int rows, int k)
    {
        this.unit = unit;
        this.operand = operand;
        this.k = k;
        this.rows = new DecodedRow?[rows];
        if (operand.CodeBytes == 1)
        {
            table = new DecodedElement[256];
            for (uint code = 0; code < table.Length; code++)
            {
                table[code] = DecodedElement.Of(operand.Format, code);
            }
        }
    }

    /// <summary>A row. Two threads may decode it at once; they decode the same.</summary>
    public DecodedRow Row(int row)
    {
        lock (rows)
        {
            if (rows[row] is { } decoded)
            {
                return decoded;
            }
        }

        int steps = (k + unit.Terms - 1) / unit.Terms;
        DecodedRow fresh = new(
            new DecodedElement[steps * unit.Terms],
            new DecodedElement[unit.Kind == StepKind.Grouped ? steps * unit.Terms / StepUnit.GroupSize : 0]);
        Decode(row, 0, fresh.Elements, fresh.GroupScales);
        lock (rows)
        {
            rows[row] = fresh;
        }

        return fresh;
    }

    /// <summary>Decodes a stretch of a row from element <paramref name="first"/> on, a whole number of steps.</summary>
    public void Decode(int row, int first, Span<DecodedElement> elements, Span<DecodedElement> groupScales)
    {
        for (int i = 0; i < elements.Length; i++)
        {
            if (first + i >= k)
            {
                elements[i..].Clear();
                break;
            }

            uint code = operand.Code(row, first + i);
            DecodedElement element = table is null ? DecodedElement.Of(operand.Format, code) : table[code];
            elements[i] = unit.Kind == StepKind.Grouped || operand.ScaleFormat is null ? element
                : Fold(operand.ScaleAt(row, first + i), element);
        }

        for (int group = 0; group < groupScales.Length; group++)
        {
            groupScales[group] = operand.ScaleAt(row, first + (group * StepUnit.GroupSize));
        }
    }

    /// <summary>A scale of NaN makes every product of its block NaN, zeros included.</summary>
    private static DecodedElement Fold(DecodedElement scale, DecodedElement element)
        => scale.Kind == ElementKind.NaN ? scale : element with { Exponent = (short)(element.Exponent + scale.Exponent) };
}
