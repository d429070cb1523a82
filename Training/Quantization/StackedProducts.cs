using Mxact.Training.Layers;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// The three matrix products of the linear layers of several seeds: each seed's operands are converted as it converts them alone, and
/// libtorch multiplies them all in one call. Where a matrix unit accumulates, or a tap listens, each seed's product is its own.
/// </summary>
/// <param name="seeds">Each seed's products.</param>
internal sealed class StackedProducts(IReadOnlyList<QuantizedProducts> seeds) : ILinearProducts
{
    /// <inheritdoc/>
    public Tensor Multiply(LayerProduct product, string layer, Tensor first, Tensor second)
    {
        if (seeds.Any(s => s.Tap is not null) || seeds[0].IsAccumulated(product))
        {
            Tensor[] own = [.. seeds.Select((s, i) => Single(s, i))];
            try
            {
                return stack(own);
            }
            finally
            {
                Array.ForEach(own, t => t.Dispose());
            }
        }

        using Tensor left = Operand(product, 0, first);
        using Tensor right = Operand(product, 1, second);
        using Tensor transposed = right.transpose(1, 2);
        return left.bmm(transposed);

        Tensor Single(QuantizedProducts products, int seed)
        {
            using Tensor a = first[seed];
            using Tensor b = second[seed];
            return products.Multiply(product, layer, a, b);
        }
    }

    /// <summary>A vector of each seed, [seed, elements], in blocks of a format.</summary>
    /// <param name="values">The vectors.</param>
    /// <param name="format">The format.</param>
    public Tensor QuantizeVectors(Tensor values, BlockFormat format)
    {
        (ConversionPolicy policy, TensorScaleRule rule) = (seeds[0].Scheme.Policy, seeds[0].Scheme.TensorScale);
        using Tensor from = values.contiguous();
        if (Quantizer.HasKernelBlocks(format))
        {
            return Convert(from, 1, (int)from.shape[1], format, policy, BlockAxis.AlongRows, rule);
        }

        Tensor[] own = [.. seeds.Select((s, i) => s.Quantizer.QuantizeDequantize(from[i], format, policy, tensorScale: rule))];
        return stack(own);
    }

    /// <summary>
    /// An operand of every seed with the axis that the product sums over last. What is a transposed view for one seed is one here: libtorch
    /// chooses how it multiplies by how operands lie.
    /// </summary>
    private Tensor Operand(LayerProduct product, int index, Tensor values)
    {
        bool isTransposed = QuantizedProducts.IsTransposed(product, index);
        OperandConversion conversion = seeds[0].FindConversion(product, index);
        if (seeds[0].Scheme.FindRotation(product) is null && conversion.IsExact)
        {
            return isTransposed ? values.transpose(1, 2) : values.alias();
        }

        using Tensor from = values.contiguous();
        if (seeds[0].Scheme.FindRotation(product) is null && QuantizedProducts.IsPlain(conversion))
        {
            Tensor to = Convert(
                from,
                (int)from.shape[1],
                (int)from.shape[2],
                conversion.Format!,
                conversion.Policy,
                isTransposed ? BlockAxis.AlongColumns : BlockAxis.AlongRows,
                conversion.TensorScale);
            return isTransposed ? Transposed(to) : to;
        }

        Tensor[] own = [.. seeds.Select((s, i) =>
        {
            using Tensor matrix = from[i];
            return s.PrepareOperand(product, index, matrix);
        })];
        try
        {
            return own[0].is_contiguous() ? stack(own) : Transposed(stack([.. own.Select(t => t.t())]));
        }
        finally
        {
            Array.ForEach(own, t => t.Dispose());
        }
    }

    /// <summary>Each seed's matrix, by its own quantiser.</summary>
    private Tensor Convert(
        Tensor from,
        int rows,
        int columns,
        BlockFormat format,
        ConversionPolicy policy,
        BlockAxis axis,
        TensorScaleRule tensorScale)
    {
        Tensor to = empty_like(from);
        ReadOnlySpan<uint> read = Quantizer.Words(from);
        Span<uint> written = Quantizer.Words(to);
        for (int i = 0; i < seeds.Count; i++)
        {
            Range matrix = (i * rows * columns)..((i + 1) * rows * columns);
            seeds[i].Quantizer.QuantizeDequantize(read[matrix], rows, columns, written[matrix], format, policy, axis, tensorScale);
        }

        return to;
    }

    private static Tensor Transposed(Tensor values)
    {
        using (values)
        {
            return values.transpose(1, 2);
        }
    }
}
