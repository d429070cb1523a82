using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests;

/// <summary>Kernels with several faults at once, and faults that no list has: each is named, and nothing is named that is not
/// there.</summary>
public sealed class CauseTests
{
    private static readonly GoldenSet Golden = GoldenSet.Open(GoldenSet.DefaultFolder());

    /// <summary>A subnormal result at half its size, an odd significand lost, and no sticky bit: the third shows only beside the
    /// first.</summary>
    [Fact]
    public void Three_faults_of_one_encoder_are_named_each()
    {
        Findings findings = Run("encode+e4m3+rounding=ties-to-even+overflow=saturate", (question, words, right) =>
        {
            Number x = Binary32.Decode(Convert.ToUInt32(words[0], 16));
            if (question.Policy != ConversionPolicy.Ocp || question.From != ElementFormats.Binary32 || !x.IsFinite || x.Finite.IsZero)
            {
                return "unsupported";
            }

            uint code = Convert.ToUInt32(right, 16);
            if (x.Finite.FloorLog2 >= ElementFormats.E4M3.EMin)
            {
                return HexWords.Write(code & ~1u, 2);
            }

            // Half of what it should be, of which two bits below the last place are seen.
            Dyadic kept = new(x.Negative, Rounding.Split(x.Finite.Scale(-1), -11).Kept, -11);
            return HexWords.Write(ElementCodec.EncodeFinite(ElementFormats.E4M3, kept, ConversionPolicy.Ocp) | (x.Negative ? 0x80u : 0), 2);
        });
        Assert.Equal(
            ["bit 0 of the code cleared where it is a normal number", "sticky bit dropped", "subnormal results a binade too small"],
            findings.Causes.Select(c => c.Fault.Name.StartsWith("sticky", StringComparison.Ordinal) ? "sticky bit dropped" : c.Fault.Name)
                .Order(StringComparer.Ordinal));
        Assert.Empty(findings.Remainders);
    }

    /// <summary>A rare fault behind a frequent one is not lost in the crowd.</summary>
    [Fact]
    public void What_the_best_cause_leaves_over_is_explained_again()
    {
        Findings findings = Run("encode+e8m0+rounding=ties-to-even+overflow=saturate", (question, words, right) =>
        {
            uint bits = Convert.ToUInt32(words[0], 16);
            if (question.Policy != ConversionPolicy.Ocp || question.From != ElementFormats.Binary32 || !Binary32.Decode(bits).IsFinite)
            {
                return "unsupported";
            }

            string up = Answerer.For(question with { Policy = question.Policy with { Rounding = RoundingMode.TiesToAway } })
                .Answer(words[0]);
            return bits >> 31 == 0 ? up : HexWords.Write(Convert.ToUInt32(up, 16) | 0x80, 2);
        });
        Assert.Equal(["rounding=ties-to-away", "sign lands in the exponent"], findings.Causes.Select(c => c.Fault.Name));
        Assert.Empty(findings.Remainders);
    }

    /// <summary>No name fits, but where it is wrong can be said.</summary>
    [Fact]
    public void What_no_cause_gives_is_described()
    {
        Random random = new(1);
        Findings findings = Run("encode+e5m2+rounding=ties-to-even+overflow=saturate", (question, words, right)
            => question.Policy != ConversionPolicy.Ocp || question.From != ElementFormats.Binary32 ? "unsupported"
                : (Convert.ToUInt32(right, 16) & 0x7F) is > 0 and < 4 ? HexWords.Write((uint)random.Next(0x10, 0x60), 2) : right);
        Remainder left = Assert.Single(findings.Remainders);
        Assert.True(left.Failures > 10);
        Assert.Equal("lie where it is a subnormal number", left.Region);
    }

    /// <summary>An explanation that one passing answer contradicts is none.</summary>
    [Fact]
    public void A_cause_that_a_passing_answer_contradicts_is_not_named()
    {
        bool spared = false;
        Findings findings = Run("encode+e2m1+rounding=ties-to-even+overflow=saturate", (question, words, right) =>
        {
            if (question.Policy != ConversionPolicy.Ocp || question.From != ElementFormats.Binary32)
            {
                return "unsupported";
            }

            string other = Answerer.For(question with { Policy = question.Policy with { Rounding = RoundingMode.TiesToAway } })
                .Answer(words[0]);
            bool spare = other != right && !spared;
            spared |= spare;
            return spare ? right : other;
        });
        Assert.DoesNotContain("rounding=ties-to-away", findings.Causes.Select(c => c.Fault.Name));
    }

