using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mxact.Mutants.Sites;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Mxact.Mutants.Rewriting;

/// <summary>
/// Turns each site of a file into a question: <c>(Mxact.Mutation.Is(17) ? mutated : original)</c>, so that one build holds every mutant.
/// The mutated side is the code as it was: only one mutant is ever alive.
/// </summary>
/// <param name="model">Types and constants of the file as it stands.</param>
/// <param name="room">The room the file is in.</param>
/// <param name="file">Its path from the root.</param>
/// <param name="first">The number of its first site.</param>
/// <param name="dropped">Sites that do not compile; they keep their numbers.</param>
/// <param name="hand">The file's mutants that no operator makes.</param>
internal sealed class SchemataRewriter(
    SemanticModel model, string room, string file, int first, IReadOnlySet<int> dropped, ByHand hand)
    : CSharpSyntaxRewriter
{
    /// <summary>The kind of the annotation that carries a site's number.</summary>
    public const string Annotation = "mutant";

    /// <summary>The sites that stand.</summary>
    public List<Site> Sites { get; } = [];

    /// <summary>The number after the last one.</summary>
    public int Next { get; private set; } = first;

    /// <inheritdoc/>
    public override SyntaxNode? Visit(SyntaxNode? node) => node switch
    {
        null => null,
        _ when Contexts.IsFixed(node) => node,
        ExpressionSyntax expression when hand.Take(expression) is { Count: > 0 } entries => Ask(expression, entries),
        _ => ByOperator(node),
    };

    private SyntaxNode? ByOperator(SyntaxNode node) => node switch
    {
        ExpressionSyntax expression and (IdentifierNameSyntax or not TypeSyntax) when Operators.Of(expression, model) is { } change
            => Ask(expression, change),
        StatementSyntax statement when Contexts.CanBeLeftOut(statement) => Ask(statement),
        _ => base.Visit(node),
    };

    /// <summary>One question around another, the operators' mutants inside.</summary>
    private SyntaxNode? Ask(ExpressionSyntax expression, List<ByHand.Entry> entries)
    {
        SyntaxNode? inside = ByOperator(expression);
        foreach (ByHand.Entry entry in entries)
        {
            int id = Take(expression, MutationKind.ByHand, entry.Mutated);
            inside = id < 0 || inside is not ExpressionSyntax original ? inside : Question(id, ParseExpression(entry.Mutated), original);
        }

        return inside;
    }

    private SyntaxNode? Ask(ExpressionSyntax expression, Change change)
    {
        int id = Take(expression, change.Kind, change.Mutated.NormalizeWhitespace().ToString());
        SyntaxNode? inside = change.Descends ? base.Visit(expression) : expression;
        return id < 0 || inside is not ExpressionSyntax original
            ? inside
            : Question(id, change.Mutated, change.Original?.WithTriviaFrom(original) ?? original);
    }

    /// <summary>The choice between an expression and what takes its place while the mutant is alive.</summary>
    private static ParenthesizedExpressionSyntax Question(int id, ExpressionSyntax mutated, ExpressionSyntax original)
    {
        ExpressionSyntax question = ConditionalExpression(Question(id), ParenthesizedExpression(mutated),
            ParenthesizedExpression(original.WithoutLeadingTrivia().WithoutTrailingTrivia()));
        return ParenthesizedExpression(question)
            .WithLeadingTrivia(original.GetLeadingTrivia().Add(Space))
            .WithTrailingTrivia(original.GetTrailingTrivia().Insert(0, Space))
            .WithAdditionalAnnotations(Mark(id));
    }

    private SyntaxNode? Ask(StatementSyntax statement)
    {
        int id = Take(statement, MutationKind.Statement, string.Empty);
        SyntaxNode? visited = base.Visit(statement);
        return id < 0 || visited is not StatementSyntax inside
            ? visited
            : IfStatement(PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, Question(id)), Block(inside))
                .WithLeadingTrivia(inside.GetLeadingTrivia()).WithTrailingTrivia(inside.GetTrailingTrivia())
                .WithAdditionalAnnotations(Mark(id));
    }

    private int Take(SyntaxNode node, MutationKind kind, string mutated)
    {
        int id = Next++;
        if (dropped.Contains(id))
        {
            return -1;
        }

        int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        Sites.Add(new(id, room, file, line, kind, Operators.Flat(node).NormalizeWhitespace().ToString(), mutated));
        return id;
    }

    private static ExpressionSyntax Question(int id)
        => ParseExpression(string.Create(CultureInfo.InvariantCulture, $"global::Mxact.Mutation.Is({id})"));

    private static SyntaxAnnotation Mark(int id) => new(Annotation, id.ToString(CultureInfo.InvariantCulture));
}
