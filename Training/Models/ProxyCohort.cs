using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>
/// Proxies that differ by their seed alone, as one batch: the losses and gradients of all by one forward and one backward pass, each
/// with the bits that it has alone.
/// </summary>
internal sealed class ProxyCohort : IDisposable
{
    private readonly IReadOnlyList<Proxy> seeds;
    private readonly List<ProxyBlock> teacher;
    private readonly Tensor teacherScale;

    private ProxyCohort(IReadOnlyList<Proxy> seeds)
    {
        this.seeds = seeds;
        teacher = Combine(p => p.Teacher, values => stack([.. values.Select(v => v.detach())]));
        using Tensor scales = stack([.. seeds.Select(p => p.TeacherScale)]);
        teacherScale = scales.reshape(-1, 1, 1);
    }

    /// <summary>
    /// A cohort, or null where seeds are to be trained one by one: other models than proxies, one seed alone, or a libtorch whose batched
    /// product of these shapes is not bit for bit its product of one.
    /// </summary>
    /// <param name="models">The seeds' models, of one shape.</param>
    public static ProxyCohort? TryCreate(IReadOnlyList<ITrainedModel> models)
    {
        Proxy[] proxies = [.. models.OfType<Proxy>()];
        return proxies.Length == models.Count && models.Count > 1 && MultipliesAsOne(proxies[0], models.Count) ? new(proxies) : null;
    }

    /// <summary>Every seed's loss and gradients at its present weights.</summary>
    /// <param name="step">Whose batches they are.</param>
    /// <param name="products">Each seed's, with its random bits begun.</param>
    /// <param name="taps">Each seed's, or null.</param>
    public IReadOnlyList<LossAndGradients> Compute(int step, IReadOnlyList<QuantizedProducts> products, IReadOnlyList<TensorTap?> taps)
    {
        List<ProxyBlock> blocks = Combine(p => p.Blocks, values =>
        {
            using (no_grad())
            {
                return stack([.. values]).requires_grad_();
            }
        });
        Tensor[] parameters = [.. blocks.SelectMany(b => b.Named("")).Select(p => p.Value)];
        (Tensor x, Tensor y) = Batch(step);
        Tensor answers = Proxy.Student(blocks, x, seeds[0].Options.Activation, new ManySeeds(products, taps));
        Tensor[] losses = [.. answers.unbind().Zip(y.unbind(), (a, b) => nn.functional.mse_loss(a, b))];

        // Each loss has a factor of one in the sum, so that each seed's gradients are those of its own loss.
        using Tensor all = stack(losses);
        IList<Tensor> gradients = autograd.grad([all.sum()], parameters);
        Tensor[][] own = [.. gradients.Select(g => g.unbind())];
        float[] values = [.. all.data<float>()];
        return [.. seeds.Select((_, i) => new LossAndGradients(values[i], [.. own.Select(g => g[i])]))];
    }

    public void Dispose()
    {
        foreach ((_, Tensor value) in teacher.SelectMany(b => b.Named("")))
        {
            value.Dispose();
        }

        teacherScale.Dispose();
    }

    private List<ProxyBlock> Combine(Func<Proxy, IReadOnlyList<ProxyBlock>> of, Func<IReadOnlyList<Tensor>, Tensor> make)
        => [.. of(seeds[0]).Select((_, i) => ProxyBlock.Combine([.. seeds.Select(p => of(p)[i])], make))];

    private (Tensor X, Tensor Y) Batch(int step)
    {
        using (no_grad())
        {
            if (seeds[0].QuantizesTeacher)
            {
                (Tensor X, Tensor Y)[] own = [.. seeds.Select(p => p.Batch(step))];
                return (stack([.. own.Select(b => b.X)]), stack([.. own.Select(b => b.Y)]));
            }

            Tensor x = stack([.. seeds.Select(p => p.Inputs(step))]);
            Tensor answers = Proxy.Teach(teacher, x, seeds[0].Options.Activation, (values, weights) => values.bmm(weights.transpose(1, 2)));
            return (x, Proxy.Label(answers, teacherScale, stack([.. seeds.Select(p => p.Noise(step))])));
        }
    }

    /// <summary>Tries every shape of product of a model: drawn numbers show another order of summation at once.</summary>
    private static bool MultipliesAsOne(Proxy model, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(0);
        return model.Blocks.Take(1).Concat(model.Teacher.Take(1)).SelectMany(b => new[] { b.First, b.Second }).All(weights =>
        {
            (long rows, long outputs, long inputs) = (model.Options.Batch, weights.shape[0], weights.shape[1]);
            Tensor x = randn([count, rows, inputs], generator: generator);
            Tensor w = randn([count, outputs, inputs], generator: generator);
            Tensor g = randn([count, rows, outputs], generator: generator);
            return Agree(x, w.transpose(1, 2)) && Agree(g, w) && Agree(g.transpose(1, 2), x);
        });

        bool Agree(Tensor a, Tensor b)
        {
            Tensor all = a.bmm(b);
            return Enumerable.Range(0, count).All(i => all[i].eq(a[i].matmul(b[i])).all().item<bool>());
        }
    }
}
