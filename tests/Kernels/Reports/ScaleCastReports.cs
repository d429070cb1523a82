namespace Mxact.Kernels.Reports;

/// <summary>Reports of the cast from binary32 to E8M0.</summary>
internal static class ScaleCastReports
{
    private const int Bias = 127;

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        new("gfloat-e8m0-underflow", "graphcore-research/gfloat#62",
            "Encoding something below 2^-127 as E8M0 gives NaN. What should it give?",
            "encode+e8m0", ["no branch for scale underflow"], NoUnderflow),
        new("llvm-e8m0-sign", "llvm/llvm-project#223286",
            "-1 becomes NaN, and 3 becomes 4 where 2 is the even one. Are these two bugs?",
            "encode+e8m0", ["rounding=ties-to-away", "sign lands in the exponent"], SignInExponent),
        new("tilelang-e8m0-nearest", "tile-ai/tilelang#2042",
            "The consumer wants scales that never are too small, and this cast rounds to nearest. Which scales differ?",
            "encode+e8m0", ["rounding=ties-to-even"], asked => asked.Question.Policy.Rounding == RoundingMode.TowardPositive
                ? asked.Under(p => p with { Rounding = RoundingMode.TiesToEven }) : null),
    ];

    private static string? NoUnderflow(Asked asked)
    {
        float value = asked.Value;
        if (!asked.IsPlain || !float.IsFinite(value) || value <= 0)
        {
            return null;
        }

        int exponent = Math.ILogB(value);
        float significand = MathF.ScaleB(value, -exponent);
        exponent += significand > 1.5f || (significand == 1.5f && int.IsOddInteger(exponent + Bias)) ? 1 : 0;
        return exponent < -Bias ? "ff" : Asked.Code((uint)Math.Min(exponent + Bias, 254));
    }

    private static string? SignInExponent(Asked asked)
    {
        float value = asked.Value;
        if (!asked.IsPlain || !float.IsFinite(value) || value == 0)
        {
            return null;
        }

        int exponent = Math.ILogB(value);
        exponent += MathF.ScaleB(Math.Abs(value), -exponent) >= 1.5f ? 1 : 0;
        return Asked.Code((uint)Math.Clamp(exponent + Bias, 0, 254) | (float.IsNegative(value) ? 0x80u : 0));
    }
}
