using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>Mutants that are held to the golden vectors as kernels, for the suite to kill and to name.</summary>
/// <param name="Name">What the command line calls the table.</param>
/// <param name="Paths">Beginnings of the paths of its files.</param>
/// <param name="Operations">The operations of the protocol that may reach them.</param>
/// <param name="Terms">
/// The rows that a name is looked for in: of each operation the formats that differ in kind, for a name that is right in one is right in its
/// likes, and the search is made anew in each.
/// </param>
internal sealed record NamedTable(string Name, string[] Paths, string[] Operations, string[] Terms)
{
    /// <summary>The tables: the reference, and how products are summed.</summary>
    public static readonly NamedTable[] All =
    [
        new("reference", ["Simulator/Exact/", "Simulator/Reference/"],
            ["encode", "decode", "scale", "quantize", "dequantize", "pack", "unpack", "dot"],
            ["encode+e4m3", "encode+e2m1", "encode+int8", "encode+e8m0", "encode+ue4m3", "decode+e4m3", "decode+e5m2", "decode+int8",
                "scale+mxfp4", "quantize+mxfp4", "quantize+mxint8", "quantize+nvfp4", "dequantize+mxfp4", "dequantize+mxfp8-e5m2",
                "dequantize+nvfp4", "pack", "unpack", "dot+e4m3"]),
        new("accumulation",
            ["Simulator/Accumulation/Families/", "Simulator/Accumulation/DotProduct.cs", "Simulator/Accumulation/PeriodicPromotion.cs",
                "Simulator/Accumulation/Models/MatrixUnits.cs", "Simulator/Accumulation/Models/ModelRows.cs",
                "Simulator/Accumulation/Models/ModelOutput.cs", "Simulator/Accumulation/Models/OutputConversion.cs"], ["dot"], ["dot"]),
    ];

    /// <summary>The names that were expected before any mutant was judged, from the top of the working tree.</summary>
    public string Expectations => $"tests/Mutants/Naming/{Name}.csv";

    /// <summary>The table of a name.</summary>
    /// <exception cref="MutationException">There is none.</exception>
    public static NamedTable Find(string name) => All.FirstOrDefault(table => table.Name == name)
        ?? throw new MutationException($"--named {name}: one of {string.Join(", ", All.Select(table => table.Name))}");

    /// <summary>The terms of some operations.</summary>
    public IEnumerable<string> TermsOf(string[] operations) => Terms.Where(term => operations.Contains(term.Split('+')[0], StringComparer.Ordinal));

    /// <summary>Whether a file is one of its.</summary>
    public bool Holds(string file) => Paths.Any(path => file.StartsWith(path, StringComparison.Ordinal));
}
