namespace Mxact.Spec.Tests;

/// <summary>The derived constants of each format against the tables of OFP8 and MX, typed in here a second time.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("e5m2", 8, 15, -14, 0x7B, 7u, true, true, 0x7Eu)]
    [InlineData("e4m3", 8, 8, -6, 0x7E, 14u, false, true, 0x7Fu)]
    [InlineData("e3m2", 6, 4, -2, 0x1F, 7u, false, false, 0u)]
    [InlineData("e2m3", 6, 2, 0, 0x1F, 15u, false, false, 0u)]
    [InlineData("e2m1", 4, 2, 0, 0x07, 3u, false, false, 0u)]
    [InlineData("int8", 8, 0, 0, 0x7F, 127u, false, false, 0u)]
    [InlineData("e4m3fnuz", 8, 7, -7, 0x7F, 15u, false, true, 0x80u)]
    [InlineData("e5m2fnuz", 8, 15, -15, 0x7F, 7u, false, true, 0x80u)]
    [InlineData("ue4m3", 8, 8, -6, 0x7E, 14u, false, true, 0x7Fu)]
    [InlineData("ue5m3", 8, 16, -14, 0xFE, 14u, false, true, 0xFFu)]
    [InlineData("fp32", 32, 127, -126, 0x7F7FFFFF, 0xFFFFFFu, true, true, 0x7FC00000u)]
    [InlineData("fp16", 16, 15, -14, 0x7BFF, 0x7FFu, true, true, 0x7E00u)]
    [InlineData("bf16", 16, 127, -126, 0x7F7F, 0xFFu, true, true, 0x7FC0u)]
    [InlineData("tf32", 19, 127, -126, 0x3FBFF, 0x7FFu, true, true, 0x3FE00u)]
    public void Constants_follow_from_the_tag(string name, int bits, int emax, int emin, int maxMagnitude, uint maxSignificand,
        bool infinity, bool nan, uint canonicalNaN)
    {
        Assert.True(ElementFormat.TryParse(name, out ElementFormat? format));
        Assert.Equal(bits, format.Bits);
        Assert.Equal(emax, format.EMax);
        Assert.Equal(emin, format.EMin);
        Assert.Equal((uint)maxMagnitude, format.MaxMagnitude);
        Assert.Equal(maxSignificand, format.MaxSignificand);
        Assert.Equal(infinity, format.HasInfinity);
        Assert.Equal(nan, format.HasNaN);
        if (nan)
        {
            Assert.Equal(canonicalNaN, format.CanonicalNaN);
        }
    }

    [Fact]
    public void A_minifloat_is_one_line()
    {
        ElementFormat format = ElementFormat.Minifloat("e3m4", 3, 4, bias: 3, SpecialValues.None);
        Assert.Equal(8, format.Bits);
        Assert.Equal(0x7Fu, format.MaxMagnitude);
        Assert.True(ElementFormat.TryParse("e3m4", out ElementFormat? parsed));
        Assert.Equal(format, parsed);
        Assert.True(ElementFormat.TryParse("e4m3b11-fnuz", out ElementFormat? biased));
        Assert.Equal(11, biased.Bias);
        Assert.Equal("mx-e3m4", MxFormats.Of(format).Name);
    }

    [Theory]
    [InlineData("e8m0")]
    [InlineData("e0m3")]
    [InlineData("e9m3")]
    [InlineData("e4m24")]
    [InlineData("e4")]
    [InlineData("e4m")]
    [InlineData("em3")]
    [InlineData("e4m3-what")]
    [InlineData("e4m3b")]
    [InlineData("e4m3b999")]
    [InlineData("e1m0-ieee")]
    [InlineData("e1m0-nan")]
    [InlineData("")]
    public void What_is_no_format_is_refused(string name) => Assert.False(ElementFormat.TryParse(name, out _));

    [Fact]
    public void Names_are_unique_and_found()
    {
        string[] names = [.. ElementFormats.Elements.Select(f => f.Name), .. MxFormats.All.Select(f => f.Name), "e8m0"];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(MxFormats.All, f => Assert.Same(f, MxFormats.Find(f.Name)));
        Assert.Equal(6, MxFormats.All.Count(f => !f.IsExtension));
        Assert.All(MxFormats.Further, f => Assert.Same(f, MxFormats.Find(f.Name)));
        Assert.All(ScaleFormat.All, f => Assert.Same(f, ScaleFormat.Find(f.Name)));
    }

    [Theory]
    [InlineData("e2m1/ue5m3/16", "e2m1/ue5m3/16", "e2m1", "ue5m3", 16)]
    [InlineData("E2M1FN/float8_ue5m3/8", "e2m1/ue5m3/8", "e2m1", "ue5m3", 8)]
    [InlineData("e2m1/ue4m3/16", "nvfp4", "e2m1", "ue4m3", 16)]
    [InlineData("e2m1/ue4m3/256", "nvfp4-16x16", "e2m1", "ue4m3", 256)]
    [InlineData("e4m3/ue8m0/32", "mxfp8-e4m3", "e4m3", "e8m0", 32)]
    [InlineData("e4m3/e8m0/128", "e4m3/e8m0/128", "e4m3", "e8m0", 128)]
    [InlineData("e3m4/e8m0/32", "mx-e3m4", "e3m4", "e8m0", 32)]
    [InlineData("mx-e3m4", "mx-e3m4", "e3m4", "e8m0", 32)]
    [InlineData("mx-int8", "mxint8", "int8", "e8m0", 32)]
    public void A_block_format_is_composed_of_its_parts(string asked, string name, string element, string scale, int size)
    {
        BlockFormat format = Assert.IsType<BlockFormat>(MxFormats.Find(asked));
        Assert.Equal((name, element, scale, size), (format.Name, format.Element.Name, format.Scale.Name, format.BlockSize));
        Assert.Equal(format, MxFormats.Find(format.Name));
        Assert.Equal(format, MxFormats.Of(format.Element, format.Scale, size));
    }

    [Theory]
    [InlineData("e2m1/ue5m3")]
    [InlineData("e2m1/ue5m3/0")]
    [InlineData("e2m1/ue5m3/-16")]
    [InlineData("e2m1/ue5m3/4097")]
    [InlineData("e2m1/ue5m3/16/16")]
    [InlineData("e2m1/e4m3/16")]
    [InlineData("e2m1/fp32/16")]
    [InlineData("e2m1//16")]
    [InlineData("what/e8m0/32")]
    [InlineData("mx-")]
    [InlineData("mx-what")]
    [InlineData("/")]
    [InlineData("")]
    public void What_composes_no_block_format_is_none(string name) => Assert.Null(MxFormats.Find(name));
}
