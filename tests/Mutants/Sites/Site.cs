namespace Mxact.Mutants.Sites;

/// <summary>One place where the production code can be changed, and the change.</summary>
/// <param name="Id">Its number: stable as long as the production code is.</param>
/// <param name="Room">The top-level folder.</param>
/// <param name="File">Path from the root, with forward slashes.</param>
/// <param name="Line">From one.</param>
/// <param name="Kind">What sort of change.</param>
/// <param name="Original">The code as it stands, on one line.</param>
/// <param name="Mutated">What takes its place.</param>
internal sealed record Site(int Id, string Room, string File, int Line, MutationKind Kind, string Original, string Mutated)
{
    /// <summary>The columns of a list of sites.</summary>
    public static readonly string[] Columns = ["id", "room", "file", "line", "kind", "original", "mutated"];

    /// <summary>The cells of one row.</summary>
    public string[] Cells() => [Text(Id), Room, File, Text(Line), Kind.ToString(), Original, Mutated];

    /// <summary>The site of one row.</summary>
    public static Site FromCells(IReadOnlyList<string> cells)
        => new(Number(cells[0]), cells[1], cells[2], Number(cells[3]), Enum.Parse<MutationKind>(cells[4]), cells[5], cells[6]);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
