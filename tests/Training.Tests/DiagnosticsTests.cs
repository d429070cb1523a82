using Mxact.Simulator.Errors;
using Mxact.Training.Diagnostics;
using Mxact.Training.Native;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>Diagnostics on cases whose answers are plain.</summary>
public sealed class DiagnosticsTests
{
    [Fact]
    public void A_gradient_that_is_scaled_is_all_bias()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor g = arange(1, 9, ScalarType.Float32);
        GradientBias bias = GradientBias.Compare([(g * 1.25, g)]);
        Assert.Equal((0.25, 0.25, 1), (bias.Distance, bias.Along, Math.Round(bias.Cosine, 12)));
        Assert.Equal(0, bias.Across, 7);
    }

    /// <summary>
    /// Under the scale 1: beyond 448 and clamped, beyond and rounded down to it, itself, infinite, flushed, zero; 464 is the tie that
    /// clamps nothing.
    /// </summary>
    [Fact]
    public void Elements_are_counted_by_what_becomes_of_them()
    {
        uint[] values = [.. new float[] { 500, -600, 449, 464, 448, float.PositiveInfinity, 1e-4f, 0 }
            .Select(BitConverter.SingleToUInt32Bits)];
        byte[] codes = [0x7E, 0xFE, 0x7E, 0x7E, 0x7E, 0x7E, 0, 0];
        uint[] results = [.. new float[] { 448, -448, 448, 448, 448, 448, 0, 0 }.Select(BitConverter.SingleToUInt32Bits)];
        LargestCodes largest = new(MxFormats.Mxfp8E4M3.Element, ConversionPolicy.Ocp);
        Assert.Equal(new(8, LastBin: 4, Saturated: 2, Flushed: 1), ElementCounts.Count(values, codes, results, largest));
    }

    [Fact]
    public void A_gradient_that_is_turned_is_all_across()
    {
        using DisposeScope scope = NewDisposeScope();
        GradientBias bias = GradientBias.Compare([(tensor(new float[] { 3, 4 }), tensor(new float[] { 3, 0 })), (zeros(2), zeros(2))]);
        Assert.Equal((4 / 3.0, 0, 4 / 3.0, 0.6), (bias.Distance, bias.Along, bias.Across, bias.Cosine));
        Assert.Equal((5, 3), (bias.Norm, bias.ReferenceNorm));
    }

    [Fact]
    public void Spikes_are_counted_once_with_their_recovery()
    {
        LossWatch watch = new();
        double[] losses = [.. Enumerable.Repeat(1.0, 60), 2.1, 5, 3, .. Enumerable.Repeat(1.1, 20), 9, double.NaN];
        for (int i = 0; i < losses.Length; i++)
        {
            watch.Add(i, losses[i]);
        }

        Assert.Equal([new Spike(60, 3), new Spike(83, null)], watch.Spikes);
        Assert.Equal(84, watch.Diverged);
    }

    [Fact]
    public void A_loss_that_stays_above_its_first_has_diverged()
    {
        LossWatch watch = new();
        watch.Add(0, 1);
        for (int i = 1; i <= 250; i++)
        {
            watch.Add(i, i == 30 ? 0.9 : 1.01);
        }

        Assert.Equal(230, watch.Diverged);
    }

    [Fact]
    public void A_run_that_ends_above_its_first_loss_or_in_NaN_has_diverged()
    {
        LossWatch above = new();
        LossWatch lost = new();
        for (int i = 0; i < 100; i++)
        {
            above.Add(i, i < 70 ? 1 - (i / 100.0) : 7);
            lost.Add(i, i < 99 ? 0.5 : double.NaN);
        }

        Assert.Equal((7.0, 100), (above.FinalLoss, above.DivergedAtEnd(100)));
        Assert.Equal((double.PositiveInfinity, 99), (lost.FinalLoss, lost.DivergedAtEnd(100)));
    }

    [Fact]
    public void Tensors_are_counted_by_kind()
    {
        using DisposeScope scope = NewDisposeScope();
        TensorStatistics statistics = new(new() { Forward = MxFormats.Mxfp8E4M3 }, new());

        // Floor: X = 2^-8 for a maximum of 1.9, so 1.9 lies above 1.75 and is clamped to it, 1.7 rounds to it from below, 1e-6 is flushed.
        float[] row = [1.9f, 1.7f, -1.9f, 1e-6f, 0, .. Enumerable.Repeat(1f, 27)];
        statistics.Add("a", tensor(row).reshape(1, 32), TensorKind.Activation);
        statistics.Add("gain", ones(64) * 0.997f, TensorKind.LayerNormGain);
        Assert.Equal(
            (1.0, 2 / 32.0, 2 / 32.0, 1 / 32.0),
            (statistics.LayerNormLastBin, statistics.LastBin, statistics.Saturated, statistics.Flushed));
    }

    /// <summary>
    /// Blocks of 64 over rows of 96: 7.9 sets a row's first scale, under which 0.2 is flushed (in blocks of 32 it would not be), and 0.125
    /// the second, under which it is kept; the zeros that fill that block count as nothing.
    /// </summary>
    [Fact]
    public void Elements_of_large_blocks_are_counted_and_what_fills_them_is_not()
    {
        using DisposeScope scope = NewDisposeScope();
        TensorStatistics statistics = new(new() { Forward = MxFormats.Find("e2m1/e8m0/64") }, new());
        float[] row = [7.9f, -7.9f, .. Enumerable.Repeat(1f, 30), .. Enumerable.Repeat(0.2f, 32), .. Enumerable.Repeat(0.125f, 32)];
        statistics.Add("a", tensor([.. row, .. row]).reshape(2, 96), TensorKind.Activation);
        Assert.Equal((2 / 96.0, 2 / 96.0, 32 / 96.0), (statistics.LastBin, statistics.Saturated, statistics.Flushed));
        Assert.Equal(192, statistics.Tensors.Single().Counts.Elements);
    }

    [Fact]
    public void Known_answers_come_out()
    {
        (int code, string output, _) = MxactTrain.Run("checks");
        Assert.Equal(0, code);
        Assert.DoesNotContain("WRONG", output, StringComparison.Ordinal);
        Assert.EndsWith(" right, 0 wrong\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_need_is_marked_weak_and_nothing_else_changes()
    {
        byte[] library = File.ReadAllBytes(
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
        byte[] weak = (byte[])library.Clone();
        int marked = ElfVersionNeeds.MakeWeak(weak, "GLIBCXX_3.4.32");
        Assert.Equal(1, marked);
        Assert.Equal(marked, library.Zip(weak).Count(b => b.First != b.Second));
        Assert.Equal(0, ElfVersionNeeds.MakeWeak(weak, "GLIBCXX_9.9"));
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MakeWeak(new byte[100], "GLIBCXX_3.4.32"));
    }
}
