using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests;

/// <summary>A declaration is about many operations: each is asked under what can act on it.</summary>
public sealed class DeclarationTests
{
    private static readonly string[] Words =
        ["profile=ggml", "scale-rule=round-up", "scale-underflow=scale01", "element-divisor=unrounded", "input-precision=binary16"];

    [Theory]
    [InlineData("encode e4m3 rounding=to-odd", "encode e4m3 profile=ggml input-precision=binary16 rounding=to-odd")]
    [InlineData("scale mxfp4 scale-rule=floor", "scale mxfp4 profile=ggml scale-rule=round-up")]
    [InlineData("scale nvfp4", "scale nvfp4 profile=ggml scale-underflow=scale01")]
    [InlineData("quantize mxfp4 scale-rule=floor", "quantize mxfp4 profile=ggml input-precision=binary16 scale-rule=round-up")]
    [InlineData("quantize nvfp4",
        "quantize nvfp4 profile=ggml scale-underflow=scale01 element-divisor=unrounded input-precision=binary16")]
    [InlineData("dequantize nvfp4", "dequantize nvfp4")]
    public void What_cannot_act_on_a_row_is_left_out_of_its_question(string row, string asked)
        => Assert.Equal(asked, new Declaration(Words).Of(Question.Parse(row + " 00", out _)).ToString());

    [Fact]
    public void A_rule_of_quotients_is_not_asked_of_powers_of_two_nor_of_who_does_not_declare_it()
    {
        Declaration declared = new(["scale-rule=four-over-six"]);
        Question mx = declared.Of(Question.Parse("quantize mxfp4 scale-rule=floor 00", out _));
        Assert.Equal("quantize mxfp4 scale-rule=floor", mx.ToString());
        Assert.False(declared.Answers(Question.Parse("quantize nvfp4 00", out _)));
        TestVector row = new("x", Level.Standard, Operation.Quantize, "nvfp4", "scale-rule=four-over-six", "00", "00", "", "x", "");
        Assert.True(declared.Concerns(row));
        Assert.False(new Declaration(["scale-rule=round-up"]).Concerns(row));
        Assert.False(new Declaration([]).Concerns(row));
    }

    /// <summary>A kernel written before a form was on the wire would read it as no scale, or not at all.</summary>
    [Theory]
    [InlineData("tensor-scale=40400000", "")]
    [InlineData("tensor-divisor=40400000", "divisor")]
    [InlineData("tensor-scale=fit", "chosen")]
    [InlineData("tensor-scale=percentile:99.9", "chosen")]
    public void A_form_of_the_tensor_scale_is_asked_of_those_who_take_it(string choice, string form)
    {
        TestVector row = new("x", Level.Standard, Operation.Quantize, "nvfp4", choice, "00", "00", "", "x", "");
        foreach (string taken in Declaration.TensorScaleForms)
        {
            Assert.Equal(form == "" || form == taken, new Declaration([], tensorScales: [taken]).Concerns(row));
        }

        Assert.Equal(form == "", new Declaration([]).Concerns(row));
        Assert.Equal("tensor-scale=divisor", new Declaration([], tensorScales: ["divisor"]).ToString());
        Assert.Contains("divisor or chosen, not 'factor'",
            Assert.Throws<RequestException>(() => new Declaration([], tensorScales: ["factor"])).Message, StringComparison.Ordinal);
    }

    /// <summary>A kernel that cannot be told anything is asked where its choices agree as far as they act.</summary>
    [Fact]
    public void A_choice_that_does_not_act_does_not_keep_a_fixed_kernel_from_a_question()
    {
        Declaration declared = new(["scale-rule=round-up", "scale-application=reciprocal-flushed"]);
        Assert.True(declared.Answers(Question.Parse("encode e4m3 00000000", out _)));
        Assert.True(declared.Answers(Question.Parse("scale mxfp4 scale-rule=round-up 00000000", out _)));
        Assert.False(declared.Answers(Question.Parse("scale mxfp4 scale-rule=floor 00000000", out _)));
        Assert.False(declared.Answers(Question.Parse("quantize mxfp4 scale-rule=round-up 00000000", out _)));
        Assert.True(declared.Answers(Question.Parse("quantize nvfp4 scale-application=reciprocal-flushed 00000000", out _)));
    }
}
