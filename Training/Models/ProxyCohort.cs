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
    private const int MostByDefault = 16;

    /// <summary>
    /// Beyond this size of its largest tensor a batch saves nothing: a seed's own products are long enough, and its memory counts.
    /// </summary>
    private const long LargestByDefault = 64 << 20;

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

    /// <summary>How many seeds are trained at once where nobody says.</summary>
    /// <param name="options">Their sizes.</param>
    public static int FindDefaultCount(ProxyOptions options) => (int)Math.Clamp(LargestByDefault / BytesOf(options), 1, MostByDefault);

    /// <summary>
    /// A cohort, or null where seeds are to be computed one by one: other models than proxies, one seed alone, tensors larger than a span
    /// of bytes, or a libtorch whose batched product of these shapes is not bit for bit its product of one.
    /// </summary>
    /// <param name="models">The seeds' models, of one shape.</param>
    public static ProxyCohort? TryCreate(IReadOnlyList<ITrainedModel> models)
    {
        Proxy[] proxies = [.. models.OfType<Proxy>()];
        return proxies.Length == models.Count && models.Count > 1 && BytesOf(proxies[0].Options) <= int.MaxValue / models.Count
            && MultipliesAsOne(proxies[0], models.Count) ? new(proxies) : null;
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
        (Tensor x, Tensor y) = Batch(step);
        Tensor answers = Proxy.Student(blocks, x, seeds[0].Options.Activation, new ManySeeds(products, taps));
        Tensor[] losses = [.. answers.unbind().Zip(y.unbind(), (a, b) => nn.functional.mse_loss(a, b))];

        // Each loss has a factor of one in the sum, so that each seed's gradients are those of its own loss.
        using Tensor all = stack(losses);
        all.sum().backward();
        Tensor[][] own = [.. blocks.SelectMany(b => b.Named("")).Select(p => p.Value.grad!.unbind())];
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

    /// <summary>Bytes of the largest tensor of one seed: activations, or weights.</summary>
    private static long BytesOf(ProxyOptions options)
        => sizeof(float) * (long)options.Activation.Hidden(options.Width).FromFirst * Math.Max(options.Batch, options.Width);

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
