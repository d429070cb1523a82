using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>Mutants that are held to the golden vectors as kernels, for the suite to kill and to name.</summary>
/// <param name="Name">What the command line calls the table.</param>
/// <param name="Paths">Beginnings of the paths of its files.</param>
/// <param name="Operations">The operations of the protocol that may reach them: a name is looked for in the first that a mutant
/// fails.</param>
internal sealed record NamedTable(string Name, string[] Paths, string[] Operations)
{
    /// <summary>The tables: the reference, and how products are summed.</summary>
    public static readonly NamedTable[] All =
    [
        new("reference", ["Simulator/Exact/", "Simulator/Reference/"],
            ["encode", "quantize", "scale", "dequantize", "decode", "pack", "unpack", "dot"]),
        new("accumulation",
            ["Simulator/Accumulation/Families/", "Simulator/Accumulation/DotProduct.cs", "Simulator/Accumulation/PeriodicPromotion.cs",
                "Simulator/Accumulation/Models/MatrixUnits.cs", "Simulator/Accumulation/Models/ModelRows.cs",
                "Simulator/Accumulation/Models/ModelOutput.cs", "Simulator/Accumulation/Models/OutputConversion.cs"], ["dot"]),
    ];

    /// <summary>The names that were expected before any mutant was judged, from the top of the working tree.</summary>
    public string Expectations => $"tests/Mutants/Naming/{Name}.csv";

    /// <summary>The table of a name.</summary>
    /// <exception cref="MutationException">There is none.</exception>
    public static NamedTable Find(string name) => All.FirstOrDefault(table => table.Name == name)
        ?? throw new MutationException($"--named {name}: one of {string.Join(", ", All.Select(table => table.Name))}");

    /// <summary>Whether a file is one of its.</summary>
    public bool Holds(string file) => Paths.Any(path => file.StartsWith(path, StringComparison.Ordinal));
}
