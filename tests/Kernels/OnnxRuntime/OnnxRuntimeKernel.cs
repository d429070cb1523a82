using System.Globalization;
using Mxact.Vectors;

namespace Mxact.Kernels.OnnxRuntime;

/// <summary>
/// ONNX Runtime's CPU Cast. A request names the choices that Cast has attributes for: rounding and overflow. What it does where
/// it offers no choice (NaN codes, infinities, the sign of zero) is not asked of it but found out by the suite.
/// </summary>
internal sealed class OnnxRuntimeKernel : IKernel
{
    private readonly Dictionary<Cast, CastSession> sessions = [];

    public string[] Answer(IReadOnlyList<string> requests)
    {
        string[] answers = new string[requests.Count];
        Dictionary<Cast, Batch> batches = [];
        for (int i = 0; i < requests.Count; i++)
        {
            Question question = Question.Parse(requests[i], out string operands);
            if (CastOf(question) is not { } cast)
            {
                answers[i] = IKernel.Unsupported;
                continue;
            }

            if (!batches.TryGetValue(cast, out Batch? batch))
            {
                batch = new(cast);
                batches.Add(cast, batch);
            }

            batch.Add(i, operands);
        }

        // One tensor a cast, whatever the order of the lines: a run costs microseconds, an item nanoseconds.
        foreach (Batch batch in batches.Values)
        {
            if (!sessions.TryGetValue(batch.Cast, out CastSession? session))
            {
                session = new(batch.Cast);
                sessions.Add(batch.Cast, session);
            }

            batch.Write(session.Run(batch.Input), answers);
        }

        return answers;
    }

    /// <summary>
    /// The cast that a question is about, or null when there is none. Casts of FP4 are declared by ONNX and not implemented on the CPU.
    /// </summary>
    private static Cast? CastOf(Question question) => (question.Operation, EightBit(question.Formats[0])) switch
    {
        (Operation.Decode, { } code) => new(code, OnnxType.Float),
        (Operation.Encode, { } code) when Wide(question.From) is { } wide => Encoding(wide, code, question.Policy),
        _ => null,
    };

    private static Cast? Encoding(OnnxType from, OnnxType to, ConversionPolicy policy)
    {
        bool saturate = policy.Overflow == OverflowPolicy.Saturate;
        if (to == OnnxType.Float8E8M0)
        {
            // "nearest" takes ties away from zero, which the tests show by asking for ties to even.
            string? mode = policy.Rounding.Direction switch
            {
                RoundingDirection.TowardPositive => "up",
                RoundingDirection.TowardZero => "down",
                RoundingDirection.TiesToAway => "nearest",
                _ => null,
            };
            return mode is null ? null : new(from, to, saturate, mode);
        }

        return policy.Rounding.Direction == RoundingDirection.TiesToEven ? new(from, to, saturate) : null;
    }

    private static OnnxType? EightBit(string format) => format switch
    {
        "e4m3" => OnnxType.Float8E4M3FN,
        "e5m2" => OnnxType.Float8E5M2,
        "e4m3fnuz" => OnnxType.Float8E4M3FNUZ,
        "e5m2fnuz" => OnnxType.Float8E5M2FNUZ,
        "e8m0" => OnnxType.Float8E8M0,
        _ => null,
    };

    private static OnnxType? Wide(ElementFormat format) => format.Name switch
    {
        "fp32" => OnnxType.Float,
        "fp16" => OnnxType.Float16,
        "bf16" => OnnxType.BFloat16,
        _ => null,
    };

    /// <summary>The requests of one cast, read together.</summary>
    private sealed class Batch(Cast cast)
    {
        private readonly List<byte> input = [];
        private readonly List<int> places = [];

        public Cast Cast => cast;

        public byte[] Input => [.. input];

        public void Add(int place, string operand)
        {
            if (operand.Length != 2 * cast.From.Bytes
                || !uint.TryParse(operand, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits))
            {
                throw new RequestException($"an operand of {2 * cast.From.Bytes} hexadecimal digits is needed");
            }

            places.Add(place);
            for (int i = 0; i < cast.From.Bytes; i++)
            {
                input.Add((byte)(bits >> (8 * i)));
            }
        }

        public void Write(byte[] output, string[] answers)
        {
            for (int i = 0; i < places.Count; i++)
            {
                Span<byte> item = output.AsSpan(i * cast.To.Bytes, cast.To.Bytes);
                item.Reverse();
                answers[places[i]] = Convert.ToHexStringLower(item);
            }
        }
    }
}
