using System.Globalization;
using System.Text.Json.Nodes;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Attestation;
using Mxact.Shell;

namespace Mxact.Conformance.Tests.Attestation;

/// <summary>
/// Kappa of kernels whose faults were built in, and whose kappa was written down before; 0 of the project's own.
/// </summary>
public sealed class KappaTests
{
    private const string Own = "Convert<Binary8p4se,Binary8p4se,(NearestTiesToEven,SatNone)>";

    /// <summary>The draft's example: the subnormals 1 to 7 of Binary8p4se go to 0 or the least normal number, 4 to 0.</summary>
    [Fact]
    public void Flushing_subnormals_is_1_2_3_4_3_2_1_steps_off()
    {
        P3109Format format = P3109Format.Parse("Binary8p4se");
        Assert.Equal([1, 2, 3, 4, 3, 2, 1], Enumerable.Range(1, 7).Select(code => Kappa.Of(format, (uint)code, Flushed((uint)code)).Steps));
        Attested measured = Measure(Own, codes => [Flushed(codes[0])]);
        Assert.Equal("4", $"{measured.Kappa}");
        Assert.Equal(new Witness($"p3109 {Own} 04", "04", "00"), measured.Worst);
        Assert.Equal((14, 256, true), (measured.Different, measured.Asked, measured.IsExhaustive));
    }

    [Theory]
    [InlineData(0x40, 0x41, "1")]
    [InlineData(0x40, 0x3D, "3")]
    [InlineData(0x01, 0x81, "2")] // from one side of 0 to the other: 0 is a value
    [InlineData(0x7E, 0xFE, "252")]
    [InlineData(0x7F, 0x7E, "Inf")] // an infinity lost
    [InlineData(0x7F, 0xFF, "Inf")] // of the other sign
    [InlineData(0x7E, 0x7F, "Inf")] // one too many
    [InlineData(0x80, 0x00, "NaN")]
    [InlineData(0x7F, 0x80, "NaN")]
    public void One_answer_amiss_is_the_kappa(uint exact, uint answered, string kappa)
    {
        Attested measured = Measure(Own, codes => [codes[0] == exact ? answered : codes[0]]);
        Assert.Equal(kappa, $"{measured.Kappa}");
        Assert.Equal(1, measured.Different);
        Assert.Equal(answered.ToString("x2", CultureInfo.InvariantCulture), measured.Worst!.Answer);
    }

    [Fact]
    public void NaN_is_worse_than_Inf_and_that_than_any_number()
    {
        Attested infinite = Measure(Own, codes => [codes[0] switch { 0x10 => 0x70, 0x7F => 0x7E, uint code => code }]);
        Assert.Equal(("Inf", $"p3109 {Own} 7f"), ($"{infinite.Kappa}", infinite.Worst!.Request));
        Attested nan = Measure(Own, codes => [codes[0] switch { 0x7F => 0x7E, 0x80 => 0, uint code => code }]);
        Assert.Equal(("NaN", $"p3109 {Own} 80"), ($"{nan.Kappa}", nan.Worst!.Request));
    }

    [Theory]
    [InlineData("Recip<Binary8p3se,Binary8p4se,(NearestTiesToEven,SatNone)>", 256)]
    [InlineData("Add<Binary8p4se,Binary8p3se,Binary8p3se,(NearestTiesToEven,SatNone)>", 65536)]
    [InlineData("Convert<binary16,Binary4p2sf,(NearestTiesToEven,SatNone)>", 65536)]
    [InlineData("Convert<Binary8p4se,Binary4p2ue,(StochasticC:5,SatPropagate)>", 8192)]
    [InlineData("CompareLess<Binary8p4se,Binary8p3se>", 65536)]
    [InlineData("MaxFiniteOf<Binary8p4se>", 1)]
    public void The_own_kernel_is_0_off_on_every_operand(string operation, int operands)
    {
        using BuiltinKernel builtin = new();
        Attested measured = new Attestor(builtin, 100, 1).Measure(P3109Operation.Parse(operation));
        Assert.Equal((AttestationState.Measured, 0, operands, true),
            (measured.State, measured.Different, measured.Asked, measured.IsExhaustive));
        Assert.Equal(operation.StartsWith("Compare", StringComparison.Ordinal) ? "" : "0", $"{measured.Kappa}");
        Assert.Null(measured.Worst);
    }

    [Theory]
    [InlineData("Convert<binary32,Binary8p4se,(NearestTiesToEven,SatNone)>")]
    [InlineData("FMA<Binary8p4se,Binary8p4se,binary32,binary32,(NearestTiesToEven,SatNone)>")]
    [InlineData("ConvertToBlockMaxAbsFinite<4,binary32,Binary8p1uf,Binary4p2sf,(NearestTiesToEven,SatFinite),(StochasticA:8,SatFinite)>")]
    public void The_own_kernel_is_0_off_on_a_sample(string operation)
    {
        using BuiltinKernel builtin = new();
        Attested measured = new Attestor(builtin, 3000, 1).Measure(P3109Operation.Parse(operation));
        Assert.Equal((AttestationState.Measured, 0, 3000, false, "0"),
            (measured.State, measured.Different, measured.Asked, measured.IsExhaustive, $"{measured.Kappa}"));
    }

