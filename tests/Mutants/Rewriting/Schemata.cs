using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Rewriting;

/// <summary>Rewrites one project so that one build holds all of its mutants; a site that does not compile is left as it was.</summary>
internal static class Schemata
{
    private const int Rounds = 20;

    /// <summary>Errors that show where a value is used, not where its assignment went missing.</summary>
    private static readonly string[] Unassigned = ["CS0165", "CS0170", "CS0171", "CS0177", "CS0269"];

    /// <summary>Rewrites the files of a project in place.</summary>
    /// <param name="compilation">The project as it stands.</param>
    /// <param name="tree">The folder that the paths of sites begin at.</param>
    /// <param name="first">The number of its first site.</param>
    /// <param name="takes">Which files are rewritten.</param>
    /// <returns>The sites that stand, and the number after the last one.</returns>
    public static (List<Site> Sites, int Next) Rewrite(CSharpCompilation compilation, string tree, int first, Func<string, bool> takes)
    {
        (CSharpCompilation mutated, List<Site> sites, int next) = Mutated(compilation, tree, first, takes);
        Write(mutated, tree);
        return (sites, next);
    }

    /// <summary>The same in memory.</summary>
    public static (CSharpCompilation Mutated, List<Site> Sites, int Next) Mutated(CSharpCompilation compilation, string tree, int first,
        Func<string, bool> takes)
    {
        HashSet<string> known = [.. Errors(compilation).Select(Key)];
        SyntaxTree injected = CSharpSyntaxTree.ParseText(Injected(), (CSharpParseOptions)compilation.SyntaxTrees[0].Options, "Mutation.cs");
        HashSet<int> dropped = [];
        for (int round = 0; round < Rounds; round++)
        {
            List<Site> sites = [];
            int next = first;
            CSharpCompilation mutated = compilation.AddSyntaxTrees(injected);
            foreach (SyntaxTree file in compilation.SyntaxTrees)
            {
                string path = Path.GetRelativePath(tree, file.FilePath).Replace('\\', '/');
                if (!takes(path) || path.StartsWith("..", StringComparison.Ordinal))
                {
                    continue;
                }

                ByHand hand = new([.. ByHand.All.Where(entry => entry.File == path)]);
                SchemataRewriter rewriter = new(compilation.GetSemanticModel(file), path.Split('/')[0], path, next, dropped, hand);
                SyntaxNode root = rewriter.Visit(file.GetRoot())!;
                hand.RequireAllPlaced();
                sites.AddRange(rewriter.Sites);
                next = rewriter.Next;
                mutated = mutated.ReplaceSyntaxTree(file, file.WithRootAndOptions(root, file.Options));
            }

            int before = dropped.Count;
            foreach (Diagnostic error in Errors(mutated).Where(error => !known.Contains(Key(error))))
            {
                dropped.UnionWith(Blamed(error));
                if (sites.Find(site => site.Kind == MutationKind.ByHand && dropped.Contains(site.Id)) is { } wrong)
                {
                    throw new MutationException(
                        $"ByHand.csv: {wrong.Mutated} does not compile: {error.GetMessage(CultureInfo.InvariantCulture)}");
                }
            }

            if (dropped.Count == before)
            {
                return (mutated, sites, next);
            }
        }

        throw new MutationException($"{compilation.AssemblyName}: it still does not compile after {Rounds} rounds");
    }

    /// <summary>The class that is put into every project.</summary>
    public static string Injected()
    {
        using StreamReader reader = new(typeof(Schemata).Assembly.GetManifestResourceStream("Mutation.cs")!);
        return reader.ReadToEnd();
    }

    private static void Write(CSharpCompilation mutated, string tree)
    {
        foreach (SyntaxTree file in mutated.SyntaxTrees.Where(file => file.GetRoot().GetAnnotatedNodes(SchemataRewriter.Annotation).Any()))
        {
            File.WriteAllText(Path.GetFullPath(file.FilePath, tree), file.GetRoot().ToFullString(), new UTF8Encoding(false));
        }
    }

    private static IEnumerable<Diagnostic> Errors(CSharpCompilation compilation)
        => compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error);

    private static string Key(Diagnostic error)
        => $"{error.Id} {Path.GetFileName(error.Location.SourceTree?.FilePath)} {error.GetMessage(CultureInfo.InvariantCulture)}";

    /// <summary>The innermost site around an error; for one of flow, which shows elsewhere, those that can cause it.</summary>
    private static int[] Blamed(Diagnostic error)
    {
        if (error.Location.SourceTree?.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true) is not { } node)
        {
            throw new MutationException($"an error without a place: {error}");
        }

        string? name = Unassigned.Contains(error.Id) ? Name(error) : null;
        foreach (SyntaxNode around in node.AncestorsAndSelf())
        {
            if (name is null && Numbers(around) is { Length: > 0 } innermost)
            {
                return innermost;
            }

            if (around is MemberDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
                && Suspects([.. around.GetAnnotatedNodes(SchemataRewriter.Annotation)], name) is { Length: > 0 } suspects)
            {
                return suspects;
            }
        }

        throw new MutationException($"an error that no mutant explains: {error}");
    }

    /// <summary>The statements that name what is not assigned, or that end a path; without any, whatever there is.</summary>
    private static int[] Suspects(SyntaxNode[] inside, string? name)
    {
        SyntaxNode[] statements = [.. inside.OfType<StatementSyntax>()];
        SyntaxNode[] likely = [.. statements.Where(one => name is null
            ? one.DescendantNodes().Any(part
                => part is ThrowStatementSyntax or ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax)
            : one.DescendantTokens().Any(token => token.Text == name))];
        SyntaxNode[] blamed = likely.Length > 0 ? likely : statements.Length > 0 ? statements : inside;
        return [.. blamed.SelectMany(Numbers)];
    }

    private static string Name(Diagnostic error) => error.GetMessage(CultureInfo.InvariantCulture).Split('\'') is [_, var quoted, ..]
        ? quoted.Split('.')[^1] : string.Empty;

    private static int[] Numbers(SyntaxNode node)
        => [.. node.GetAnnotations(SchemataRewriter.Annotation).Select(mark => int.Parse(mark.Data!, CultureInfo.InvariantCulture))];
}
