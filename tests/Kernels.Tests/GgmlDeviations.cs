using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Kernels.Tests;

/// <summary>What ggml does that the standard does not say, as a function of the question alone.</summary>
internal static class GgmlDeviations
{
    /// <summary>The choices of quantize_row_nvfp4_ref: those of the MXFP4 kernel, but its scale saturates at 448 for an infinity.</summary>
    public static readonly string[] Nvfp4 = ["profile=ggml", "inf-in-block=scale-max"];

    /// <summary>The choices of quantize_row_mxfp4_ref.</summary>
    public static readonly string[] Mxfp4 = ["profile=ggml"];

    /// <summary>What quantize_row_mxfp4_ref and quantize_row_nvfp4_ref answer: every choice theirs, whatever the row asks.</summary>
    public static string Quantized(TestVector row, string[] choices)
    {
        Question own = Question.Of(Operation.Quantize, [row.Formats], choices);
        return Expectation.FromAnswer(own, Answerer.For(own).Answer(row.Operands));
    }

    /// <summary>
    /// What the dequantisers answer: the golden numbers but for two things. A table of small integers has no -0, so code 8 is +0.
    /// A scale is any byte: FF is 2^128 for MXFP4 and 480 for NVFP4, and 7F, the NaN of UE4M3, is 0.
    /// </summary>
    public static string Dequantized(TestVector row)
    {
        string[] operands = row.Operands.Split(' ');
        bool isMxfp4 = row.Formats == "mxfp4";
        return string.Concat(Enumerable.Range(0, operands[1].Length / 2).Select(i =>
        {
            int code = Convert.ToInt32(operands[1].Substring(2 * i, 2), 16);
            uint sign = (code & 8) != 0 ? 0x8000_0000u : 0;
            uint magnitude = (operands[0], isMxfp4) switch
            {
                _ when (code & 7) == 0 => 0,

                // Half of 2^128 is the one product that binary32 holds.
                ("ff", true) => (code & 7) == 1 ? 0x7f00_0000u : 0x7f80_0000u,
                ("ff", false) => Times480(code & 7),
                ("7f", false) => 0,
                _ => Convert.ToUInt32(row.Expected.Substring(8 * i, 8), 16) & 0x7fff_ffff,
            };
            return (code == 8 ? 0 : sign | magnitude).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
        }));
    }

    private static uint Times480(int code) => code switch
    {
        1 => 0x4370_0000,
        2 => 0x43f0_0000,
        3 => 0x4434_0000,
        4 => 0x4470_0000,
        5 => 0x44b4_0000,
        6 => 0x44f0_0000,
        _ => 0x4534_0000,
    };
}
