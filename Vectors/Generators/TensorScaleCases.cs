using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>
/// NVFP4's second level where it is no given factor: a divisor, as compressed-tensors stores it, or chosen from the values, as every
/// recipe does before the first block.
/// </summary>
internal static class TensorScaleCases
{
    /// <summary>2688 / 5, 10, 1/3, 2^10, 448 * 6, 1: most of them have no reciprocal in binary32.</summary>
    private static readonly uint[] Divisors = [0x4406_6666, 0x4120_0000, 0x3EAA_AAAB, 0x4480_0000, 0x4528_0000, 0x3F80_0000];

    /// <summary>The arithmetic of kernels, which multiply by a divisor where they would divide by a factor.</summary>
    private static readonly string[] Arithmetic =
    [
        "scale-arithmetic=binary32-divide", "scale-arithmetic=binary32-multiply", "scale-application=binary32-divide",
        "scale-application=binary32-reciprocal", "element-divisor=unrounded", "element-arithmetic=binary32-add-half",
        "scale-arithmetic=binary32-divide scale-application=binary32-divide", "scale-rule=four-over-six",
    ];

    private static readonly string[] Rules = ["fit", "power-of-two", "one", "percentile:50", "percentile:90", "percentile:99.9"];

    /// <summary>Blocks under divisors and rules.</summary>
    /// <param name="format">A format whose scale is no power of two.</param>
    public static IEnumerable<Case> Quantize(BlockFormat format)
    {
        bool isTile = format.BlockSize > MxFormats.BlockSize;
        int ordinary = isTile ? 2 : 6;
        foreach (uint divisor in Divisors)
        {
            string scale = $"tensor-divisor={HexWords.Write(divisor, 8)}";
            for (int i = 0; i < ordinary; i++)
            {
                yield return Row(format, scale, Block(format, $"{scale} {i}", -8, 1), "tensor-divisor", isSmoke: i == 0);
            }

            foreach (uint code in new uint[] { 1, 7 })
            {
                yield return Row(format, scale, Ties(format, code, divisor), "tensor-divisor midpoint", isSmoke: code == 1);
            }

            foreach (string choice in Arithmetic)
            {
                for (int i = 0; i < ordinary / 2; i++)
                {
                    yield return Row(format, $"{scale} {choice}", Block(format, $"{scale} {choice} {i}", -8, 1),
                        "tensor-divisor latitude", isSmoke: false);
                }

                yield return Row(format, $"{scale} {choice}", Ties(format, 3, divisor), "tensor-divisor latitude", isSmoke: false);
            }
        }

        // The divided scale is beyond binary32, or below all its normal numbers.
        foreach ((string divisor, uint[] values) in ((string, uint[])[])
            [("00000001", [0x7F7F_FFFF, 0x3F80_0000, 0xBF80_0000]), ("7f7fffff", [1, 0x8000_0001, 0x0080_0000])])
        {
            foreach (string choice in (string[])["", .. Arithmetic])
            {
                yield return Row(format, $"tensor-divisor={divisor} {choice}".TrimEnd(), values, "tensor-divisor latitude",
                    isSmoke: choice.Length == 0);
            }
        }

        foreach (string rule in Rules)
        {
            string scale = $"tensor-scale={rule}";
            for (int i = 0; i < ordinary; i++)
            {
                yield return Row(format, scale, Block(format, $"{scale} {i}", -12, 6), "tensor-scale-rule", isSmoke: i == 0);
            }

            foreach (uint[] values in (uint[][])
            [
                [], [0x8000_0000], [1], [0x7F7F_FFFF, 0xFF7F_FFFF, 1], [0x4528_0000, 0x3F80_0000],
                [0x4528_0001, 0xC528_0001, 0x44A8_0000],
            ])
            {
                yield return Row(format, scale, values, "tensor-scale-rule", isSmoke: values.Length > 0);
            }

            yield return Row(format, $"{scale} nan-in-block=ignored inf-in-block=scale-max", [0x7FC0_0000, 0x3FC0_0000, 0x3F00_0001],
                "tensor-scale-rule nan", isSmoke: false);
        }
    }

    /// <summary>Some scales with all codes, under divisors.</summary>
    /// <param name="format">A format whose scale is no power of two.</param>
    public static IEnumerable<Case> Dequantize(BlockFormat format)
    {
        uint[] codes = [.. Enumerable.Range(0, format.BlockSize).Select(i => (uint)i & format.Element.CodeMask)];
        foreach (uint divisor in (uint[])[.. Divisors, 1, 0x7F7F_FFFF])
        {
            foreach (uint scale in (uint[])[0x00, 0x01, 0x07, 0x08, 0x2B, 0x38, 0x53, 0x7E, 0x7F, 0xFE, 0xFF])
            {
                yield return new(Operation.Dequantize, format.Name, $"tensor-divisor={HexWords.Write(divisor, 8)}",
                    $"{HexWords.Write(scale, 2)} {HexWords.Write(codes, format.Element.HexDigits)}", Clauses.Block,
                    "tensor-divisor extension", IsSmoke: scale is 0x08 or 0x53);
            }
        }
    }

    private static Case Row(BlockFormat format, string parameters, uint[] values, string flags, bool isSmoke)
    {
        uint[] block = new uint[format.BlockSize];
        values.CopyTo(block, 0);
        return new(Operation.Quantize, format.Name, $"{parameters} {LatitudeCases.Nearest}", HexWords.Write(block, 8), Clauses.Nvfp4,
            $"{flags} extension", isSmoke);
    }

    private static uint[] Block(BlockFormat format, string what, int leastExponent, int greatestExponent)
    {
        SplitMix draws = SplitMix.For($"quantize {format} {what}");
        return [.. Enumerable.Range(0, format.BlockSize).Select(_ => draws.Binary32(leastExponent, greatestExponent))];
    }

    /// <summary>An amax whose scale is a code above that of 1, and midpoints of E2M1 under it with their neighbours.</summary>
    private static uint[] Ties(BlockFormat format, uint code, uint divisor)
    {
        ElementFormat scale = format.Scale.Element!, element = format.Element;
        Dyadic x = Inputs.OnGrid(scale, ((uint)scale.Bias << scale.MantissaBits) + code);
        uint Over(Dyadic value) => Binary32.Round((Quotient)(x * value) / Binary32.Decode(divisor).Finite);
        uint[] block = new uint[MxFormats.Nvfp4.BlockSize];
        block[0] = Over(Inputs.OnGrid(element, element.MaxMagnitude));
        for (int i = 1; i < block.Length; i++)
        {
            uint tie = Over(Inputs.Between(element, (uint)((i - 1) / 2) % element.MaxMagnitude, 1, 1));
            block[i] = (tie - 1 + (uint)((i - 1) % 2)) | (i % 4 > 1 ? Inputs.SignBit : 0);
        }

        return block;
    }
}
