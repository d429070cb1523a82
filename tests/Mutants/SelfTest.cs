using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mxact.Mutants.Rewriting;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants;

/// <summary>The rewriter on a small program: what it must find, what it must leave, and that the result compiles.</summary>
internal static class SelfTest
{
    private const string Code = """
        enum E { A = 1 }
        static class C
        {
            const int K = 3;
            static uint M(uint x, int n = 4)
            {
                if (x < 2 && n != 0) { x = x + 1; }
                for (int i = 0; i < n; i++) { if (i is 7) { continue; } }
                uint y; y = 5;
                return System.Math.Min(x, y) << K;
            }
        }
        """;

    private static readonly string[] Expected =
    [
        "x < 2 && n != 0 -> x < 2 || n != 0", "x < 2 -> x <= 2", "2 -> unchecked((uint)((2) + 1))", "n != 0 -> n == 0",
        "0 -> unchecked((int)((0) + 1))", "x = x + 1; -> ", "x + 1 -> x - 1", "1 -> unchecked((uint)((1) + 1))",
        "0 -> unchecked((int)((0) + 1))", "i < n -> i <= n", "i is 7 -> !(i is 7)", "continue; -> ", "5 -> unchecked((uint)((5) + 1))",
        "System.Math.Min(x, y) << K -> System.Math.Min(x, y) >> K", "System.Math.Min(x, y) -> System.Math.Max(x, y)",
    ];

    /// <summary>Says what differs.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(TextWriter output)
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(Path.Combine(folder, "Spec"));
        try
        {
            string[] trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
            CSharpCompilation compilation = CSharpCompilation.Create("Small",
                [CSharpSyntaxTree.ParseText(Code, path: Path.Combine(folder, "Spec", "Small.cs"), encoding: System.Text.Encoding.UTF8)],
                trusted.Select(path => MetadataReference.CreateFromFile(path)),
                new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
            (List<Site> sites, int _) = Schemata.Rewrite(compilation, folder, 0, Room.Takes);
            string[] found = [.. sites.Select(site => $"{site.Original} -> {site.Mutated}")];
            Array.ForEach([.. Expected.Except(found)], line => output.WriteLine($"missing: {line}"));
            Array.ForEach([.. found.Except(Expected)], line => output.WriteLine($"not asked for: {line}"));

            bool whole = found.Order(StringComparer.Ordinal).SequenceEqual(Expected.Order(StringComparer.Ordinal))
                && File.ReadAllText(Path.Combine(folder, "Spec", "Small.cs")).Contains("const int K = 3;", StringComparison.Ordinal);
            output.WriteLine(whole ? $"self-test: {found.Length} sites as they should be" : "self-test: failed");
            return whole ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
