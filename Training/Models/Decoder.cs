using System.Globalization;
using Mxact.Training.Layers;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>The decoder's options.</summary>
/// <param name="Depth">Layers.</param>
/// <param name="Width">d, a multiple of 64.</param>
/// <param name="Batch">Sequences of a batch.</param>
/// <param name="Context">Tokens of a sequence.</param>
/// <param name="Seed">Of weights and of where sequences begin.</param>
/// <param name="Text">The file to learn from.</param>
internal sealed record DecoderOptions(int Depth, int Width, int Batch, int Context, ulong Seed, string Text);

/// <summary>
/// An OLMo-style decoder that learns to name the next token: rotary positions, heads of 64, norms of queries and keys with gains, GELU, a
/// hidden width of 4 d, no biases. Linear layers are quantised; embedding, attention products and the head are not, as in the
/// published code.
/// </summary>
internal sealed class Decoder : ITrainedModel
{
    private const int HeadWidth = 64;
    private const double RotaryBase = 10000;
    private const double Deviation = 0.02;
    private readonly DecoderOptions options;
    private readonly TokenFile tokens;
    private readonly Parameter embedding;
    private readonly Parameter finalGain;
    private readonly Parameter head;
    private readonly List<Layer> layers = [];
    private readonly Tensor cosines;
    private readonly Tensor sines;

    public Decoder(DecoderOptions options)
    {
        this.options = options;
        tokens = TokenFile.Open(options.Text, options.Context + 1);
        using Generator generator = Seeds.Create(options.Seed, Stream.Student);
        int d = options.Width;
        Parameter Weights(int rows, int columns, double deviation = Deviation)
            => new(randn(rows, columns, generator: generator) * deviation);

        // Products that end in the residual stream begin smaller, so that its variance does not grow with depth.
        double residual = Deviation / Math.Sqrt(2 * options.Depth);
        embedding = Weights(tokens.Vocabulary, d);
        for (int i = 0; i < options.Depth; i++)
        {
            layers.Add(
                new(
                    new(ones(d)),
                    Weights(3 * d, d),
                    new(ones(d)),
                    new(ones(d)),
                    Weights(d, d, residual),
                    new(ones(d)),
                    Weights(4 * d, d),
                    Weights(d, 4 * d, residual)));
        }

        finalGain = new(ones(d));
        head = Weights(tokens.Vocabulary, d);
        Parameters =
        [
            ("embedding", embedding),
            .. layers.SelectMany((layer, i) => layer.Named(string.Create(CultureInfo.InvariantCulture, $"layer{i}"))),
            ("final.norm.gain", finalGain),
            ("head", head),
        ];

        using Tensor frequencies = pow(RotaryBase, arange(0, HeadWidth, 2, ScalarType.Float32) / -HeadWidth);
        using Tensor angles = outer(arange(0, options.Context, ScalarType.Float32), frequencies);
        using Tensor both = cat([angles, angles], -1);
        cosines = both.cos();
        sines = both.sin();
    }

    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    public AdamSettings Published { get; } = new(0.9, 0.95, 1e-15, 0, 1);

    /// <summary>The entropy of a text is not known.</summary>
    public double FindIrreducibleLoss(int step) => double.NaN;

    public Tensor ComputeLoss(int step, QuantizedProducts products, TensorTap? tap = null)
    {
        (Tensor inputs, Tensor targets) = Batch(step);
        Tensor x = embedding.index_select(0, inputs.reshape(-1)).reshape(options.Batch, options.Context, options.Width);
        for (int i = 0; i < layers.Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"layer{i}");
            Layer layer = layers[i];
            Tensor attended = Attention(
                name,
                layer,
                QuantizedOperations.LayerNorm(name + ".attention.norm", x, layer.AttentionGain, null, products, tap),
                products,
                tap);
            x = QuantizedOperations.RoundVector(x + attended, products);
            Tensor hidden = QuantizedOperations.Linear(
                name + ".mlp.first",
                QuantizedOperations.LayerNorm(name + ".mlp.norm", x, layer.MlpGain, null, products, tap),
                layer.First,
                null,
                products,
                tap);
            hidden = QuantizedOperations.RoundVector(nn.functional.gelu(hidden), products);
            x = QuantizedOperations.RoundVector(
                x + QuantizedOperations.Linear(name + ".mlp.second", hidden, layer.Second, null, products, tap),
                products);
        }