    /// <summary>A number drawn evenly is hardly ever a tie: the edges of the result format are.</summary>
    [Fact]
    public void A_tie_that_goes_away_is_seen_in_the_sample()
    {
        Attested measured = Measure("Convert<binary32,Binary8p4se,(NearestTiesToEven,SatFinite)>",
            codes => P3109Operation.Parse("Convert<binary32,Binary8p4se,(NearestTiesToAway,SatFinite)>").Compute(codes));
        Assert.Equal("1", $"{measured.Kappa}");
    }

    [Fact]
    public void Any_quiet_NaN_of_an_external_format_is_equal_and_a_negative_zero_0_steps_off()
    {
        Attested quiet = Measure("Convert<Binary8p4se,binary16,(NearestTiesToEven,SatNone)>",
            codes => codes[0] == 0x80 ? [0xFE01] : P3109Operation.Parse("Convert<Binary8p4se,binary16,(NearestTiesToEven,SatNone)>")
                .Compute(codes));
        Assert.Equal(("0", 0), ($"{quiet.Kappa}", quiet.Different));
        Attested negative = Measure("Convert<Binary8p4se,binary16,(NearestTiesToEven,SatNone)>",
            codes => codes[0] == 0 ? [0x8000] : P3109Operation.Parse("Convert<Binary8p4se,binary16,(NearestTiesToEven,SatNone)>")
                .Compute(codes));
        Assert.Equal(("0", 1), ($"{negative.Kappa}", negative.Different));
    }

    [Fact]
    public void A_kernel_that_does_not_do_it_or_answers_other_words_is_told_so()
    {
        Assert.Equal(AttestationState.Unsupported, Measure(Own, _ => null).State);
        Attested failed = Measure(Own, _ => [1, 2]);
        Assert.Equal(AttestationState.Failed, failed.State);
        Assert.Contains($"p3109 {Own} 00: ", failed.Trouble, StringComparison.Ordinal);
        Assert.Equal(AttestationState.Failed, Measure("Abs<Binary4p2sf,Binary4p2sf,(NearestTiesToEven,SatNone)>", _ => [0x1F]).State);
    }

    [Fact]
    public void The_report_is_as_its_schema_has_it_and_says_that_it_follows_a_draft()
    {
        Attested[] measured =
        [
            Measure(Own, codes => [Flushed(codes[0])]),
            Measure("Negate<Binary4p2sf,Binary4p2sf,(ToOdd,SatNone)>", codes => [codes[0] == 8 ? 0u : codes[0]]),
            Measure("IsOne<Binary4p2sf>", codes => [codes[0] == 4 ? 1u : 0]),
            Measure("Abs<Binary4p2sf,Binary4p2sf,(ToOdd,SatNone)>", _ => null),
        ];
        string text = JsonOutput.Text(json => KappaReport.Write(json,
            new("A \"provider\": yes", "a@b", null, "- kernel: #1", "1\n2", new(2026, 11, 27, 3, 4, 5, TimeSpan.Zero)), measured));
        JsonNode report = Schema.Holds("kappa.schema.json", text);
        Assert.Equal("follows the v4.0 draft", (string?)report["Metadata"]!["conformance"]);
        Assert.Equal("2026-11-27T03:04Z", (string?)report["Metadata"]!["implementation"]!["timestamp"]);
        Assert.Equal(4, (int)report["Kappas"]![Own]!["Kappas"]![0]!["kappa"]!);
        Assert.Equal("NaN", (string?)report["Kappas"]![measured[1].Operation.Name]!["Kappas"]![0]!["kappa"]);
        Assert.Null(report["Kappas"]!["IsOne<Binary4p2sf>"]!["Kappas"]);
        Assert.Equal(measured[3].Operation.Name, (string?)report["Unsupported"]![0]);
    }

    [Fact]
    public void The_required_minimum_has_each_operation_once()
    {
        string[] names = [.. RequiredMinimum.Of(P3109Format.BFloat16).Select(operation => operation.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(341, names.Length);
    }

    /// <summary>Zero or the least normal number, whichever is nearer; 4, in the middle, is 0.</summary>
    private static uint Flushed(uint code) => (code & 0x7F) is > 0 and < 8 and uint low ? low <= 4 ? 0 : 8 | (code & 0x80) : code;

    private static Attested Measure(string operation, Func<uint[], uint[]?> answer)
    {
        using MutantOfP3109 kernel = new(P3109Operation.Parse(operation), answer);
        return new Attestor(kernel, 2000, 1).Measure(P3109Operation.Parse(operation));
    }

    /// <summary>Answers requests for one operation with codes of one operand a word; null is unsupported.</summary>
    private sealed class MutantOfP3109(P3109Operation operation, Func<uint[], uint[]?> answer) : IKernelUnderTest
    {
        public string Name => "mutant";

        public IReadOnlyList<string> Declared => [];

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.Select(request =>
        {
            string[] words = request.Split(' ');
            Assert.Equal(["p3109", operation.Name], words[..2]);
            uint[]? codes = answer([.. words[2..].Select(word
                => uint.Parse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))]);
            string digits = $"x{operation.Results[0].Digits}";
            return Reply.Of(codes is null ? "unsupported"
                : string.Join(' ', codes.Select(code => code.ToString(digits, CultureInfo.InvariantCulture))));
        });

        public void Dispose()
        {
        }
    }
}
