using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mxact.Mutants.Naming;

/// <summary>
/// The lines of a file that decide no answer: the checks of a caller's arguments, which the protocol's own reader has passed before, what
/// is only taken down by a constructor, and what a number looks like in a message.
/// </summary>
internal static class Guards
{
    /// <summary>Their numbers, from one.</summary>
    public static HashSet<int> Of(string text)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text);
        return [.. tree.GetRoot().DescendantNodes().Where(IsGuard).SelectMany(node =>
        {
            FileLinePositionSpan span = tree.GetLineSpan(node.Span);
            return Enumerable.Range(span.StartLinePosition.Line + 1, span.EndLinePosition.Line - span.StartLinePosition.Line + 1);
        })];
    }

    private static bool IsGuard(SyntaxNode node) => node switch
    {
        ThrowStatementSyntax or ThrowExpressionSyntax => true,
        IfStatementSyntax { Statement: ThrowStatementSyntax or BlockSyntax { Statements: [ThrowStatementSyntax] } } => true,
        MethodDeclarationSyntax method => method.Identifier.Text.StartsWith("Require", StringComparison.Ordinal)
            || method.Identifier.Text is "ToString" or "GetHashCode" or "TryParse" or "Decimal",
        ConstructorDeclarationSyntax => true,
        InvocationExpressionSyntax call => call.Expression.ToString().Split('.')[^1] is var name
            && (name.StartsWith("Require", StringComparison.Ordinal) || name == "ThrowIfNull"),
        _ => false,
    };
}
