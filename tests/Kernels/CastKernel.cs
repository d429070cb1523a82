using System.Globalization;
using Mxact.Vectors;

namespace Mxact.Kernels;

/// <summary>
/// A library that casts whole tensors, behind the protocol: a request is a cast and one item of its input. What is at hand of one
/// cast is cast together, whatever the order of the lines: a call costs microseconds, an item nanoseconds.
/// </summary>
/// <typeparam name="TCast">A cast with its attributes; two that are equal share a tensor.</typeparam>
internal abstract class CastKernel<TCast> : IKernel
    where TCast : class
{
    public string[] Answer(IReadOnlyList<string> requests)
    {
        string[] answers = new string[requests.Count];
        Dictionary<TCast, Batch> batches = [];
        for (int i = 0; i < requests.Count; i++)
        {
            Question asked = Question.Parse(requests[i], out string operands);
            Question? question = asked.Operation == Operation.P3109 ? P3109Casts.AsCast(asked) : asked;
            if (question is null || CastOf(question) is not { } cast)
            {
                answers[i] = IKernel.Unsupported;
                continue;
            }

            if (!batches.TryGetValue(cast, out Batch? batch))
            {
                (int from, int to) = Bytes(cast);
                batch = new(from, to);
                batches.Add(cast, batch);
            }

            batch.Add(i, operands);
        }

        foreach ((TCast cast, Batch batch) in batches)
        {
            batch.Write(Run(cast, batch.Input), answers);
        }

        return answers;
    }

    /// <summary>The cast that a question is about, or null where the library has none.</summary>
    protected abstract TCast? CastOf(Question question);

    /// <summary>Bytes of an item of its input and of its output.</summary>
    protected abstract (int From, int To) Bytes(TCast cast);

    /// <summary>Casts a vector: items of the input type in, of the output type out, little-endian.</summary>
    protected abstract byte[] Run(TCast cast, byte[] input);

    /// <summary>The requests of one cast, read together.</summary>
    private sealed class Batch(int from, int to)
    {
        private readonly List<byte> input = [];
        private readonly List<int> places = [];

        public byte[] Input => [.. input];

        public void Add(int place, string operand)
        {
            if (operand.Length != 2 * from
                || !uint.TryParse(operand, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits))
            {
                throw new RequestException($"an operand of {2 * from} hexadecimal digits is needed");
            }

            places.Add(place);
            for (int i = 0; i < from; i++)
            {
                input.Add((byte)(bits >> (8 * i)));
            }
        }

        public void Write(byte[] output, string[] answers)
        {
            for (int i = 0; i < places.Count; i++)
            {
                Span<byte> item = output.AsSpan(i * to, to);
                item.Reverse();
                answers[places[i]] = Convert.ToHexStringLower(item);
            }
        }
    }
}
