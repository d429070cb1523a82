using System.Collections.Immutable;

namespace Mxact.Checkpoints.Which;

/// <summary>Something that the writer did and that is no choice: in a few words, in a sentence, and of how many blocks.</summary>
/// <param name="Name">In a few words.</param>
/// <param name="Words">In a sentence.</param>
/// <param name="Explained">Sampled blocks that depart from the choices and are explained so.</param>
internal sealed record FaultFound(string Name, string Words, int Explained);

/// <summary>What explains a sample of blocks.</summary>
/// <param name="Policy">The choices: those of which no block decides are the nearest profile's, or the standard's.</param>
/// <param name="Profiles">The named profiles that no block tells from them, the first of them meant.</param>
/// <param name="NotTold">Choices that no block tells from those made, as <c>id=choice, choice</c>, or an id where none is told.</param>
internal sealed record Explanation(ConversionPolicy Policy, ImmutableArray<Profile> Profiles, ImmutableArray<string> NotTold)
{
    /// <summary>Blocks that were looked at.</summary>
    public required int Sampled { get; init; }

    /// <summary>Those of them that the choices do not give.</summary>
    public required int Departing { get; init; }

    /// <summary>What was done besides, the one that explains most first.</summary>
    public ImmutableArray<FaultFound> Faults { get; init; } = [];

    /// <summary>The code that is written in place of each scale's, where that is all that is wrong.</summary>
    public ImmutableArray<byte>? Written { get; init; }

    /// <summary>Sampled blocks that nothing explains.</summary>
    public int Unexplained => Departing - Faults.Sum(fault => fault.Explained);
}
