namespace Mxact.Spec.Tests;

/// <summary>Format names as other vocabularies spell them, typed in here a second time.</summary>
public sealed class FormatNameTests
{
    [Theory]
    [InlineData("e4m3", "e4m3fn float8_e4m3fn torch.float8_e4m3fn F8_E4M3 FLOAT8E4M3FN E4M3 Float8_E4M3FN F8E4M3FN")]
    [InlineData("e5m2", "e5m2 float8_e5m2 F8_E5M2 FLOAT8E5M2 e5m2x2")]
    [InlineData("e4m3fnuz", "float8_e4m3fnuz FLOAT8E4M3FNUZ F8_E4M3FNUZ")]
    [InlineData("e5m2fnuz", "float8_e5m2fnuz FLOAT8E5M2FNUZ")]
    [InlineData("e2m1", "e2m1fn float4_e2m1fn float4_e2m1fn_x2 F4 FLOAT4E2M1 fp4")]
    [InlineData("e2m3", "e2m3fn F6_E2M3 float6_e2m3fn")]
    [InlineData("e3m2", "e3m2fn F6_E3M2 float6_e3m2fn")]
    [InlineData("fp16", "float16 half F16")]
    [InlineData("bf16", "bfloat16 BF16 torch.bfloat16")]
    [InlineData("fp32", "float32 F32 float")]
    [InlineData("e4m3b11-fnuz", "float8_e4m3b11fnuz E4M3B11-FNUZ")]
    [InlineData("e3m4-ieee", "float8_e3m4")]
    public void An_element_format_is_known_as_others_spell_it(string name, string spellings)
    {
        foreach (string spelling in spellings.Split(' '))
        {
            Assert.True(ElementFormat.TryParse(spelling, out ElementFormat? format), spelling);
            Assert.Equal(name, format.Name);
        }
    }

    [Theory]
    [InlineData("mxfp8-e4m3", "mxfp8_e4m3 MXFP8_E4M3 MXFP8-E4M3")]
    [InlineData("mxfp4", "MXFP4 mxfp4_e2m1")]
    [InlineData("nvfp4", "NVFP4")]
    public void A_block_format_is_known_as_others_spell_it(string name, string spellings)
        => Assert.All(spellings.Split(' '), spelling => Assert.Equal(name, MxFormats.Find(spelling)?.Name));

    [Theory]
    [InlineData("e8m0fnu")]
    [InlineData("float8_e8m0fnu")]
    [InlineData("F8_E8M0")]
    [InlineData("ue8m0")]
    [InlineData("E8M0")]
    public void E8M0_has_one_name(string spelling)
    {
        Assert.Equal("e8m0", FormatNames.Canonical(spelling));
        Assert.False(ElementFormat.TryParse(spelling, out _), "E8M0 is a scale, and no declared minifloat of no mantissa");
    }

    /// <summary>The table's first names are formats, and no spelling stands for two.</summary>
    [Fact]
    public void Every_spelling_leads_to_a_format()
        => Assert.All(FormatNames.All, spelling
            => Assert.True(FormatNames.Canonical(spelling) == "e8m0" || ElementFormat.TryParse(spelling, out _)
                || MxFormats.Find(spelling) is not null, spelling));

    [Theory]
    [InlineData("e4x3", "unknown format 'e4x3'; did you mean e4m3?")]
    [InlineData("flaot8_e4m3fn", "unknown format 'flaot8_e4m3fn'; did you mean e4m3?")]
    [InlineData("bfloat61", "unknown format 'bfloat61'; did you mean bf16?")]
    [InlineData("fp8", "'fp8' is e4m3 or e5m2; say which")]
    [InlineData("FLOAT8_E4M3", "'FLOAT8_E4M3' is e4m3 or e4m3-ieee; say which")]
    [InlineData("nonsense", "unknown format 'nonsense'; see 'mxact formats'")]
    public void An_unknown_name_gets_the_nearest(string name, string line)
    {
        Assert.False(ElementFormat.TryParse(name, out _));
        Assert.Equal(line, FormatNames.Unknown(name, [.. ElementFormats.Elements.Select(f => f.Name)]));
    }

    [Fact]
    public void A_block_name_that_is_two_is_told_both()
    {
        Assert.Null(MxFormats.Find("mxfp8"));
        Assert.Equal("'mxfp8' is mxfp8-e4m3 or mxfp8-e5m2; say which",
            FormatNames.Unknown("mxfp8", [.. MxFormats.All.Select(f => f.Name)]));
    }

    [Fact]
    public void A_name_of_any_length_costs_nothing()
        => Assert.EndsWith("see 'mxact formats'", FormatNames.Unknown(new string('e', 1_000_000),
            [.. ElementFormats.Elements.Select(f => f.Name)]), StringComparison.Ordinal);
}
