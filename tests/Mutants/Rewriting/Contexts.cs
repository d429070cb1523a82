using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mxact.Mutants.Rewriting;

/// <summary>Where an expression has to be a constant, or a statement cannot be left out.</summary>
internal static class Contexts
{
    /// <summary>Whether the language takes anything but a constant, or the code as it stands, at this node.</summary>
    public static bool IsFixed(SyntaxNode node) => node switch
    {
        AttributeListSyntax or EnumDeclarationSyntax or PatternSyntax or SwitchLabelSyntax => true,
        EqualsValueClauseSyntax { Parent: ParameterSyntax } => true,
        InterpolationAlignmentClauseSyntax or InterpolationFormatClauseSyntax => true,
        FieldDeclarationSyntax field => field.Modifiers.Any(word => word.IsKind(SyntaxKind.ConstKeyword)),
        LocalDeclarationStatementSyntax local => local.IsConst,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } } => true,
        _ => false,
    };

    /// <summary>Whether a statement is one that a mutant may leave out.</summary>
    public static bool CanBeLeftOut(StatementSyntax statement) => statement switch
    {
        ExpressionStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax => !Operators.Declares(statement),
        ReturnStatementSyntax { Expression: null } => true,
        BreakStatementSyntax broken => broken.Parent is not SwitchSectionSyntax && broken.Parent?.Parent is not SwitchSectionSyntax,
        YieldStatementSyntax yield => yield.IsKind(SyntaxKind.YieldReturnStatement),
        _ => false,
    };
}
