using Mxact.Vectors;

namespace Mxact.Kernels.OnnxRuntime;

/// <summary>
/// ONNX Runtime's CPU Cast. A request names the choices that Cast has attributes for: rounding and overflow. What it does where
/// it offers no choice (NaN codes, infinities, the sign of zero) is not asked of it but found out by the suite.
/// </summary>
internal sealed class OnnxRuntimeKernel : CastKernel<Cast>
{
    private readonly Dictionary<Cast, CastSession> sessions = [];

    protected override (int From, int To) Bytes(Cast cast) => (cast.From.Bytes, cast.To.Bytes);

    protected override byte[] Run(Cast cast, byte[] input)
    {
        if (!sessions.TryGetValue(cast, out CastSession? session))
        {
            session = new(cast);
            sessions.Add(cast, session);
        }

        return session.Run(input);
    }

    /// <summary>
    /// The cast that a question is about, or null when there is none. Casts of FP4 are declared by ONNX and not implemented on the CPU.
    /// </summary>
    protected override Cast? CastOf(Question question) => (question.Operation, EightBit(question.Formats[0])) switch
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
}
