namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>
/// A whole operand decoded, K padded with zeros to whole steps. Scales of a fused step are folded into the exponents (that is
/// what adding both scales' exponents to every product's means); a grouped step keeps one scale a group of 16.
/// </summary>
internal sealed class DecodedMatrix
{
    private readonly DecodedElement[] elements;
    private readonly DecodedElement[] groupScales;
    private readonly int paddedK;

    private DecodedMatrix(int rows, int paddedK, bool grouped)
    {
        this.paddedK = paddedK;
        elements = new DecodedElement[(long)rows * paddedK];
        groupScales = grouped ? new DecodedElement[(long)rows * (paddedK / MatrixUnit.GroupSize)] : [];
    }

    /// <summary>Decodes an operand of <paramref name="rows"/> x <paramref name="k"/> elements.</summary>
    public static DecodedMatrix Of(MatrixUnit unit, CodeRows operand, int rows, int k)
    {
        int steps = (k + unit.Terms - 1) / unit.Terms;
        bool grouped = unit.Kind == StepKind.Grouped;
        DecodedMatrix decoded = new(rows, steps * unit.Terms, grouped);
        int blocks = operand.BlocksInRow;
        DecodedElement[]? table = operand.CodeBytes == 1 ? Table(operand) : null;
        for (int row = 0; row < rows; row++)
        {
            Span<DecodedElement> to = decoded.elements.AsSpan(row * decoded.paddedK, decoded.paddedK);
            for (int i = 0; i < k; i++)
            {
                uint code = operand.Code(row, i);
                to[i] = table is null ? DecodedElement.Of(operand.Format, code) : table[code];
            }

            to[k..].Fill(new(0, 0, ElementKind.Finite));
            if (grouped)
            {
                decoded.DecodeGroupScales(operand, row, k);
            }
            else if (operand.ScaleFormat is { } scale)
            {
                for (int block = 0; block < blocks; block++)
                {
                    Fold(DecodedElement.OfScale(scale, operand.Scale(row, block)), to[(block * operand.BlockSize)..Math.Min(k, (block + 1) * operand.BlockSize)]);
                }
            }
        }

        return decoded;
    }

    /// <summary>The elements of one step of one row.</summary>
    public ReadOnlySpan<DecodedElement> Step(int row, int step, int terms) => elements.AsSpan((row * paddedK) + (step * terms), terms);

    /// <summary>The scales of the groups of one step of one row.</summary>
    public ReadOnlySpan<DecodedElement> Scales(int row, int step, int groups) => groupScales.AsSpan((row * (paddedK / MatrixUnit.GroupSize)) + (step * groups), groups);

    private static DecodedElement[] Table(CodeRows operand)
    {
        DecodedElement[] table = new DecodedElement[256];
        for (uint code = 0; code < table.Length; code++)
        {
            table[code] = DecodedElement.Of(operand.Format, code);
        }

        return table;
    }

    private static void Fold(DecodedElement scale, Span<DecodedElement> block)
    {
        foreach (ref DecodedElement element in block)
        {
            // A scale of NaN makes every product of its block NaN, zeros included.
            element = scale.Kind == ElementKind.NaN ? scale : element with { Exponent = (short)(element.Exponent + scale.Exponent) };
        }
    }

    private void DecodeGroupScales(CodeRows operand, int row, int k)
    {
        int groups = paddedK / MatrixUnit.GroupSize;
        for (int group = 0; group < groups; group++)
        {
            int first = group * MatrixUnit.GroupSize;
            groupScales[(row * groups) + group] = first < k && operand.ScaleFormat is { } scale
                ? DecodedElement.OfScale(scale, operand.Scale(row, first / operand.BlockSize))
                : DecodedElement.UnitScale;
        }
    }
}
