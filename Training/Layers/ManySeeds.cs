using Mxact.Training.Quantization;
using static TorchSharp.torch;

namespace Mxact.Training.Layers;

/// <summary>
/// The operations on the tensors of several seeds, one above the other along a first axis: each seed's bits are those that it has alone.
/// Products and what goes element by element are one call; sums over a seed's own tensor, and what draws random bits, are one a seed.
/// </summary>
/// <param name="products">Each seed's, under one scheme but for what the seed itself decides.</param>
/// <param name="taps">Each seed's, shown the operands of the forward products, or null.</param>
internal sealed class ManySeeds(IReadOnlyList<QuantizedProducts> products, IReadOnlyList<TensorTap?> taps) : ISeedOperations
{
    private readonly StackedProducts stacked = new(products);

    public Tensor Linear(string name, Tensor x, Tensor w, Tensor? bias)
    {
        for (int seed = 0; seed < products.Count; seed++)
        {
            taps[seed]?.Invoke(name + ".x", x[seed], TensorKind.Activation);
            taps[seed]?.Invoke(name + ".w", w[seed], TensorKind.Weight);
        }

        Tensor y = LinearFunction.Apply(x, w, stacked, name);
        return bias is null ? y : y + bias.unsqueeze(1);
    }

    public Tensor LayerNorm(string name, Tensor x, Tensor gain, Tensor? bias)
    {
        for (int seed = 0; seed < products.Count; seed++)
        {
            taps[seed]?.Invoke(name + ".gain", gain[seed], TensorKind.LayerNormGain);
        }

        Tensor[]? shifts = bias is null ? null : QuantizeAffine(bias).unbind();
        Tensor[] gains = QuantizeAffine(gain).unbind();
        return RoundVector(stack([.. x.unbind().Select((values, seed) =>
            QuantizedOperations.Normalize(values, gains[seed], shifts?[seed]))]));
    }

    public Tensor RoundVector(Tensor result) => QuantizedOperations.RoundVector(result, products[0]);

    private Tensor QuantizeAffine(Tensor parameters)
        => products[0].Scheme.LayerNormFormat is { } format
            ? StraightThrough.Change(parameters, values => stacked.QuantizeVectors(values, format))
            : parameters;
}
