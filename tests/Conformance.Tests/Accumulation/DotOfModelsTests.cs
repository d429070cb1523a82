using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary><c>dot A B model=NAME</c>: answers through the protocol, and one clear line for what makes no sense.</summary>
public sealed class DotOfModelsTests
{
    private const string E32 = "3838383838383838383838383838383838383838383838383838383838383838";

    [Theory]
    [InlineData("dot e4m3 e4m3 model=exact 38 38 3f800000", "40000000")]
    [InlineData("dot nvfp4 nvfp4 model=exact 0202 0202 38 38 00000000", "40000000")] // any block size, as before
    [InlineData("dot fp16 fp16 model=hopper-fp16 3c00 3c00 3f800000", "40000000")]
    [InlineData("dot fp16 fp16 model=hopper_fp16 out=f16 3c00 3c00 3c00", "4000")]
    [InlineData("dot tf32 tf32 model=ampere-tf32 1fc00 1fc00 00000000", "3f800000")]
    [InlineData("dot e4m3 mxfp8-e4m3 model=blackwell-mxf8f6f4 " + E32 + " " + E32 + " 80 7f 00000000", "42800000")]
    [InlineData("dot e2m1/e8m0/32 mxfp4 model=fma-chain " + "0202020202020202020202020202020202020202020202020202020202020202 "
        + "0202020202020202020202020202020202020202020202020202020202020202 80 7f 00000000", "42800000")]
    [InlineData("dot fp16 fp16 model=t-fdpa:L=4,F=25,rho=rz-fp32 3c00 3c00 00000000", "3f800000")]
    public void Answers(string request, string answer) => Assert.Equal(answer, Answer(request));

    [Theory]
    [InlineData("dot fp16 fp16 model=hoper-fp16 3c00 3c00 00000000", "no accumulation model is called 'hoper-fp16'; near it: hopper-fp16")]
    [InlineData("dot fp16 fp16 model=t-fdpa:L=0 3c00 3c00 00000000", "t-fdpa:l=0: L = '0' is not a number from 1 to 65536")]
    [InlineData("dot e4m3 bf16 model=hopper-wgmma-fp8 38 3f80 00000000", "hopper-wgmma-fp8 does not take bf16 as B, only e4m3, e5m2")]
    [InlineData("dot bf16 bf16 model=hopper-bf16 out=f16 3f80 3f80 0000", "hopper-bf16 has no f16 output, only fp32")]
    [InlineData("dot e4m3 e4m3 model=blackwell-mxf8f6f4 38 38 00000000",
        "K = 1 is not a multiple of the 32 elements under one scale of blackwell-mxf8f6f4")]
    [InlineData("dot e4m3 e4m3 model=blackwell-mxf8f6f4 " + E32 + " " + E32 + " 00000000",
        "A has 0 scales; blackwell-mxf8f6f4 needs 1, one for each 32 elements (e8m0/32)")]
    [InlineData("dot e4m3 e4m3 model=hopper-wgmma-fp8 3838 38 00000000", "A has 2 elements and B has 1")]
    [InlineData("dot mxfp4 mxfp4 model=blackwell-nvfp4 02 02 00000000", "blackwell-nvfp4 takes ue4m3/16 scales, not e8m0/32")]
    [InlineData("dot mxfp4 nvfp4 model=exact 02 02 00000000", "A is scaled by e8m0/32 and B by ue4m3/16; no model takes that")]
    [InlineData("dot mxfp8-e4m3 mxfp8-e4m3 model=hopper-wgmma-fp8 38 38 00000000", "hopper-wgmma-fp8 takes no scales, not e8m0/32")]
    [InlineData("dot e9m9 e4m3 model=exact 02 02 00000000", "unknown format 'e9m9'")]
    [InlineData("dot fp16 fp16 model=hopper-fp16 3c0 3c00 00000000", "A has 3 digits, not a multiple of 4")]
    [InlineData("dot fp16 fp16 model=hopper-fp16 3c00 3c00 0000", "C has 4 digits, not 8")]
    [InlineData("dot tf32 tf32 model=hopper-tf32 fffff 00000 00000000", "A[0] = fffff is not a code of tf32, which has 19 bits")]
    public void Bad_questions_are_one_clear_line(string request, string message)
    {
        string error = Assert.ThrowsAny<RequestException>(() => Answer(request)).Message;
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    private static string Answer(string request)
    {
        Question question = Question.Parse(request, out string operands);
        return Answerer.For(question).Answer(operands);
    }
}
