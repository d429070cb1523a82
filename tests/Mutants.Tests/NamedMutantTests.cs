using Mxact.Common;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Mutants.Naming;
using Mxact.Vectors;
using Expectation = Mxact.Mutants.Naming.Expectation;

namespace Mxact.Mutants.Tests;

/// <summary>
/// A sample of the named mutants: the reference with one of them alive is a kernel, and the suite kills it and calls it what its entry
/// says. The whole is a command of its own (tests/Mutants/README.md).
/// </summary>
public sealed class NamedMutantTests(NamedMutantTests.Entries entries) : IClassFixture<NamedMutantTests.Entries>
{
    private static readonly GoldenSet Golden = GoldenSet.Open(GoldenSet.DefaultFolder());

    /// <summary>Every entry of the reference's list, and the simulator that holds them all.</summary>
    public sealed class Entries
    {
        internal Dictionary<string, Expectation> Expected { get; }
            = Expectation.Read(Repository.At(NamedTable.Find("reference").Expectations.Split('/')));

        internal MutatedSimulator Simulator { get; }

        public Entries() => Simulator = new(Expected.Keys);
    }

    [Theory]
    [InlineData("cast-of-zero=nan", "encode+e8m0")]
    [InlineData("rounding=ties-to-zero where ties-to-away is asked", "encode+e2m1")]
    [InlineData("element-divisor=unrounded", "quantize+nvfp4")]
    [InlineData("scale-overflow=scale-nan", "quantize+nvfp4")]
    [InlineData("nan-in-block=scale-zero", "quantize+mxfp4")]
    public void A_mutant_is_killed_and_named(string name, string rows)
    {
        string key = entries.Expected.First(entry => entry.Value.Text == name).Key;
        Selection selection = new(Level.Standard, [rows], []) { For = new Declaration([]) };
        using InMemoryKernel kernel = new(entries.Simulator, key);
        Outcome outcome = Suite.Run(kernel, new([]), selection, selection.Rows(Golden), stop: TestContext.Current.CancellationToken);
        Assert.True(outcome[Verdict.Fail] > 0);
        Assert.Equal(name, Diagnosis.Of(outcome).Causes[0].Fault.Name);
    }

    /// <summary>What is not alive changes nothing: the mutated simulator is the reference until it is told otherwise.</summary>
    [Fact]
    public void Without_a_mutant_it_is_the_reference()
    {
        string equivalent = entries.Expected.First(entry => entry.Value.IsEquivalent).Key;
        Selection selection = new(Level.Smoke, ["encode+e2m1", "quantize+nvfp4"], []) { For = new Declaration([]) };
        using InMemoryKernel kernel = new(entries.Simulator, equivalent);
        Outcome outcome = Suite.Run(kernel, new([]), selection, selection.Rows(Golden), stop: TestContext.Current.CancellationToken);
        Assert.Equal(0, outcome[Verdict.Fail]);
        Assert.True(outcome[Verdict.Pass] > 0);
    }
}
