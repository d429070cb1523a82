using Mxact.Conformance.Causes;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests;

/// <summary>
/// What each fault of an element makes of the value that decides, by its words, and of one that it leaves alone. Operands are binary32
/// bits; E4M3 counts in 2^-9 below 2^-6, in 2^-3 from 1, and ends at 448.
/// </summary>
public sealed class ElementFaultTests
{
    /// <summary>Name, operand, the right code and the fault's, in E4M3, ties to even, saturating.</summary>
    public static TheoryData<string, string, string, string> Rows() => new()
    {
        { "subnormal results a binade too small", "3b800000", "02", "01" },
        { "subnormal results a binade too small", "3f800000", "38", "38" },
        { "subnormal results a binade too large", "3b800000", "02", "04" },
        { "subnormal results a binade too large", "3c800000", "08", "08" },
        { "subnormal results rounded twice", "3ba10000", "03", "02" },
        { "subnormal results rounded twice", "3f880800", "39", "39" },
        { "subnormal results cut", "3b600000", "02", "01" },
        { "subnormal results cut", "3ffc0000", "40", "40" },
        { "subnormal results flushed to zero", "3b800000", "02", "00" },
        { "subnormal results flushed to zero", "bb800000", "82", "80" },
        { "subnormal results flushed to zero", "3c800000", "08", "08" },
        { "sticky bit dropped, 1 bit kept", "3f8c0000", "39", "38" },
        { "sticky bit dropped, 2 bits kept", "3f8c0000", "39", "39" },
        { "sticky bit dropped, 2 bits kept", "3f8a0000", "39", "38" },
        { "sticky bit dropped, 3 bits kept", "3f8a0000", "39", "39" },
        { "sticky bit dropped, 3 bits kept", "3f890000", "39", "38" },
        { "sticky bit dropped in subnormal results, 1 bit kept", "3ba80000", "03", "02" },
        { "sticky bit dropped in subnormal results, 2 bits kept", "3ba80000", "03", "02" },
        { "sticky bit dropped in subnormal results, 3 bits kept", "3ba80000", "03", "03" },
        { "sticky bit dropped in subnormal results, 1 bit kept", "3f8c0000", "39", "39" },
        { "quotient rounded to bfloat16 first", "3f880800", "39", "38" },
        { "quotient rounded to bfloat16 first", "3f890000", "39", "39" },
        { "quotient rounded to binary16 first", "3f880200", "39", "38" },
        { "quotient rounded to binary16 first", "3f882000", "39", "39" },
        { "carry out of the significand lost", "3ffc0000", "40", "38" },
        { "carry out of the significand lost", "40000000", "40", "40" },
        { "carry out of the significand held", "3ffc0000", "40", "3f" },
        { "subnormal codes flushed to zero", "3b800000", "02", "00" },
        { "subnormal codes flushed to zero", "bb800000", "82", "80" },
        { "subnormal codes flushed to zero", "3c7ff000", "08", "08" },
        { "never rounds to zero", "39800000", "00", "01" },
        { "never rounds to zero", "b9800000", "80", "81" },
        { "never rounds to zero", "00000000", "00", "00" },
        { "saturates at the last power of two", "43800000", "78", "7e" },
        { "saturates at the last power of two", "c3960000", "f9", "fe" },
        { "saturates at the last power of two", "437f0000", "78", "78" },
        { "max normal overflows", "43e00000", "7e", "7f" },
        { "max normal overflows", "43e08000", "7e", "7e" },
        { "max normal overflows", "43d00000", "7d", "7d" },
        { "overflow is judged before rounding", "43e08000", "7e", "7f" },
        { "overflow is judged before rounding", "43e00000", "7e", "7e" },
        { "beyond max normal the codes go on", "43f00000", "7e", "7f" },
        { "beyond max normal the codes go on", "43e00000", "7e", "7e" },
        { "max normal keeps an even significand", "43f00000", "7e", "7d" },
        { "max normal keeps an even significand", "43e00000", "7e", "7e" },
        { "sign lost where a result rounds to zero", "b9800000", "80", "00" },
        { "sign lost where a result rounds to zero", "39800000", "00", "00" },
        { "sign lost where a result rounds to zero", "80000000", "80", "80" },
        { "sign lost where a result rounds to zero", "bb000000", "81", "81" },
        { "sign of the result lost", "bf800000", "b8", "38" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_fault_does_what_its_words_say(string name, string operand, string right, string wrong)
        => Holds("encode e4m3 overflow=saturate rounding=ties-to-even", name, operand, right, wrong);

    [Theory]
    [InlineData("clamped before rounding", "encode e4m3 overflow=non-finite rounding=ties-to-even", "43fa0000", "7f", "7e")]
    [InlineData("clamped before rounding", "encode e4m3 overflow=non-finite rounding=ties-to-even", "c3fa0000", "ff", "fe")]
    [InlineData("sign of the result lost", "encode int8 overflow=saturate rounding=ties-to-even", "bf000000", "e0", "e0")]
    [InlineData("negative numbers as sign and magnitude", "encode int8 overflow=saturate rounding=ties-to-even", "bf000000", "e0", "a0")]
    [InlineData("negative numbers as sign and magnitude", "encode int8 overflow=saturate rounding=ties-to-even", "3f000000", "20", "20")]
    [InlineData("negative numbers as sign and magnitude", "encode e4m3 overflow=saturate rounding=ties-to-even", "bf000000", "b0", "b0")]
    [InlineData("max normal overflows", "encode e2m1 overflow=saturate rounding=ties-to-even", "40c00000", "07", "07")]
    [InlineData("saturates at the last power of two", "encode e2m1 overflow=saturate rounding=ties-to-even", "40800000", "06", "07")]
    public void Formats_and_policies_decide_too(string name, string question, string operand, string right, string wrong)
        => Holds(question, name, operand, right, wrong);

    [Fact]
    public void Every_fault_has_a_row()
        => Assert.Empty(ElementFaults.All.Select(f => f.Name).Except(
            Rows().Select(r => r.Data.Item1).Append("clamped before rounding").Append("negative numbers as sign and magnitude")));

    private static void Holds(string question, string name, string operand, string right, string wrong)
    {
        Question asked = Question.Parse($"{question} {operand}", out string operands);
        Fault fault = ElementFaults.All.Single(f => f.Name == name);
        Assert.Equal(right, Answerer.For(asked).Answer(operands));
        Assert.Equal(wrong, FaultyKernel.Answer([fault], asked, operands)?.Answer ?? right);
    }
}
