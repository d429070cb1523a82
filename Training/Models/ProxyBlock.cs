using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>The tensors of a block, of one seed or of several along a first axis; what it has not is null.</summary>
/// <param name="Gain">Of its layer norm, [d].</param>
/// <param name="Bias">Likewise.</param>
/// <param name="First">W1.</param>
/// <param name="Second">W2.</param>
/// <param name="SecondBias">b2, [d].</param>
internal sealed record ProxyBlock(Tensor? Gain, Tensor? Bias, Tensor First, Tensor Second, Tensor? SecondBias)
{
    /// <summary>Its tensors by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> Named(string name)
        => new (string, Tensor?)[]
        {
            ($"{name}.norm.gain", Gain), ($"{name}.norm.bias", Bias), ($"{name}.first.w", First), ($"{name}.second.w", Second),
            ($"{name}.second.b", SecondBias),
        }
            .Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!));

    /// <summary>Blocks of several seeds as one.</summary>
    /// <param name="seeds">Of one shape.</param>
    /// <param name="make">Makes one tensor of those of the seeds.</param>
    public static ProxyBlock Combine(IReadOnlyList<ProxyBlock> seeds, Func<IReadOnlyList<Tensor>, Tensor> make)
    {
        return new(All(b => b.Gain), All(b => b.Bias), All(b => b.First)!, All(b => b.Second)!, All(b => b.SecondBias));

        Tensor? All(Func<ProxyBlock, Tensor?> of) => of(seeds[0]) is null ? null : make([.. seeds.Select(b => of(b)!)]);
    }
}
