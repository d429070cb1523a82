using System.Text.Json.Nodes;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Identification;
using Mxact.Conformance.Identification.Conversions;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests;

/// <summary>Black boxes whose choices are known to the test alone, and what the identification says of them.</summary>
public sealed class IdentifyChoicesTests
{
    private static readonly Lazy<GoldenSet> Golden = new(() => GoldenSet.Open(GoldenSet.DefaultFolder()));

    public static TheoryData<string> Profiles() => [.. Profile.All.Select(profile => profile.Name)];

    /// <summary>
    /// Its file, run back, passes every row of the smallest level and those that are about a choice (of MXFP8 the former alone: ggml's
    /// search over 256 codes is slow).
    /// </summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_named_profile_is_identified_and_its_file_passes(string name)
    {
        Profile profile = Profile.Find(name)!;
        using ProfileKernel kernel = new(profile.Policy, BlackBox.Defaulting);
        ChoicesFound found = ChoiceIdentifier.Run(kernel, []);
        Assert.Contains(found.Nearest, near => near.Misses == 0 && near.Profile == profile);
        Assert.Empty(found.Departures);

        ProfileFile file = Through(ProfileFile.Of("identified", found.Base, found.Policy));
        Declaration declaration = new(file.Words);
        TestVector[] rows = [.. Golden.Value.Rows(Level.Standard).Where(row
            => row.Operation is Operation.Encode or Operation.Scale or Operation.Quantize
                && (row.Level == Level.Smoke || (row.Latitudes.Length > 0 && !row.Formats.StartsWith("mxfp8", StringComparison.Ordinal))))];
        Outcome outcome = Suite.Run(kernel, declaration, new(Level.Standard, [], []) { For = declaration },
            rows.Where(declaration.Concerns));
        Assert.Equal(0, outcome.ExitCode);
    }

    [Theory]
    [InlineData("torchao-rceil")]
    [InlineData("triton-up")]
    public void A_kernel_that_hears_no_words_is_identified(string name)
    {
        Profile profile = Profile.Find(name)!;
        using ProfileKernel kernel = new(profile.Policy, BlackBox.Deaf);
        ChoicesFound found = ChoiceIdentifier.Run(kernel, []);
        Assert.Contains(found.Nearest, near => near.Misses == 0 && near.Profile == profile);
        Assert.All(found.Conversions.SelectMany(one => one.Latitudes).Where(l => l.Word != WordEffect.Untried), l
            => Assert.Equal(WordEffect.Ignored, l.Word));
    }

    [Theory]
    [InlineData("ggml")]
    [InlineData("transformer-engine")]
    public void A_kernel_that_takes_one_combination_of_words_is_identified(string name)
    {
        Profile profile = Profile.Find(name)!;
        using ProfileKernel kernel = new(profile.Policy, BlackBox.Strict);
        ChoicesFound found = ChoiceIdentifier.Run(kernel, []);
        Assert.Equal(25, found.Conversions.Length);
        Assert.Contains(found.Nearest, near => near.Misses == 0 && near.Profile == profile);
        Assert.Contains(found.Conversions.SelectMany(one => one.Latitudes), l => l.Word == WordEffect.Refused);
    }

    /// <summary>No profile has these choices, some of which show under others alone.</summary>
    [Theory]
    [InlineData("scale-rule=ceil rounding=toward-zero overflow=non-finite directed-overflow=as-policy zero-block=min-normal")]
    [InlineData("profile=ggml scale-underflow=clamp inf-in-block=scale-max nan-without-code=signed-max")]
    [InlineData("scale-rule=even scale-arithmetic=binary32-log2 subnormal-inputs=flush-block cast-of-zero=nan cast-of-negative=scale00")]
    public void Choices_of_no_profile_are_found_one_by_one(string words)
    {
        ConversionPolicy policy = new Declaration(words.Split(' ')).Policy;
        using ProfileKernel kernel = new(policy, BlackBox.Deaf);
        ChoicesFound found = ChoiceIdentifier.Run(kernel, []);
        Assert.Empty(found.Departures);
        Assert.DoesNotContain(found.Nearest, near => near.Misses == 0);
        Assert.All(found.Conversions, one => Assert.All(one.Latitudes, l =>
        {
            Conversion conversion = one.Evidence.Conversion;
            string asked = ChoiceReach.Effective(conversion.Operation, conversion.Format, l.Latitude, policy);
            Assert.True(l.Choice == asked || l.NotTold.Contains(asked), $"{conversion}: {l}, not {asked}");
        }));
        Assert.Equal(found.Policy, new Declaration(Through(ProfileFile.Of("x", found.Base, found.Policy)).Words).Policy);
    }