    [Theory]
    [InlineData("narrowed to tf32 first", "encode+e4m3+rounding=ties-to-even")]
    [InlineData("cut to bfloat16 first", "encode+e4m3+rounding=ties-to-even")]
    [InlineData("carry out of the significand lost", "encode+e3m2")]
    [InlineData("sticky bit dropped, 1 bit kept", "encode+e2m3+rounding=ties-to-even")]
    [InlineData("carry of exactly one lost", "encode+e5m2+rounding=stochastic:8")]
    [InlineData("carry of exactly one lost where stochastic-odd is asked", "encode+e5m2+rounding=stochastic-odd:8")]
    [InlineData("odd and even exchanged", "encode+e8m0")]
    [InlineData("sign lost where a result rounds to zero", "encode+e5m2")]
    [InlineData("threshold of the scale rule turned round", "scale+mxfp8-e4m3")]
    [InlineData("equality at the scale rule's threshold turned round", "scale+mxfp8-e4m3")]
    [InlineData("maximum never taken", "scale+mxfp4")]
    [InlineData("scale written 2 codes low", "quantize+mxfp4+scale-rule=floor+rounding=ties-to-even")]
    [InlineData("element-divisor=unrounded", "quantize+nvfp4+rounding=ties-to-even")]
    [InlineData("scale-overflow=scale-nan", "quantize+nvfp4+rounding=ties-to-even")]
    [InlineData("tensor scale left out", "quantize+nvfp4+rounding=ties-to-even")]
    [InlineData("tensor scale multiplied where it is a divisor", "quantize+nvfp4+tensor-divisor+midpoint")]
    [InlineData("tensor scale multiplied where it is a divisor", "dequantize+nvfp4+tensor-divisor")]
    [InlineData("tensor scale left out", "quantize+nvfp4+tensor-scale-rule")]
    [InlineData("maximum taken without magnitudes", "quantize+mxfp4+scale-rule=floor+rounding=ties-to-even")]
    [InlineData("scale byte read as an integer", "dequantize+mxfp4")]
    [InlineData("scale 00 read as zero", "dequantize+mxfp8-e4m3")]
    [InlineData("subnormal scales read as normal", "dequantize+nvfp4")]
    [InlineData("subnormal scales read as normal", "dequantize+e2m1/ue5m3/16")]
    [InlineData("subnormal scales read as zero", "dequantize+e2m1/ue5m3/32")]
    [InlineData("subnormal scales flushed to zero", "quantize+e2m1/ue5m3/16")]
    [InlineData("every value times 2^1", "dequantize+mxfp4")]
    [InlineData("nibbles swapped", "dequantize+mxfp4")]
    [InlineData("no branch for scale underflow", "encode+e8m0+rounding=toward-zero")]
    [InlineData("addend joins last", "dot+model=hopper-fp16")]
    [InlineData("sticky bit dropped", "dot+mxfp8-e4m3+model=exact")]
    public void A_fault_of_the_list_is_named_by_its_own_name(string name, string only)
    {
        TestVector[] rows = [.. new Selection(Level.Standard, [only], []).Rows(Golden)];
        Fault fault = Assert.Single(Candidates.For([.. rows.Select(Wrong)]).Concat(ScaleFaults.Off(-2)).Append(ReaderFaults.Times(1)),
            f => f.Name == name);
        Findings findings = Run(only, (question, words, right)
            => FaultyKernel.Answer([fault], question, string.Join(' ', words))?.Answer ?? right);
        Cause cause = Assert.Single(findings.Causes);
        Assert.Contains(name, cause.Alternatives.Prepend(cause.Fault.Name));
        Assert.Empty(findings.Remainders);
    }

