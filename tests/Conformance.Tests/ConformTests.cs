using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;

namespace Mxact.Conformance.Tests;

/// <summary>A kernel checked from a unit test: the right one passes, and what is wrong with a wrong one stands in the message.</summary>
public sealed class ConformTests
{
    private static void Quantize(ConversionPolicy policy, ReadOnlySpan<float> x, Span<byte> scales, Span<byte> codes)
        => BlockConverter.Create(new(MxFormats.Mxfp4, policy) { Execution = new(Backend.Scalar) })
            .Quantize(MemoryMarshal.Cast<float, uint>(x), 1, x.Length, scales, codes);

    [Fact]
    public void A_right_quantizer_is_conformant()
    {
        ConformanceReport report = Conform.Check("quantize", MxFormats.Mxfp4, (ReadOnlySpan<float> x, Span<byte> scales, Span<byte> codes)
            => Quantize(ConversionPolicy.Ocp, x, scales, codes));
        Assert.True(report.IsConformant);
        Assert.Equal(0, report.Failed + report.Threw + report.Variants);
        Assert.Equal(report.Rows, report.Passed);
        Assert.InRange(report.Passed, 150, 2000);
        Assert.Contains("conformant: ", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_is_held_to_what_it_declares()
    {
        ConformOptions options = new() { Choices = ["scale-rule=round-up"] };
        ConformanceReport report = Conform.Check("quantize", MxFormats.Mxfp4, (ReadOnlySpan<float> x, Span<byte> scales, Span<byte> codes)
            => Quantize(new() { ScaleRule = ScaleRule.RoundUp }, x, scales, codes), options);
        Assert.True(report.Passed > 100);
        ConformanceException wrong = Assert.Throws<ConformanceException>(()
            => Conform.Check("quantize", MxFormats.Mxfp4, (ReadOnlySpan<float> x, Span<byte> scales, Span<byte> codes)
            => Quantize(ConversionPolicy.Ocp, x, scales, codes), options));
        Assert.Contains("failures are what scale-rule=floor", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ties_away_from_zero_are_found_and_named()
    {
        ConformanceException wrong = Assert.Throws<ConformanceException>(()
            => Conform.Check("quantize", MxFormats.Mxfp4, (ReadOnlySpan<float> x, Span<byte> scales, Span<byte> codes)
            => Quantize(new() { Rounding = RoundingMode.TiesToAway }, x, scales, codes)));
        Assert.Contains("\nFAIL quantize-mxfp4-", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("on the midpoint", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("failures are what rounding=ties-to-away", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("\nnot conformant: ", wrong.Message, StringComparison.Ordinal);
        Assert.True(wrong.Report.Failed > 0);
        Assert.Equal(0, wrong.Report.Threw);
    }

    [Fact]
    public void A_scale_one_too_low_is_found()
    {
        ConformanceException wrong = Assert.Throws<ConformanceException>(()
            => Conform.Check("quantize", MxFormats.Mxfp4, (ReadOnlySpan<float> x, Span<byte> scales, Span<byte> codes) =>
        {
            Quantize(ConversionPolicy.Ocp, x, scales, codes);
            scales[0] -= scales[0] is > 0 and < 255 ? (byte)1 : (byte)0;
        }));
        Assert.Contains("expected   scale ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("got        scale ", wrong.Message, StringComparison.Ordinal);
        Assert.True(wrong.Report.Failed > 50, $"{wrong.Report.Failed} failed");
    }

    /// <summary>A kernel that catches its own failure and returns leaves its buffers as they were, which is no answer by luck.</summary>
    [Fact]
    public void A_swallowed_exception_is_found()
    {
        ConformanceException wrong = Assert.Throws<ConformanceException>(()
            => Conform.Check("dequantize", MxFormats.Mxfp4, (ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes, Span<float> values) =>
        {
            try
            {
                Dequantize(scales[0] < 2 ? throw new InvalidOperationException("a scale too small") : scales, codes, values);
            }
            catch (InvalidOperationException)
            {
            }
        }));
        Assert.Equal(2, wrong.Report.Failed);
        Assert.Equal(0, wrong.Report.Threw);
    }

    [Fact]
    public void What_a_kernel_throws_costs_its_own_row()
    {
        ConformanceException wrong = Assert.Throws<ConformanceException>(()
            => Conform.Check("dequantize", MxFormats.Mxfp4, (ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes, Span<float> values)
            => Dequantize(scales[0] < 2 ? throw new InvalidOperationException("a scale\ntoo small") : scales, codes, values)));
        Assert.Equal(2, wrong.Report.Threw);
        Assert.Equal(0, wrong.Report.Failed);
        Assert.Equal(254, wrong.Report.Passed);
        Assert.Contains("kernel     threw InvalidOperationException: a scale\\x0atoo small", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("\nkernel failed: ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_are_checked_alone()
    {
        ElementConverter converter = ElementConverter.Create(ElementFormats.E4M3, ConversionPolicy.Ocp, Backend.Scalar);
        Assert.True(Conform.Check("encode", ElementFormats.E4M3, (ReadOnlySpan<float> x, Span<byte> codes)
            => converter.Encode(MemoryMarshal.Cast<float, uint>(x), codes)).Passed > 100);
        Assert.Equal(256,
            Conform.Check("decode", ElementFormats.E4M3, (ReadOnlySpan<byte> codes, Span<float> x)
            => converter.Decode(codes, MemoryMarshal.Cast<float, uint>(x))).Passed);
        ConformanceException wrong = Assert.Throws<ConformanceException>(()
            => Conform.Check("decode", ElementFormats.E4M3, (ReadOnlySpan<byte> codes, Span<float> x)
            => converter.Decode([(byte)(codes[0] == 0x7E ? 0x7D : codes[0])], MemoryMarshal.Cast<float, uint>(x))));
        Assert.Equal(1, wrong.Report.Failed);
    }

    [Fact]
    public void What_cannot_be_asked_is_an_argument_error()
    {
        DecodeKernel decode = (_, _) => { };
        QuantizeKernel quantize = (_, _, _) => { };
        Assert.Contains("does 'decode', not 'encode'",
            Assert.Throws<ArgumentException>(() => Conform.Check("encode", ElementFormats.E4M3, decode)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Conform.Check("decode", ElementFormats.Binary32, decode));
        Assert.Throws<ArgumentNullException>(() => Conform.Check("decode", ElementFormats.E4M3, (DecodeKernel)null!));
        foreach (ConformOptions options in (ConformOptions[])
        [
            new() { Profile = "nobody" }, new() { Choices = ["scale-rule=never"] }, new() { Choices = ["rounding=stochastic:8"] },
                new() { Level = "full" }, new() { Level = "0" },
        ])
        {
            Assert.Throws<ArgumentException>(() => Conform.Check("quantize", MxFormats.Mxfp4, quantize, options));
        }
    }

    private static void Dequantize(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes, Span<float> values)
        => BlockConverter.Create(new(MxFormats.Mxfp4, ConversionPolicy.Ocp) { Execution = new(Backend.Scalar) })
            .Dequantize(scales, codes, 1, codes.Length, MemoryMarshal.Cast<float, uint>(values));
}