    /// <summary>No list can have every threshold: T is found to the last bit, in scales and in whole blocks.</summary>
    [Theory]
    [InlineData("scale-rule=threshold:1.3")]
    [InlineData("scale-rule=threshold:1.0000001192092896 overflow=non-finite")]
    public void A_threshold_is_found_to_its_last_bit(string words)
    {
        ConversionPolicy policy = new Declaration(words.Split(' ')).Policy;
        using ProfileKernel kernel = new(policy, BlackBox.Deaf);
        ChoicesFound found = ChoiceIdentifier.Run(kernel, []);
        Assert.Empty(found.Departures);
        Assert.Equal(policy.ScaleRule, found.Policy.ScaleRule);

        // Six formats have powers of two for scales, and a quotient is no threshold.
        Assert.Equal(12, found.Conversions.SelectMany(one => one.Latitudes).Count(l => l.Choice == policy.ScaleRule.Name));
    }

    /// <summary>Given the bits, a stochastic mode is deterministic: variant and number of bits are found, whatever was asked.</summary>
    [Theory]
    [InlineData("stochastic:8", "stochastic:8")]
    [InlineData("stochastic-b:8", "stochastic-b:8")]
    [InlineData("stochastic:4", "stochastic:4 of the first 4 bits")]
    [InlineData("ties-to-even", "ties-to-even, the bits not read")]
    public void What_is_done_with_random_bits_is_found(string done, string says)
    {
        using StochasticKernel kernel = new(done);
        ChoicesFound found = ChoiceIdentifier.Run(kernel, []);
        Assert.Empty(found.Conversions);
        Assert.Equal(["encode e4m3", "quantize mxfp8-e4m3"], found.Stochastic.Select(one => one.Conversion.ToString()));
        Assert.All(found.Stochastic, one => Assert.Equal([8], one.Taken));
        Assert.All(found.Stochastic, one => Assert.Equal(says, one.DoneAs?.ToString()));
        Assert.All(found.Stochastic, one => Assert.Empty(one.NotTold));
        Assert.True(found.IsExplained);
        Assert.Contains(ChoicesText.Lines("x", found), line => line.StartsWith("stochastic   ", StringComparison.Ordinal)
            && line.Contains(done == "stochastic:8" ? "8 bits as asked" : $"done as {says}", StringComparison.Ordinal));
    }

    /// <summary>A fault that is no choice: the probes that show it stand there, and the exit code says that something is left
    /// over.</summary>
    [Fact]
    public void What_no_choice_explains_is_said()
    {
        using FaultyKernel kernel = new();
        ChoicesFound found = ChoiceIdentifier.Run(kernel, []);
        Assert.Equal("encode e4m3", Assert.Single(found.Conversions).Evidence.Conversion.ToString());
        Assert.NotEmpty(found.Departures);
        Assert.All(found.Departures, departure => Assert.Equal("7d", departure.Got));
        Assert.Equal("ocp", found.Base.Name);
        Assert.Contains(ChoicesText.Lines("x", found), line => line.StartsWith("unexplained", StringComparison.Ordinal));
        Assert.Contains(ChoicesText.Lines("x", found), line => line.StartsWith("not exercised: scale-rule", StringComparison.Ordinal));
    }

