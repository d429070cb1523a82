using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests.Plain;

/// <summary>The decoder's loss in binary64 loops, on bytes of a text.</summary>
/// <param name="parameters">By name.</param>
/// <param name="text">The text.</param>
/// <param name="width">d.</param>
/// <param name="depth">Layers.</param>
/// <param name="batch">Sequences.</param>
/// <param name="context">Tokens of one.</param>
/// <param name="seed">Of where sequences begin.</param>
internal sealed class PlainDecoder(
    Dictionary<string, double[]> parameters,
    byte[] text,
    int width,
    int depth,
    int batch,
    int context,
    ulong seed)
{
    private const int Head = 64;

    public double Loss(int step)
    {
        using Generator generator = Streams.Open(seed, Streams.Inputs, step);
        using Tensor starts = randint(0, text.Length - context, [batch], ScalarType.Int64, generator: generator);
        double sum = 0;
        foreach (long start in starts.data<long>().ToArray())
        {
            sum += Sequence(text[(int)start..(int)(start + context + 1)]);
        }

        return sum / (batch * context);
    }

    private double Sequence(byte[] tokens)
    {
        Matrix embedding = Weights("embedding", width);
        Matrix x = Matrix.Make(context, width, (t, c) => embedding[tokens[t], c]);
        for (int i = 0; i < depth; i++)
        {
            string layer = $"layer{i}";
            Matrix a = x.Normalised(parameters[layer + ".attention.norm.gain"], null);
            Matrix qkv = Matrix.Product(a, Weights(layer + ".attention.qkv.w", width));
            Matrix q = qkv.Part(0, width).Normalised(parameters[layer + ".attention.q.norm.gain"], null);
            Matrix k = qkv.Part(width, width).Normalised(parameters[layer + ".attention.k.norm.gain"], null);
            Matrix mixed = Attend(q, k, qkv.Part(2 * width, width));
            x = x.Plus(Matrix.Product(mixed, Weights(layer + ".attention.out.w", width)));
            Matrix hidden = Matrix.Product(
                x.Normalised(parameters[layer + ".mlp.norm.gain"], null), Weights(layer + ".mlp.first.w", width)).Map(Matrix.Gelu);
            x = x.Plus(Matrix.Product(hidden, Weights(layer + ".mlp.second.w", 4 * width)));
        }

        Matrix logits = Matrix.Product(x.Normalised(parameters["final.norm.gain"], null), Weights("head", width));
        double loss = 0;
        for (int t = 0; t < context; t++)
        {
            double total = Enumerable.Range(0, logits.Columns).Sum(c => Math.Exp(logits[t, c]));
            loss += Math.Log(total) - logits[t, tokens[t + 1]];
        }

        return loss;
    }

    private Matrix Weights(string name, int columns) => new(parameters[name].Length / columns, columns, parameters[name]);

    /// <summary>Each head of 64 by itself; a position sees those up to its own.</summary>
    private Matrix Attend(Matrix q, Matrix k, Matrix v)
    {
        double[] mixed = new double[context * width];
        for (int head = 0; head < width / Head; head++)
        {
            for (int t = 0; t < context; t++)
            {
                double[] turned = Turn(q, t, head);
                double[] weights = [.. Enumerable.Range(0, t + 1).Select(s
                    => Math.Exp(turned.Zip(Turn(k, s, head), (a, b) => a * b).Sum() / Math.Sqrt(Head)))];
                for (int c = 0; c < Head; c++)
                {
                    mixed[(t * width) + (head * Head) + c] =
                        Enumerable.Range(0, t + 1).Sum(s => weights[s] * v[s, (head * Head) + c]) / weights.Sum();
                }
            }
        }

        return new(context, width, mixed);
    }

    /// <summary>The pairs (c, c + 32) of a head turned by position / 10000^(c / 32).</summary>
    private static double[] Turn(Matrix x, int position, int head)
        => [.. Enumerable.Range(0, Head).Select(c =>
        {
            int pair = c % (Head / 2);
            double angle = position / Math.Pow(10000, pair / (Head / 2.0));
            double low = x[position, (head * Head) + pair];
            double high = x[position, (head * Head) + pair + (Head / 2)];
            return c < Head / 2 ? (low * Math.Cos(angle)) - (high * Math.Sin(angle)) : (high * Math.Cos(angle)) + (low * Math.Sin(angle));
        })];
}
