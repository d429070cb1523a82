using CsCheck;
using Mxact.Vectors.Answers;

namespace Mxact.Vectors.Tests;

/// <summary>Requests are read word by word, and refused with one line that says what is wrong.</summary>
public sealed class QuestionTests
{
    [Theory]
    [InlineData("decode e4m3 7e", "43e00000")]
    [InlineData("encode e4m3 rounding=ties-to-even overflow=saturate 3f800000", "38")]
    [InlineData("encode e4m3 3f800000", "38")]
    [InlineData("encode e4m3 rounding=stochastic:8 3f880000 80", "39")]
    [InlineData("encode e4m3 from=bf16 3f80", "38")]
    [InlineData("encode e8m0 rounding=toward-positive 3f800001", "80")]
    [InlineData("encode e3m4 3f800000", "30")]
    [InlineData("scale mxfp8-e4m3 scale-rule=floor 3f800000", "77")]
    [InlineData("scale nvfp4 40c00000", "38")]
    [InlineData("quantize mxfp4 scale-rule=floor 3f8000003f000000", "7d 0604")]
    [InlineData("quantize mx-e3m4 3f8000003f000000", "7b 7060")]
    [InlineData("quantize nvfp4 tensor-scale=40400000 3f8000003f800000", "16 0707")]
    [InlineData("quantize nvfp4 tensor-divisor=40400000 3f8000003f800000", "30 0707")] // 3 / 6 is 0.5
    [InlineData("quantize nvfp4 tensor-scale=fit 3f8000003f800000", "7e 0707")]
    [InlineData("quantize nvfp4 tensor-scale=one 3f8000003f800000", "23 0707")]
    [InlineData("dequantize nvfp4 tensor-divisor=40400000 38 0107", "3e2aaaab40000000")] // 0.5 / 3 and 6 / 3
    [InlineData("quantize nvfp4 profile=triton-down tensor-scale=40000000 4140000040400000", "38 0703")]
    [InlineData("encode e4m3 input-precision=binary16 3f880001", "38")] // 1.0625 and a step: a tie once it is narrowed
    [InlineData("encode e4m3 3f880001", "39")]
    [InlineData("encode e4m3 input-precision=bfloat16 3f880001", "38")]
    [InlineData("encode e5m2 input-precision=binary16 overflow=non-finite 477ff000", "7c")]
    [InlineData("encode e8m0 input-precision=binary16 40400001", "80")]
    [InlineData("quantize nvfp4 scale-overflow=scale-nan 46000000", "7f 00")] // NVIDIA/Model-Optimizer#1633
    [InlineData("quantize nvfp4 scale-overflow=scale-nan 452e0000", "7e 07")] // 464 is a tie, and 448 the even one
    [InlineData("scale nvfp4 scale-overflow=scale-nan 452e0001", "7f")]
    [InlineData("quantize nvfp4 3f8000003ed80000", "23 0704")]
    [InlineData("quantize nvfp4 element-divisor=unrounded 3f8000003ed80000", "23 0705")] // NVIDIA/Model-Optimizer#2243
    [InlineData("quantize nvfp4 element-divisor=unrounded 3bc00000", "00 00")]
    [InlineData("scale nvfp4 scale-underflow=scale01 3bc00000", "01")]
    [InlineData("scale nvfp4 scale-underflow=at-least08 3c400000", "08")]
    [InlineData("scale nvfp4 scale-underflow=scale20 00000001", "20")]
    [InlineData("scale nvfp4 scale-underflow=scale20 3c400000", "01")]
    [InlineData("quantize nvfp4 zero-block=scale38 0000000080000000", "38 0008")]
    [InlineData("quantize nvfp4 scale-rule=four-over-six 40c000004090000040900000", "3c 060505")] // 6 and 4.5 are 4 and 3 of 1.5
    [InlineData("quantize nvfp4 scale-rule=four-over-six 40c0000040800000", "38 0706")]
    [InlineData("quantize nvfp4 scale-rule=four-over-six 40c00000404000003fc00000", "38 070503")] // exact at both: 6
    [InlineData("scale nvfp4 scale-rule=quotient 40c00000", "38")]
    [InlineData("quantize nvfp4 profile=microxcaling 46000000", "7f 00")]
    [InlineData("dequantize mxfp4 7d 0604", "3f8000003f000000")]
    [InlineData("dot e4m3 e4m3 model=exact 3838 3838 00000000", "40000000")]
    [InlineData("dot e2m1 e2m1 02020202 02020202 7f7e 7f7f 3f800000", "40800000")]
    [InlineData("pack nibbles 010203", "2103")]
    [InlineData("unpack fp6 3f0000", "3f000000")]
    public void Answers(string line, string answer)
    {
        Question question = Question.Parse(line, out string operands);
        Assert.Equal(answer, Answerer.For(question).Answer(operands));
        Assert.Equal(line, $"{question} {operands}");
    }

