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
    [InlineData("quantize nvfp4 profile=triton-down tensor-scale=40000000 4140000040400000", "38 0703")]
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
    [InlineData("pack nibbles 1f", "more than 4 bits")]
    [InlineData("pack fp6 ff", "more than 6 bits")]
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
