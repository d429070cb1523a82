using System.Globalization;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Errors;
using Mxact.Training.Diagnostics;
using Mxact.Training.Models;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Checks;

/// <summary>A check: what must come out, what came out, and whether it is right.</summary>
/// <param name="Name">What is checked.</param>
/// <param name="Expected">What must come out, and within what.</param>
/// <param name="Measured">What came out.</param>
/// <param name="Passed">Whether it is right.</param>
internal sealed record CheckResult(string Name, string Expected, string Measured, bool Passed);

/// <summary>
/// What is known without training: shares of layer norms' gains and of normal data in the last bin, and what the round-up rule is. What
/// is exact must come out exactly; a share of random samples must lie within five of its standard errors of the integral.
/// </summary>
internal static class KnownAnswers
{
    private const int Samples = 6_400_000;
    private const int BlockSize = 32;
    private const double StandardErrors = 5;
    private static readonly ConversionPolicy Floor = ConversionPolicy.Ocp;
    private static readonly ConversionPolicy RoundUp = ConversionPolicy.Ocp with { ScaleRule = ScaleRule.RoundUp };
    private static readonly BlockFormat E4M3 = MxFormats.Mxfp8E4M3;

    /// <summary>Every check.</summary>
    /// <param name="execution">What converts.</param>
    public static IEnumerable<CheckResult> Run(Execution execution)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = Seeds.Create(0, Models.Stream.Inputs);
        Tensor uniform = (rand(Samples, generator: generator) * 0.1) + 0.9;
        Shares gains = Measure(uniform, Floor, execution);
        yield return Exact("gain ~ U(0.9, 1), floor: in the last bin", 1, gains.LastBin);
        yield return Sampled("gain ~ U(0.9, 1), floor: clamped", (1 - (Theory.Clamped / 2)) / 0.1, gains.Saturated, Samples);
        yield return Exact("gain ~ U(0.9, 1), round-up: in the last bin", 0, Measure(uniform, RoundUp, execution).LastBin);
        yield return CheckBlock("a block of 0.997, floor", 0.997f, 0.875f, execution);
        yield return CheckBlock("a block of 0.997 with one 1.0, floor", 1f, 1f, execution);
        foreach ((double mean, double deviation) in new[] { (0.95, 0.03), (1, 0.05), (0.9, 0.02) })
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"gain ~ N({mean}, {deviation})");
            Tensor normal = (randn(Samples, generator: generator) * deviation) + mean;
            yield return Sampled(
                name + ", floor: in the last bin",
                Theory.LastBinOfNormal(mean, deviation),
                Measure(normal, Floor, execution).LastBin,
                Samples / BlockSize);
            yield return Exact(name + ", round-up: in the last bin", 0, Measure(normal, RoundUp, execution).LastBin);
        }

        Shares data = Measure(randn(Samples, generator: generator), Floor, execution);
        Tensor again = randn(Samples, generator: generator);
        yield return Sampled("N(0, 1), floor: blocks that overflow", Theory.OverflowingBlocksOfNormal(), data.Blocks, Samples / BlockSize);
        yield return Sampled("N(0, 1), floor: in the last bin", Theory.LastBinOfNormal(0, 1), data.LastBin, Samples);
        yield return Sampled("N(0, 1), floor: clamped", Theory.SaturatedOfNormal(), data.Saturated, Samples);
        yield return Power("N(0, 1), floor: mean squared error", Theory.NoiseOfNormal(Floor, execution), Measure(again, Floor, execution));
        yield return Power(
            "N(0, 1), round-up: mean squared error",
            Theory.NoiseOfNormal(RoundUp, execution),
            Measure(again, RoundUp, execution));
        foreach (
            BlockFormat format in new[]
            {
                MxFormats.Mxfp8E4M3, MxFormats.Mxfp8E5M2, MxFormats.Mxfp6E3M2, MxFormats.Mxfp6E2M3, MxFormats.Mxfp4,
            })
        {
            yield return CompareRules(format, execution);
        }
    }

    private static CheckResult Exact(string name, double expected, double measured)
        => new(name, Percent(expected), Percent(measured), expected == measured);

    private static CheckResult Sampled(string name, double expected, double measured, int independent)
    {
        double error = StandardErrors * Math.Sqrt(expected * (1 - expected) / independent);
        return new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{Percent(expected)} +- {100 * error:f3}"),
            Percent(measured),
            Math.Abs(measured - expected) <= error);
    }

    private static CheckResult Power(string name, double expected, Shares measured)
        => new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{expected:0.000e-0} +- {StandardErrors * measured.NoiseError:0.0e-0}"),
            measured.Noise.ToString("0.000e-0", CultureInfo.InvariantCulture),
            Math.Abs(measured.Noise - expected) <= StandardErrors * measured.NoiseError);

    /// <summary>31 elements of 0.997 beside one, all under floor.</summary>
    private static CheckResult CheckBlock(string name, float one, float expected, Execution execution)
    {
        uint[] block = Enumerable.Repeat(BitConverter.SingleToUInt32Bits(0.997f), BlockSize).ToArray();
        block[7] = BitConverter.SingleToUInt32Bits(one);
        uint[] result = new uint[BlockSize];
        BlockConverter.Create(new(E4M3, Floor) { Execution = execution }).QuantizeDequantize(block, 1, BlockSize, result);
        return new(
            name,
            expected.ToString(CultureInfo.InvariantCulture),
            string.Join(", ", result.Distinct().Select(w => BitConverter.UInt32BitsToSingle(w).ToString(CultureInfo.InvariantCulture))),
            result.All(w => w == BitConverter.SingleToUInt32Bits(expected)));
    }

    /// <summary>
    /// Over all 2^23 significands: round-up, "one more where the significand is above that of max normal", and "one more where the floor
    /// scale would overflow" are one rule.
    /// </summary>
    private static CheckResult CompareRules(BlockFormat format, Execution execution)
    {
        const int Significands = 1 << 23;
        const int Rows = 1 << 16;
        BlockConverter up = BlockConverter.Create(new(format, RoundUp) { Execution = execution });
        BlockConverter down = BlockConverter.Create(new(format, Floor) { Execution = execution });
        float largest = format.Element.MaxSignificand / (float)(1u << format.Element.MantissaBits);
        float maxNormal = largest * (float)Math.Pow(2, format.Element.EMax);
        uint[] maxima = new uint[Rows];
        byte[] rising = new byte[Rows];
        byte[] flat = new byte[Rows];
        byte[] codes = new byte[Rows];
        int mismatches = 0;
        for (int first = 0; first < Significands; first += Rows)
        {
            for (int i = 0; i < Rows; i++)
            {
                maxima[i] = 0x3F800000u + (uint)(first + i);
            }

            up.Quantize(maxima, Rows, 1, rising, codes);
            down.Quantize(maxima, Rows, 1, flat, codes);
            for (int i = 0; i < Rows; i++)
            {
                // A power of two divides exactly.
                float amax = BitConverter.UInt32BitsToSingle(maxima[i]);
                float underFloor = amax / BitConverter.UInt32BitsToSingle((uint)flat[i] << 23);
                mismatches += rising[i] != flat[i] + (amax > largest ? 1 : 0) || rising[i] != flat[i] + (underFloor > maxNormal ? 1 : 0)
                    ? 1
                    : 0;
            }
        }

        return new(
            $"{format}: round-up is 'significand above {largest.ToString(CultureInfo.InvariantCulture)}' is 'floor would overflow'",
            "0 of 8388608 differ",
            $"{mismatches} of {Significands} differ",
            mismatches == 0);
    }

    private static string Percent(double share) => (100 * share).ToString("0.###", CultureInfo.InvariantCulture) + " %";

    private static Shares Measure(Tensor values, ConversionPolicy policy, Execution execution)
    {
        Span<uint> words = Quantizer.Words(values);
        int count = words.Length;
        BlockConverter converter = BlockConverter.Create(new(E4M3, policy) { Execution = execution });
        byte[] scales = new byte[converter.ScaleCount(1, count)];
        byte[] codes = new byte[count];
        uint[] results = new uint[count];
        converter.Quantize(words, scales, codes);
        converter.Dequantize(scales, codes, 1, count, results);
        LargestCodes largest = new(E4M3.Element, policy);
        ElementCounts counts = ElementCounts.Count(words, codes, results, largest);
        long blocks = 0;
        double noise = 0;
        double squares = 0;
        for (int block = 0; block < count; block += BlockSize)
        {
            double ofBlock = 0;
            for (int i = block; i < block + BlockSize; i++)
            {
                float value = BitConverter.UInt32BitsToSingle(words[i]);
                float result = BitConverter.UInt32BitsToSingle(results[i]);
                ofBlock += ((double)value - result) * ((double)value - result);
            }

            Range range = block..(block + BlockSize);
            blocks += ElementCounts.Count(words[range], codes.AsSpan(range), results.AsSpan(range), largest).LastBin > 0 ? 1 : 0;
            noise += ofBlock;
            squares += ofBlock * ofBlock;
        }

        // Blocks are independent, elements of one block are not: the standard error is that of the blocks' sums.
        int number = count / BlockSize;
        double mean = noise / number;
        double standardError = Math.Sqrt(((squares / number) - (mean * mean)) / number) / BlockSize;
        return new((double)counts.LastBin / count, (double)counts.Saturated / count, (double)blocks / number, noise / count, standardError);
    }

    /// <summary>Of elements and of blocks; the mean squared error and its standard error.</summary>
    private readonly record struct Shares(double LastBin, double Saturated, double Blocks, double Noise, double NoiseError);
}