        x = QuantizedOperations.LayerNorm("final.norm", x, finalGain, null, products, tap);
        Tensor logits = x.reshape(-1, options.Width).matmul(head.t());
        return nn.functional.cross_entropy(logits, targets.reshape(-1));
    }

    public void Dispose()
    {
        foreach ((_, Parameter value) in Parameters)
        {
            value.Dispose();
        }

        cosines.Dispose();
        sines.Dispose();
        tokens.Dispose();
    }

    private Tensor Attention(string name, Layer layer, Tensor x, QuantizedProducts products, TensorTap? tap)
    {
        Tensor[] parts = QuantizedOperations.Linear(name + ".attention.qkv", x, layer.Qkv, null, products, tap).chunk(3, -1);
        Tensor q = Rotate(Heads(QuantizedOperations.LayerNorm(name + ".attention.q.norm", parts[0], layer.QueryGain, null, products, tap)));
        Tensor k = Rotate(Heads(QuantizedOperations.LayerNorm(name + ".attention.k.norm", parts[1], layer.KeyGain, null, products, tap)));
        Tensor mixed = nn.functional.scaled_dot_product_attention(q, k, Heads(parts[2]), is_casual: true);
        Tensor joined = QuantizedOperations.RoundVector(
            mixed.transpose(1, 2).reshape(options.Batch, options.Context, options.Width),
            products);
        return QuantizedOperations.Linear(name + ".attention.out", joined, layer.Out, null, products, tap);
    }

    /// <summary>[batch, context, d] as [batch, heads, context, 64].</summary>
    private Tensor Heads(Tensor x) => x.reshape(options.Batch, options.Context, options.Width / HeadWidth, HeadWidth).transpose(1, 2);

    /// <summary>Rotary positions: each pair of halves turned by the position times its frequency.</summary>
    private Tensor Rotate(Tensor x)
    {
        Tensor[] halves = x.chunk(2, -1);
        return (x * cosines) + (cat([halves[1].neg(), halves[0]], -1) * sines);
    }

    private (Tensor Inputs, Tensor Targets) Batch(int step)
    {
        using Generator generator = Seeds.Create(options.Seed, Stream.Inputs, step);
        using Tensor starts = randint(0, tokens.Count - options.Context, [options.Batch], ScalarType.Int64, generator: generator);
        long[] all = new long[options.Batch * (options.Context + 1)];
        for (int i = 0; i < options.Batch; i++)
        {
            tokens.Read(starts[i].item<long>(), all.AsSpan(i * (options.Context + 1), options.Context + 1));
        }

        Tensor sequences = tensor(all).reshape(options.Batch, options.Context + 1);
        return (sequences.narrow(1, 0, options.Context), sequences.narrow(1, 1, options.Context));
    }

    private sealed record Layer(
        Parameter AttentionGain,
        Parameter Qkv,
        Parameter QueryGain,
        Parameter KeyGain,
        Parameter Out,
        Parameter MlpGain,
        Parameter First,
        Parameter Second)
    {
        public IEnumerable<(string Name, Parameter Value)> Named(string name) =>
        [
            (name + ".attention.norm.gain", AttentionGain), (name + ".attention.qkv.w", Qkv), (name + ".attention.q.norm.gain", QueryGain),
            (name + ".attention.k.norm.gain", KeyGain),
            (name + ".attention.out.w", Out), (name + ".mlp.norm.gain", MlpGain), (name + ".mlp.first.w", First),
            (name + ".mlp.second.w", Second),
        ];
    }
}