    [Theory]
    [InlineData("", "unknown operation ''")]
    [InlineData("devour e4m3 00", "unknown operation 'devour'")]
    [InlineData("9 encode", "unknown operation '9'")]
    [InlineData("decode", "'decode' names 1 format")]
    [InlineData("decode e4x3 00", "unknown format 'e4x3'")]
    [InlineData("decode e4m3", "the code is missing")]
    [InlineData("decode e4m3 7", "the code has 1 digits, not 2")]
    [InlineData("decode e4m3 zz", "not hexadecimal")]
    [InlineData("decode e2m1 10", "more than 4 bits")]
    [InlineData("decode e4m3 7e 7e", "1 more word")]
    [InlineData("encode e4m3 rounding=odd 3f800000", "unknown rounding 'odd'")]
    [InlineData("encode e4m3 colour=red 3f800000", "unknown choice 'colour'")]
    [InlineData("encode e4m3 profile=mine 3f800000", "unknown profile 'mine'")]
    [InlineData("encode e4m3 rounding=stochastic:8 3f800000", "second word")]
    [InlineData("encode e4m3 rounding=stochastic:8 3f800000 100", "do not fit in 8 bits")]
    [InlineData("quantize e4m3 3f800000", "is an element format")]
    [InlineData("quantize mxfp4 3f80000", "not 1 to 32 x 8")]
    [InlineData("quantize mxfp4 partial-block=error 3f800000", "do not fill a block")]
    [InlineData("quantize mxfp4 tensor-scale=3f800000 3f800000", "has no tensor scale")]
    [InlineData("quantize nvfp4 tensor-scale=bf800000 3f800000", "positive binary32")]
    [InlineData("scale mxfp4 7fc00000", "not a finite number")]
    [InlineData("scale mxfp4 scale-rule=mse 3f800000", "whole block")]
    [InlineData("dot e4m3 00 00 00000000", "unknown format '00'")]
    [InlineData("dot e4m3 e4m3 0000 00 00000000", "elements of A")]
    [InlineData("dot e4m3 e4m3 000000 000000 7f7f 7f7f 00000000", "do not divide")]
    [InlineData("quantize nvfp4 profile=ocp profile=ggml 3f800000", "'profile' is given twice")]
    [InlineData("scale nvfp4 tensor-scale=40000000 3f800000", "belongs to quantize and dequantize")]
    [InlineData("scale nvfp4 tensor-divisor=40000000 3f800000", "belongs to quantize and dequantize")]
    [InlineData("quantize mxfp4 tensor-divisor=3f800000 3f800000", "has no tensor scale")]
    [InlineData("quantize mxfp4 tensor-scale=fit 3f800000", "has no tensor scale")]
    [InlineData("quantize nvfp4 tensor-divisor=00000000 3f800000", "tensor-divisor is a positive binary32 number in 8 digits, not")]
    [InlineData("quantize nvfp4 tensor-scale=amax 3f800000", "in 8 digits, fit, power-of-two, one or percentile:P, not 'amax'")]
    [InlineData("quantize nvfp4 tensor-scale=percentile:0 3f800000", "P above 0 and at most 100, not 'percentile:0'")]
    [InlineData("quantize nvfp4 tensor-divisor=3f800000 tensor-scale=fit 3f800000", "a tensor has one scale")]
    [InlineData("dequantize nvfp4 tensor-scale=fit 38 00", "is chosen from values, and belongs to quantize")]
    [InlineData("pack nibbles 1f", "more than 4 bits")]
    [InlineData("pack fp6 ff", "more than 6 bits")]
    [InlineData("encode e4m3 scale-rule=floor 3f800000", "scale-rule acts on scale and quantize, not encode e4m3")]
    [InlineData("encode e4m3 subnormal-inputs=flush-block 00000001", "subnormal-inputs=flush-block acts on quantize, not encode e4m3")]
    [InlineData("encode e4m3 cast-of-zero=nan 00000000", "cast-of-zero acts on encode e8m0, not encode e4m3")]
    [InlineData("encode e2m1 nan-code=all-ones 7fc00000", "nan-code (which NaN code is written) cannot act on e2m1")]
    [InlineData("quantize mxfp4 int8-minus-two=clamped bf800000", "cannot act on mxfp4")]
    [InlineData("scale mxfp4 rounding=to-odd 3f800000", "rounding acts on encode and quantize, not scale mxfp4")]
    [InlineData("scale nvfp4 scale-rule=floor 3f800000", "acts on scale under E8M0 and quantize under E8M0, not scale nvfp4")]
    [InlineData("scale nvfp4 scale-rule=four-over-six 3f800000", "whole block")]
    [InlineData("quantize nvfp4 scale-underflow=wrap 3f800000", "scale-underflow=wrap acts on scale under E8M0 and quantize under E8M0")]
    [InlineData("quantize nvfp4 scale-arithmetic=binary32-log2 3f800000", "not quantize nvfp4")]
    [InlineData("quantize mxfp4 element-divisor=stored 3f800000", "element-divisor acts on quantize under UE4M3, not quantize mxfp4")]
    [InlineData("quantize mxfp4 zero-block=scale38 00000000", "not quantize mxfp4")]
    [InlineData("dequantize mxfp4 rounding=to-odd 7f 00", "rounding acts on encode and quantize, not dequantize mxfp4")]
    [InlineData("pack bricks 00", "unknown layout")]
    [InlineData("pack scale-tiles-nvidia 0002 0002 00", "2 x 2 scales are 4, not 1")]
    public void Refusals(string line, string says)
    {
        RequestException refusal = Assert.ThrowsAny<RequestException>(() =>
        {
            Question question = Question.Parse(line, out string operands);
            Answerer.For(question).Answer(operands);
        });
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    private static Gen<string> Constant(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    /// <summary>Whatever the line, it is answered or refused: nothing else may come out.</summary>
    [Fact]
    public void Random_lines_are_answered_or_refused()
    {
        Gen<string> word = Gen.OneOf(
            Constant("decode", "encode", "scale", "quantize", "dequantize", "dot", "pack", "unpack", "e4m3", "e2m1", "int8", "e8m0",
                "mxfp4", "nvfp4", "mx-e3m4", "nibbles", "fp6", "scale-tiles-amd", "gguf-mxfp4", "gguf-nvfp4"),
            Constant("rounding=to-odd", "rounding=stochastic:32", "overflow=non-finite", "scale-rule=mse", "from=fp16", "profile=ggml",
                "profile=triton-up", "tensor-scale=00000001", "zero-block=min-normal", "model=exact", "out=f16", "=", "a=b"),
            Gen.String[Gen.Char["0123456789abcdefn|*"], 0, 70],
            Gen.String[0, 12]);
        word.Array[0, 9].Select(words => string.Join(' ', words)).Sample(
            line =>
            {
                try
                {
                    Question question = Question.Parse(line, out string operands);
                    string answer = Answerer.For(question).Answer(operands);
                    return Expectation.Matches(Expectation.FromAnswer(question, answer), answer, Expectation.AnswerFormat(question));
                }
                catch (RequestException refusal)
                {
                    return refusal.Message.Length > 0;
                }
            },
            iter: 20_000,
            seed: "0000KxV4oVb3");
    }
}
