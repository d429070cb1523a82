using Mxact.Conformance.Adapters;

namespace Mxact.Mutants.Tests;

/// <summary>The mutated reference with one mutant alive.</summary>
/// <param name="simulator">The mutants.</param>
/// <param name="key">Which one is alive.</param>
internal sealed class InMemoryKernel(MutatedSimulator simulator, string key) : IKernelUnderTest
{
    public string Name => key;

    public IReadOnlyList<string> Declared => [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.Select(request => Reply.Of(simulator.Answer(key, request)));

    public void Dispose()
    {
    }
}
