using System.Text.Json;
using System.Xml.Linq;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Randomness;
using Mxact.Conformance.Reports;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Tests.Randomness;

/// <summary>Kernels that draw their own random bits: which pass, and what the others are called. Seeds are fixed.</summary>
public sealed class RandomBitsTests
{
    private const string E4M3 = "encode+e4m3+rounding=stochastic:8";
    private const string E2M1 = "encode+e2m1+rounding=stochastic:8";

    [Theory]
    [InlineData(E4M3, 1)]
    [InlineData(E4M3, 2)]
    [InlineData("encode+e5m2+rounding=stochastic:3", 3)]
    [InlineData("encode+e2m1+rounding=stochastic-b:8", 4)]
    [InlineData("encode+int8+rounding=stochastic:16", 5)]
    public void Perfect_bits_pass(string only, ulong seed)
    {
        Outcome outcome = Run(new(Perfect, seed), only);
        Assert.Empty(outcome.RandomBits!.Findings);
        Assert.Equal(0, outcome[Verdict.Fail]);
        Assert.Equal(outcome.ControlsMade, outcome[Verdict.Pass]);
        Assert.Equal(0, outcome.ControlsAccepted);
        Assert.Equal(ExitCodes.Success, outcome.ExitCode);
    }

    /// <summary>The words that are drawn, and the name they get.</summary>
    public static TheoryData<string, string> Words() => new()
    {
        { "supplied", "rounding=toward-zero" },
        { "no zeros", "the word of zeros is never drawn" },
        { "no ones", "the word of ones is never drawn" },
        { "four bits", "rounding=stochastic:4" },
        { "one bit", "rounding=stochastic:1" },
        { "pairs", "one random word for 2 values in a row" },
        { "vectors", "one random word for 32 values in a row" },
        { "counter", "the random words come back after 256 values" },
        { "alternating", "the random words come back after 2 values" },
        { "balanced", "counts spread otherwise than those of independent draws" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Worse_bits_are_named(string kind, string name)
    {
        ulong kept = 0;
        Queue<ulong> dealt = [];
        ulong Next(SplitMix generator, long i, int n) => kind switch
        {
            "supplied" => 0,
            "no zeros" => 1 + (generator.Next() % ((1ul << n) - 1)),
            "no ones" => generator.Next() % ((1ul << n) - 1),
            "four bits" => generator.Next() >> 60 << (n - 4),
            "one bit" => generator.Next() >> 63 << (n - 1),
            "pairs" => kept = i % 2 == 0 ? Perfect(generator, i, n) : kept,
            "vectors" => kept = i % 32 == 0 ? Perfect(generator, i, n) : kept,
            "counter" => (ulong)i % (1ul << n),
            "alternating" => ((ulong)i % 2 << (n - 1)) + (Perfect(generator, i, n) >> 1),
            _ => Dealt(dealt, generator, n),
        };

        Outcome outcome = Run(new(Next), E4M3);
        Assert.Equal(name, Assert.Single(outcome.RandomBits!.Findings).Name);
        Assert.Equal(0, outcome[Verdict.Fail]);
        Assert.Equal(ExitCodes.Mismatches, outcome.ExitCode);
    }

    /// <summary>How the word is used, and the name that gets.</summary>
    [Theory]
    [InlineData("rounding=ties-to-even", "rounding=ties-to-even")]
    [InlineData("rounding=ties-to-away", "rounding=ties-to-away")]
    [InlineData("rounding=stochastic-c:8", "rounding=stochastic-b:8")] // at these values b, c and odd are the same
    [InlineData("rounding=stochastic:16", "more random bits than asked")] // which differ from those by a quarter of a word
    public void Other_roundings_are_named(string rounding, string name)
    {
        OwnBitsKernel kernel = new((generator, _, _) => generator.Next() >> (rounding.EndsWith(":16", StringComparison.Ordinal) ? 48 : 56))
        {
            Reworded = (question, operands) => $"{Reworded(question, rounding)} "
                + (rounding.Contains("stochastic", StringComparison.Ordinal) ? operands : operands.Split(' ')[0]),
        };
        RandomBitsFinding finding = Assert.Single(Run(kernel, E4M3).RandomBits!.Findings);
        Assert.Contains(name, finding.Alternatives.Prepend(finding.Name));
    }

    [Fact]
    public void A_word_too_many_that_rounds_up_is_named()
    {
        // The word and one more: 2^n, which no word is, rounds everything up.
        OwnBitsKernel kernel = new(Perfect)
        {
            Reworded = (question, operands) =>
            {
                string[] words = operands.Split(' ');
                bool isAll = words[1] == "ff";
                string away = words[0][0] >= '8' ? "rounding=toward-negative" : "rounding=toward-positive";
                return isAll ? $"{Reworded(question, away)} {words[0]}"
                    : $"{question} {words[0]} {Convert.ToUInt32(words[1], 16) + 1:x2}";
            },
        };
        Assert.Equal("one word too many rounds up", Assert.Single(Run(kernel, E4M3).RandomBits!.Findings).Name);
    }

    [Fact]
    public void An_answer_that_no_bits_give_is_found_by_rows_and_by_draws()
    {
        OwnBitsKernel kernel = new(Perfect) { Reworded = (question, operands) => $"{question} 3fc00000 {operands.Split(' ')[1]}" };
        Outcome outcome = Run(kernel, E2M1);
        Assert.Equal("an answer that no random bits give", Assert.Single(outcome.RandomBits!.Findings).Name);
        Assert.True(outcome[Verdict.Fail] > 100);
    }

    /// <summary>Rows decided by bits that nobody saw are held against no cause: the ties of the others are named.</summary>
    [Fact]
    public void Another_fault_beside_good_bits_keeps_its_name()
    {
        OwnBitsKernel kernel = new(Perfect)
        {
            Reworded = (question, operands) => question.Policy.Rounding == RoundingMode.TiesToEven
                ? $"{Reworded(question, "rounding=ties-to-away")} {operands}" : $"{question} {operands}",
        };
        Outcome outcome = Run(kernel, E2M1, "encode+e2m1+rounding=ties-to-even");
        Assert.Empty(outcome.RandomBits!.Findings);
        Assert.StartsWith("rounding=ties-to-away", Assert.Single(Diagnosis.Of(outcome).Causes).Fault.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_tested_of_a_kernel_without_stochastic_rounding()
    {
        Outcome outcome = Run(new(Perfect), "encode+e2m1+rounding=ties-to-even");
        Assert.Empty(outcome.RandomBits!.Questions);
        Assert.Contains("own random bits: NOT TESTED, no stochastic encode was answered", OutcomeText.Lines(outcome));
        Assert.Equal(ExitCodes.Success, outcome.ExitCode);
    }

    [Fact]
    public void Every_report_carries_it()
    {
        using TemporaryFolder folder = new();
        Outcome outcome = Run(new((_, _, _) => 0), E2M1);
        string[] text = [.. OutcomeText.Lines(outcome)];
        Assert.Contains(text, line => line.StartsWith("OWN RANDOM BITS 1 of 1: rounding=toward-zero", StringComparison.Ordinal));
        Assert.Contains(text, line => line.StartsWith("own random bits: 1 questions, 81920 draws", StringComparison.Ordinal)
            && line.EndsWith("perfect bits fail at most once in 1000000 runs", StringComparison.Ordinal));

        string json = Path.Combine(folder.Path, "json");
        using (AtomicFile file = AtomicFile.Create(json))
        {
            JsonReport.Write(file, outcome);
        }

        Schema.Holds("report.schema.json", File.ReadAllText(json));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement bits = document.RootElement.GetProperty("own_random_bits");
        Assert.Equal("rounding=toward-zero", Assert.Single(bits.GetProperty("findings").EnumerateArray()).GetProperty("name").GetString());
        JsonElement question = Assert.Single(bits.GetProperty("questions").EnumerateArray());
        Assert.All(question.GetProperty("values").EnumerateArray(), value => Assert.Equal(0, value.GetProperty("ups").GetInt32()));

        string junit = Path.Combine(folder.Path, "junit");
        using (AtomicFile file = AtomicFile.Create(junit))
        {
            JUnitReport.Write(file, outcome);
        }

        XElement suite = XDocument.Load(junit).Root!.Element("testsuite")!;
        Assert.Equal(("2", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value));
        XElement failed = suite.Elements("testcase").Last();
        Assert.Equal("own random bits: encode e2m1 overflow=saturate rounding=stochastic:8", failed.Attribute("name")!.Value);
        Assert.Equal("rounding=toward-zero", failed.Element("failure")!.Attribute("message")!.Value);
    }

    private static ulong Perfect(SplitMix generator, long i, int n) => generator.Next() >> (64 - n);

    /// <summary>Of each 64 words half are small and half are great, in random order.</summary>
    private static ulong Dealt(Queue<ulong> dealt, SplitMix generator, int n)
    {
        if (dealt.Count == 0)
        {
            foreach (ulong half in Enumerable.Range(0, 64).Select(i => (ulong)(i % 2)).OrderBy(_ => generator.Next()).ToArray())
            {
                dealt.Enqueue((half << (n - 1)) | (generator.Next() >> (65 - n)));
            }
        }

        return dealt.Dequeue();
    }

    private static string Reworded(Question question, string rounding)
        => string.Join(' ', question.ToString().Split(' ').Select(word
            => word.StartsWith("rounding=", StringComparison.Ordinal) ? rounding : word));

    private static Outcome Run(OwnBitsKernel kernel, params string[] only)
    {
        Selection selection = new(Level.Standard, only, []);
        return Suite.Run(kernel, new([]), selection, selection.Rows(GoldenSet.Open(GoldenSet.DefaultFolder())), ownRandomBits: true);
    }
}
