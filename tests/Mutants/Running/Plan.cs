using Mxact.Mutants.Rewriting;

namespace Mxact.Mutants.Running;

/// <summary>What of the working tree is mutated, and what is built of it.</summary>
/// <param name="Folder">The copy's place under <c>artifacts</c>.</param>
/// <param name="Rooms">The rooms that are copied as production code.</param>
/// <param name="Decides">Beginnings of the paths of what a result depends on: a change there makes the copy anew.</param>
/// <param name="Left">What is not copied.</param>
/// <param name="Mutated">The projects that are mutated, each after those it uses.</param>
/// <param name="Takes">Whether a file is rewritten.</param>
/// <param name="Built">The projects that are built.</param>
/// <param name="Kept">A folder of the copy that is kept as it was built before anything was mutated.</param>
internal sealed record Plan(string Folder, string[] Rooms, string[] Decides, string[] Left, string[] Mutated, Func<string, bool> Takes,
    string[] Built, string? Kept = null)
{
    /// <summary>Everything, for the tests to judge.</summary>
    public static Plan Tests { get; } = new("mutants", Room.All, Room.All, ["tests/Mutants/"], Room.Projects, Room.Takes,
        [.. Room.Tests.Select(room => $"tests/{room}.Tests")]);
}