    /// <summary>
    /// Two faults of every format and a third of E4M3, which takes the search of that one to its budget: what it leaves is what the others
    /// showed (tenstorrent/tt-metal#51971, asked of all formats).
    /// </summary>
    [Fact]
    public void What_one_operation_leaves_is_what_another_showed()
    {
        Fault[] faults = [.. new[] { "subnormal results a binade too small", "sticky bit dropped in subnormal results, 2 bits kept" }
            .Select(name => ElementFaults.All.Single(fault => fault.Name == name))];
        Findings findings = Run("encode", (question, words, right) =>
        {
            if (question.Choices.Any(choice => choice is not ("rounding=ties-to-even" or "overflow=saturate"))
                || !ElementFormats.Mx.Any(format => format.Name == question.Formats[0] && format.Name != "int8")
                || words[0][..3] is "7f8" or "ff8" or "7fc" or "ffc")
            {
                return Answers.Unsupported;
            }

            string answer = FaultyKernel.Answer(faults, question, words[0])!.Value.Answer!;
            return question.Formats[0] == "e4m3" && answer[^2..] is var code && (Parse(code) & 0x7F) is >= 8 and < 0x7E
                ? Hex(Parse(code) & ~1u) : answer;
        });
        Assert.Empty(findings.Remainders);
        Assert.All(faults, fault => Assert.Contains(fault, findings.Causes.Select(cause => cause.Fault)));

        static uint Parse(string hex) => uint.Parse(hex, System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture);
        static string Hex(uint code) => code.ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// 1 + 2^-24 + 2^-40 lies above the midpoint of binary32, 1 + 2^-24 on it. An output of 16 bits, or a unit that sums otherwise, has no
    /// such fault.
    /// </summary>
    [Theory]
    [InlineData("dot e4m3 e4m3 model=exact 38 38 33800080", "3f800001", "3f800000")]
    [InlineData("dot e4m3 e4m3 model=exact 38 38 33800000", "3f800000", "3f800000")]
    [InlineData("dot e4m3 e4m3 model=exact out=f16 38 38 0000", "3c00", null)]
    [InlineData("dot fp16 fp16 model=hopper-fp16 3c00 3c00 00000000", "3f800000", null)]
    public void A_sticky_bit_is_dropped_from_an_exact_sum_in_binary32(string line, string right, string? wrong)
    {
        Question asked = Question.Parse(line, out string operands);
        Fault fault = UnitFaults.Of(asked).Single(f => f.Name == "sticky bit dropped");
        Assert.Equal(right, Answerer.For(asked).Answer(operands));
        Assert.Equal(wrong, fault.Instead!(asked, operands));
    }

    /// <summary>What would have changed failures that were answered otherwise still is a likeness, and no name.</summary>
    [Fact]
    public void A_cause_that_half_of_the_failures_contradict_is_not_named()
    {
        Findings findings = Run("encode+e5m2+rounding=ties-to-even+overflow=saturate", (question, words, right) =>
        {
            if (question.Policy != ConversionPolicy.Ocp || question.From != ElementFormats.Binary32)
            {
                return "unsupported";
            }

            string cut = Answerer.For(question with { Policy = question.Policy with { Rounding = RoundingMode.TowardZero } })
                .Answer(words[0]);
            return cut == right || words[0].Sum(digit => digit) % 2 == 0 ? cut
                : HexWords.Write((Convert.ToUInt32(cut, 16) + 0x11) & 0xFF, 2);
        });
        Assert.DoesNotContain(findings.Causes, cause => cause.Fault.Name.Contains("toward-zero", StringComparison.Ordinal));
        Assert.NotEmpty(findings.Remainders);
    }

    /// <summary>Of two choices that each stand where the other should, the one that holds where one thing is asked goes before.</summary>
    [Fact]
    public void Two_rules_exchanged_are_named_each()
    {
        Findings findings = Run("quantize+mxfp8-e4m3+rounding=ties-to-even", (question, words, right)
            => question.Policy.Rounding != RoundingMode.TiesToEven || question.Policy.ScaleRule is not { } rule ? right
                : Answerer.For(question with
                {
                    Policy = question.Policy with { ScaleRule = rule == ScaleRule.Mse ? ScaleRule.Floor : ScaleRule.Mse },
                }).Answer(string.Join(' ', words)));
        Assert.Equal(["scale-rule=floor where mse is asked", "scale-rule=mse"],
            findings.Causes.Select(cause => cause.Fault.Name).Order(StringComparer.Ordinal));
        Assert.Empty(findings.Remainders);
    }

    /// <summary>Answers that nothing explains end the search at its budget, and the report says that not everything was tried.</summary>
    [Fact]
    public void The_search_ends_at_its_budget()
    {
        Selection selection = new(Level.Standard, ["encode+e5m2"], []);
        TestVector[] rows = [.. selection.Rows(Golden)];
        using MutantKernel kernel = new(new(null, "", "", "encode", (_, words, right)
            => HexWords.Write((Convert.ToUInt32(right, 16) ^ (uint)(words[0].Sum(digit => digit * digit) % 97)) & 0xFF, 2)));
        Outcome outcome = Suite.Run(kernel, new([]), selection, rows, stop: TestContext.Current.CancellationToken);
        GroupSearch search = new(Assert.Single(outcome.Groups));
        search.Run([], 20_000);
        Assert.InRange(search.Work, 20_000, 40_000);
        Assert.True(search.IsCutShort);
    }

    private static Judged Wrong(TestVector row)
        => new(row, row.Question, row.Request, row.Expected, new Reply(ReplyKind.Answered, row.Expected), Verdict.Fail);

    private static Findings Run(string only, Func<Question, string[], string, string> answer)
    {
        Selection selection = new(Level.Standard, [only], []);
        TestVector[] rows = [.. selection.Rows(Golden)];
        Assert.NotEmpty(rows);
        using MutantKernel kernel = new(new(null, "", "", only, answer));
        Outcome outcome = Suite.Run(kernel, new([]), selection, rows, stop: TestContext.Current.CancellationToken);
        Assert.True(outcome[Verdict.Fail] > 0);
        return Diagnosis.Of(outcome);
    }
}
