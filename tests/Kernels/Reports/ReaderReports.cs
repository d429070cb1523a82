using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Kernels.Reports;

/// <summary>Reports of blocks that are read back.</summary>
internal static class ReaderReports
{
    private static readonly float[] E2M1 = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        new("mlx-raw-scale-byte", "ml-explore/mlx#3762",
            "Weights read from an MXFP4 file are too large by powers of two that differ from block to block.",
            "dequantize+mxfp4", ["scale byte read as an integer"], asked => Values(asked, scale => scale)),
        new("tilelang-scale-without-bias", "tile-ai/tilelang#2748",
            "The example multiplies by 1 << Scale. Is Scale then the E8M0 byte of the standard, or an exponent without its bias?",
            "dequantize+mxfp4", ["scale byte read without bias"], asked => Values(asked, scale => scale == 0xFF
                ? double.NaN : Math.ScaleB(1, (int)scale))),
        new("triton-scale-00", "triton-lang/triton#11624",
            "A block whose scale byte is 0 is all zeros. Should it be multiples of 2^-127?",
            "dequantize+mxfp4", ["scale 00 read as zero"], asked => Values(asked, scale => scale == 0 ? 0 : PowerOfTwo(scale))),
        new("llvm-scale-ff", "llvm/llvm-project#214919",
            "The E8M0 scale FF becomes infinity when it is widened. Is it not NaN?",
            "dequantize+mxfp4", ["scale FF read as infinity"], asked => Values(asked, scale => scale == 0xFF
                ? double.PositiveInfinity : PowerOfTwo(scale))),
        new("modular-scale-divided", "modular/modular#6600",
            "NVFP4 weights come out wrong by the square of the tensor scale. Is it divided by where it should be multiplied?",
            "dequantize+nvfp4", ["tensor scale divided where it is a factor"], Divided),
        new("modelopt-subnormal-scales", "NVIDIA/Model-Optimizer#1397",
            "Blocks with the smallest UE4M3 scales read as zeros. Are subnormal scales lost?",
            "dequantize+nvfp4", ["subnormal scales read as zero"], asked => (Asked.Hex(asked.Words[0]) & 0x7F) < 8
                ? Values(asked, _ => 0) : asked.Right),
        new("tinygrad-doubled-table", "tinygrad/tinygrad#14849",
            "MXFP4 weights are twice what they should be. ggml's table has doubled values: what of its scales?",
            "dequantize+mxfp4", ["every value times 2^1"], asked => Values(asked, scale => 2 * PowerOfTwo(scale))),
    ];

    /// <summary>What an E8M0 byte stands for.</summary>
    private static double PowerOfTwo(uint scale) => scale == 0xFF ? double.NaN : Math.ScaleB(1, (int)scale - 127);

    /// <summary>A code's value times a scale made of the scale's byte: exact in binary64, then binary32.</summary>
    private static string Values(Asked asked, Func<uint, double> scaleOf)
    {
        double scale = scaleOf(Asked.Hex(asked.Words[0]));
        return string.Concat(Asked.Numbers(asked.Words[1], 2).Select(code =>
        {
            float value = (float)(E2M1[code & 7] * scale);
            return float.IsNaN(value) ? "7fc00000" : Asked.Single(code >= 8 ? -value : value);
        }));
    }

    private static string Divided(Asked asked) => asked.Question.TensorScale is { IsDivisor: false } scale
        ? (asked with
        {
            Question = asked.Question with { TensorScale = Binary32.Divide(Dyadic.PowerOfTwo(0), scale.Stored).Finite },
        }).Right
        : asked.Right;
}
