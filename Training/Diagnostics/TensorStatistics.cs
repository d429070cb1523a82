using Mxact.Simulator.Errors;
using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Diagnostics;

/// <summary>
/// Which shares of a step's tensors fall into the last bin, saturate, or are flushed to zero, in blocks of the scheme's forward format
/// along their rows; E4M3 where the scheme quantises nothing. Layer norms' gains are counted apart, whether or not the scheme
/// quantises them. Stochastic modes are counted as ties to even.
/// </summary>
internal sealed class TensorStatistics
{
    private readonly BlockFormat format;
    private readonly ConversionPolicy policy;
    private readonly TensorScaleRule tensorScale;
    private readonly Quantizer quantizer;
    private readonly LargestCodes largest;
    private readonly List<(string Name, TensorKind Kind, ElementCounts Counts)> tensors = [];

    /// <summary>For the tensors of one step.</summary>
    /// <param name="scheme">Whose format and rule.</param>
    /// <param name="quantizer">Not the run's own: counting must not shift its random streams.</param>
    public TensorStatistics(QuantizationScheme scheme, Quantizer quantizer)
    {
        format = scheme.Forward ?? MxFormats.Mxfp8E4M3;
        policy = scheme.Policy.Rounding.IsStochastic ? scheme.Policy with { Rounding = RoundingMode.TiesToEven } : scheme.Policy;
        tensorScale = scheme.TensorScale;
        this.quantizer = quantizer;
        largest = new(format.Element, policy);
    }

    /// <summary>By tensor, in the order of the forward pass.</summary>
    public IReadOnlyList<(string Name, TensorKind Kind, ElementCounts Counts)> Tensors => tensors;

    public double LayerNormLastBin => Share(t => t == TensorKind.LayerNormGain, c => c.LastBin);

    public double LastBin => Share(t => t != TensorKind.LayerNormGain, c => c.LastBin);

    public double Saturated => Share(t => t != TensorKind.LayerNormGain, c => c.Saturated);

    public double Flushed => Share(t => t != TensorKind.LayerNormGain, c => c.Flushed);

    /// <summary>Counts a tensor.</summary>
    public void Add(string name, Tensor values, TensorKind kind)
    {
        using (no_grad())
        {
            using DisposeScope scope = NewDisposeScope();
            tensors.Add((name, kind, Count(values.detach().reshape(-1, values.shape[^1]).contiguous())));
        }
    }

    private ElementCounts Count(Tensor values)
    {
        if (format.BlockSize > MxFormats.BlockSize && format.Scale.Element is null)
        {
            return CountLarge(values);
        }

        // Short blocks that fill their rows are rows of their own, which kernels convert.
        bool isWhole = values.shape[^1] % format.BlockSize == 0;
        BlockFormat converted = isWhole ? Quantizer.Converted(format) : format;
        using Tensor blocks = converted == format ? values.alias() : values.reshape(-1, format.BlockSize);
        (byte[] scales, byte[] codes, float scale) = quantizer.Quantize(blocks, converted, policy, tensorScale);
        uint[] results = quantizer.Dequantize(scales, codes, blocks, converted, policy, scale);
        return ElementCounts.Count(Quantizer.Words(values), codes, results, largest);
    }

    private ElementCounts CountLarge(Tensor values)
    {
        using Tensor blocks = Quantizer.ToBlocks(values, format.BlockSize);
        LargeBlocks large = LargeBlocks.Encode(blocks, format, policy, quantizer);
        Tensor results = large.Decode(blocks.shape, format, policy, quantizer);

        // The zeros that fill a row's last block are no elements.
        int columns = (int)values.shape[^1];
        int padded = large.Codes.Length / (int)values.shape[0];
        byte[] codes = [.. large.Codes.Chunk(padded).SelectMany(row => row[..columns])];
        Tensor kept = results.reshape(-1, padded).narrow(1, 0, columns).contiguous();
        return ElementCounts.Count(Quantizer.Words(values), codes, Quantizer.Words(kept), largest);
    }

    private double Share(Func<TensorKind, bool> which, Func<ElementCounts, long> count)
    {
        long elements = tensors.Where(t => which(t.Kind)).Sum(t => t.Counts.Elements);
        return elements == 0 ? double.NaN : (double)tensors.Where(t => which(t.Kind)).Sum(t => count(t.Counts)) / elements;
    }
}
