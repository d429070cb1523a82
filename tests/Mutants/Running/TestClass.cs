using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mxact.Mutants.Running;

/// <summary>One class of tests: what a mutant is run against.</summary>
/// <param name="Room">The room whose test project it is in.</param>
/// <param name="Name">Its name with its namespace.</param>
/// <param name="Source">A hash of its files: what it reaches is known for these alone.</param>
internal sealed record TestClass(string Room, string Name, string Source)
{
    /// <summary>The test projects in which a room's mutants may be killed: its own first.</summary>
    public static string[] Judges(string room) => room switch
    {
        "Spec" => ["Spec", "Vectors", "Conformance", "Simulator"],
        "Simulator" => ["Simulator", "Vectors", "Conformance"],
        "Vectors" => ["Vectors", "Conformance"],
        _ => [room],
    };

    /// <summary>The classes of a test project, from its source.</summary>
    public static IEnumerable<TestClass> Of(string tree, string room)
        => Directory.GetFiles(Path.Combine(tree, "tests", $"{room}.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).SelectMany(file => Named(File.ReadAllText(file)))
            .GroupBy(one => one.Name, one => one.Text, StringComparer.Ordinal)
            .Select(type => new TestClass(room, type.Key, Hash(string.Concat(type)))).OrderBy(type => type.Name, StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Text)> Named(string text)
        => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Where(HasTests)
            .Select(type => (FullName(type), text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];

    private static bool HasTests(ClassDeclarationSyntax type)
        => !type.Modifiers.Any(modifier => modifier.IsKind(SyntaxKind.AbstractKeyword))
        && type.Members.OfType<MethodDeclarationSyntax>().SelectMany(method => method.AttributeLists).SelectMany(list => list.Attributes)
            .Any(attribute => attribute.Name.ToString() is var name
                && (name.EndsWith("Fact", StringComparison.Ordinal) || name.EndsWith("Theory", StringComparison.Ordinal)));

    private static string FullName(ClassDeclarationSyntax type)
    {
        string space = type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString() ?? string.Empty;
        IEnumerable<string> names = type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Reverse()
            .Select(outer => outer.Identifier.Text);
        return $"{space}.{string.Join('+', names)}";
    }
}
