using Mxact.Conformance.Adapters;
using Mxact.Conformance.Identification;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>Units that are no dot product at all: something is said of each, and none is taken for a model of the table.</summary>
public sealed class OddUnitTests
{
    private static readonly Dictionary<string, Func<string, uint, uint>> Kinds = new(StringComparer.Ordinal)
    {
        ["zero"] = (_, _) => 0,
        ["one"] = (_, _) => 1,
        ["infinity"] = (_, _) => 0x7f800000,
        ["nan"] = (_, _) => 0x7fc00000,
        ["ones"] = (_, _) => 0xffffffff,
        ["constant"] = (_, _) => 0x41c3a5d7,
        ["large"] = (_, _) => 0x7f000000,
        ["c"] = (request, _) => Convert.ToUInt32(request[^8..], 16),
        ["double"] = (_, exact) => exact + 0x00800000,
        ["half"] = (_, exact) => exact - 0x00800000,
        ["negated"] = (_, exact) => exact ^ 0x80000000,
        ["absolute"] = (_, exact) => exact & 0x7fffffff,
        ["no fraction"] = (_, exact) => exact & 0xff800000,
        ["one bit of fraction"] = (_, exact) => exact & 0xffc00000,
        ["no exponent"] = (_, exact) => exact & 0x807fffff,
        ["hash"] = (request, _) => request.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u),
        ["noisy"] = (request, exact) => exact ^ (request.Sum(letter => letter) % 3 == 0 ? 1u : 0u),
        ["short alone"] = (request, exact) => request.Length < 200 ? exact : 0,
        ["long alone"] = (request, exact) => request.Length < 200 ? 0 : exact,
    };

    public static TheoryData<string> Names() => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Something_is_said_of_every_unit(string kind)
    {
        foreach (string format in (string[])["fp16", "e4m3", "mxfp4"])
        {
            DotOperand operand = DotOperand.Parse(format);
            DotShape shape = new(operand.Element, operand.Element, operand.Scale, ElementFormats.Binary32);
            Identification.Identification found = Identifier.Run(new Unit(new OddKernel(shape, Kinds[kind]), shape, "unknown"), 40, 1);
            Assert.Empty(found.Equivalent);
            Assert.True(found.F is null or >= 0, $"F = {found.F}");
            Assert.All(IdentificationText.Lines(kind, found), line => Assert.DoesNotContain('\n', line));
        }
    }

    /// <summary>A unit that stops answering is a failed kernel, not one that answers 0 to the rest.</summary>
    [Fact]
    public void A_unit_that_stops_is_a_failure()
    {
        DotShape shape = new(ElementFormats.Binary16, ElementFormats.Binary16, null, ElementFormats.Binary32);
        KernelFailedException failed = Assert.Throws<KernelFailedException>(
            () => Identifier.Run(new Unit(new OddKernel(shape, (_, exact) => exact, most: 5), shape, "unknown"), 40, 1));
        Assert.Contains("answered 5 of ", failed.Message, StringComparison.Ordinal);
    }

    private sealed class OddKernel(DotShape shape, Func<string, uint, uint> answer, int most = int.MaxValue) : IKernelUnderTest
    {
        private readonly ModelKernel exact = new(MatrixUnits.Parse(shape.Scale is { } scale ? $"exact:{scale}" : "exact"));

        public string Name => "odd";

        public IReadOnlyList<string> Declared => [];

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
            => exact.Ask(requests).Zip(requests, (reply, request)
                => Reply.Of(HexWords.Write(answer(request, Convert.ToUInt32(reply.Text, 16)), 8))).Take(most);

        public void Dispose() => exact.Dispose();
    }
}