    [Fact]
    public void A_kernel_that_does_nothing_is_told_so()
    {
        (int code, string output, _) = MxactProgram.Run("", "identify", "--", "sh", "-c", "while read x; do echo unsupported; done");
        Assert.Equal(1, code);
        Assert.Contains("nothing to identify", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_breaks_the_protocol_is_no_finding()
    {
        (int code, string output, string error) = MxactProgram.Run("", "identify", "--", "sh", "-c", "while read x; do echo hello; done");
        Assert.Equal(3, code);
        Assert.DoesNotContain("profile", output, StringComparison.Ordinal);
        Assert.Contains("'hello'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_writes_a_profile_that_run_takes()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "found.json");
        (int code, string output, string error) = MxactProgram.Run("", "identify", "builtin", "--profile", "triton-down", "--write", path);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Contains("profile      triton-down", output, StringComparison.Ordinal);
        (code, output, _) = MxactProgram.Run("", "run", "builtin", "--level", "smoke", "--only", "quantize", "--profile", path);
        Assert.Equal(0, code);
        Assert.Contains("profile=triton-down", output, StringComparison.Ordinal);
    }

    /// <summary>Everything that the text says, and what it has no room for; as the committed schema has it.</summary>
    [Theory]
    [InlineData(0, "builtin", "--profile", "triton-down")]
    [InlineData(1, "--", "sh", "-c", "while read x; do echo unsupported; done; exit 1")]
    [InlineData(1, "--", "sh", "-c", "while read x; do case $x in encode\\ e2m1*) echo 05;; *) echo unsupported;; esac; done")]
    public void The_command_writes_everything_as_json(int code, params string[] kernel)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "found.json");
        (int exit, _, string error) = MxactProgram.Run("", ["identify", "--json", path, .. kernel]);
        Assert.Equal((code, ""), (exit, error));
        JsonNode found = Schema.Holds("identification.schema.json", File.ReadAllText(path));
        Assert.Equal(code, (int)found["exit_code"]!);
        Assert.Equal(Latitude.All.Length, found["latitudes"]!.AsArray().Count);
        Assert.Equal(Profile.All.Length, found["profiles"]!.AsArray().Count);
        if (code == 0)
        {
            Assert.Equal("triton-down", (string?)found["profiles"]![0]!["name"]);
            Assert.Equal("triton-down", (string?)found["base"]);
            JsonNode ocp = Assert.Single(found["profiles"]!.AsArray(), profile => (string?)profile!["name"] == "ocp")!;
            string[] differs = [.. Latitude.All.Where(l => l.Of(Profile.Find("triton-down")!.Policy) != l.Default).Select(l => l.Id)];
            Assert.NotEmpty(ocp["differences"]!.AsArray());
            Assert.All(ocp["differences"]!.AsArray(), difference => Assert.Contains((string?)difference!["latitude"], differs));

            // Where the kernel first leaves ocp, both answers as the reference has them.
            Question asked = Question.Parse($"{ocp["first"]!["conversion"]} {ocp["first"]!["operand"]}", out string operand);
            Assert.Equal(Answerer.For(asked).Answer(operand), (string?)ocp["first"]!["expected"]);
            Question own = asked with { Policy = Profile.Find("triton-down")!.Policy };
            Assert.Equal(Answerer.For(own).Answer(operand), (string?)ocp["first"]!["got"]);
        }
        else
        {
            Assert.True(found["unexplained"]!.AsArray().Count + found["incidents"]!.AsArray().Count > 0);
        }
    }

    private static ProfileFile Through(ProfileFile file)
    {
        using TemporaryFolder folder = new();
        return ProfileFile.Read(folder.Write("p.json", file.ToJson()));
    }

    /// <summary>E4M3 that saturates one code too low.</summary>
    private sealed class FaultyKernel : IKernelUnderTest
    {
        private readonly BuiltinKernel builtin = new();

        public string Name => "faulty";

        public IReadOnlyList<string> Declared => [];

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => builtin.Ask(requests).Zip(requests, (reply, request)
            => !request.StartsWith("encode e4m3 rounding=ties-to-even overflow=saturate", StringComparison.Ordinal)
                ? new Reply(ReplyKind.Unsupported, Answers.Unsupported)
                : reply.Text == "7e" ? reply with { Text = "7d" } : reply);

        public void Dispose() => builtin.Dispose();
    }

    /// <summary>Takes stochastic:8 alone, and does with the bits what nobody told.</summary>
    private sealed class StochasticKernel(string done) : IKernelUnderTest
    {
        private readonly BuiltinKernel builtin = new();

        public string Name => "stochastic";

        public IReadOnlyList<string> Declared => [];

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.Select(request =>
        {
            bool isTaken = request.StartsWith("encode e4m3 ", StringComparison.Ordinal)
                || request.StartsWith("quantize mxfp8-e4m3 ", StringComparison.Ordinal);
            if (!isTaken || !request.Contains("rounding=stochastic:8 ", StringComparison.Ordinal))
            {
                return new Reply(ReplyKind.Unsupported, Answers.Unsupported);
            }

            int last = request.LastIndexOf(' ') + 1;
            string bits = string.Concat(request[last..].Chunk(2).Select(byteOf => done switch
            {
                "stochastic:4" => byteOf[..1],
                "ties-to-even" => [],
                _ => byteOf,
            }).SelectMany(digits => digits));
            return builtin.Ask([$"{request[..last].Replace("stochastic:8", done, StringComparison.Ordinal)}{bits}".TrimEnd()]).Single();
        });

        public void Dispose() => builtin.Dispose();
    }
}
