namespace Mxact.Kernels.Reports;

/// <summary>Reports of an element's code read back.</summary>
internal static class DecodeReports
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        new("triton-fnuz", "triton-lang/triton#10745",
            "Everything I read is half of what I wrote. Is that fp8e4b8 and not OCP's E4M3?",
            "decode+e4m3", ["format=e4m3fnuz"], asked => Asked.Single(E4M3(asked.Bits, bias: 8, nan: 0x80))),
        new("mlx-7f-is-480", "ml-explore/mlx#4164",
            "A byte 7F reads as 480. Should that not be NaN?",
            "decode+e4m3", ["format=e4m3b7-finite"], asked => Asked.Single(E4M3(asked.Bits, bias: 7, nan: null))),
        new("monster-subnormals", "1bit-MONSTER/1bit-MONSTER#300",
            "All seven subnormal codes of E4M3 read wrong, and nothing else does. What does the decoder do to them?",
            "decode+e4m3", ["subnormal codes read as normal"], asked => (asked.Bits & 0x78) == 0 && (asked.Bits & 7) != 0
                ? Asked.Single(MathF.ScaleB(((asked.Bits & 7) + 8) * (asked.Bits >= 0x80 ? -1 : 1), -10)) : asked.Right),
        new("microxcaling-int8", "microsoft/microxcaling#3",
            "What is the INT8 element 80: -2, or -0 as sign and magnitude would have it?",
            "decode+int8", ["bit 30 of the result cleared"], asked => asked.Bits == 0x80 ? Asked.Single(-0f) : asked.Right),
    ];

    /// <summary>Four exponent bits and three of significand.</summary>
    private static float E4M3(uint code, int bias, uint? nan)
    {
        if (code == nan)
        {
            return BitConverter.UInt32BitsToSingle(0x7FC0_0000);
        }

        int exponent = (int)((code >> 3) & 15);
        float significand = (code & 7) + (exponent > 0 ? 8 : 0);
        float value = MathF.ScaleB(significand, Math.Max(exponent, 1) - bias - 3);
        return code >= 0x80 ? -value : value;
    }
}
