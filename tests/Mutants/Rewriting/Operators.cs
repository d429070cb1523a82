using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mxact.Mutants.Sites;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Mxact.Mutants.Rewriting;

/// <summary>The mutation operators: one table, from a node to what may take its place.</summary>
internal static class Operators
{
    private static readonly Dictionary<SyntaxKind, (MutationKind Kind, SyntaxKind Expression)> Binary = new()
    {
        [SyntaxKind.LessThanExpression] = (MutationKind.Comparison, SyntaxKind.LessThanOrEqualExpression),
        [SyntaxKind.LessThanOrEqualExpression] = (MutationKind.Comparison, SyntaxKind.LessThanExpression),
        [SyntaxKind.GreaterThanExpression] = (MutationKind.Comparison, SyntaxKind.GreaterThanOrEqualExpression),
        [SyntaxKind.GreaterThanOrEqualExpression] = (MutationKind.Comparison, SyntaxKind.GreaterThanExpression),
        [SyntaxKind.EqualsExpression] = (MutationKind.Comparison, SyntaxKind.NotEqualsExpression),
        [SyntaxKind.NotEqualsExpression] = (MutationKind.Comparison, SyntaxKind.EqualsExpression),
        [SyntaxKind.AddExpression] = (MutationKind.Arithmetic, SyntaxKind.SubtractExpression),
        [SyntaxKind.SubtractExpression] = (MutationKind.Arithmetic, SyntaxKind.AddExpression),
        [SyntaxKind.MultiplyExpression] = (MutationKind.Arithmetic, SyntaxKind.AddExpression),
        [SyntaxKind.DivideExpression] = (MutationKind.Arithmetic, SyntaxKind.MultiplyExpression),
        [SyntaxKind.ModuloExpression] = (MutationKind.Arithmetic, SyntaxKind.MultiplyExpression),
        [SyntaxKind.LeftShiftExpression] = (MutationKind.Arithmetic, SyntaxKind.RightShiftExpression),
        [SyntaxKind.RightShiftExpression] = (MutationKind.Arithmetic, SyntaxKind.LeftShiftExpression),
        [SyntaxKind.BitwiseAndExpression] = (MutationKind.Arithmetic, SyntaxKind.BitwiseOrExpression),
        [SyntaxKind.BitwiseOrExpression] = (MutationKind.Arithmetic, SyntaxKind.BitwiseAndExpression),
        [SyntaxKind.ExclusiveOrExpression] = (MutationKind.Arithmetic, SyntaxKind.BitwiseAndExpression),
        [SyntaxKind.LogicalAndExpression] = (MutationKind.Logic, SyntaxKind.LogicalOrExpression),
        [SyntaxKind.LogicalOrExpression] = (MutationKind.Logic, SyntaxKind.LogicalAndExpression),
    };

    private static readonly Dictionary<string, string> Calls = new(StringComparer.Ordinal)
    {
        ["Min"] = "Max",
        ["Max"] = "Min",
        ["Any"] = "All",
        ["All"] = "Any",
        ["Floor"] = "Ceiling",
        ["Ceiling"] = "Floor",
    };

    /// <summary>The change of an expression, or null. It names no variable: a change holds the expression twice.</summary>
    public static Change? Of(ExpressionSyntax node, SemanticModel model)
    {
        if (Constant(node, model) is { } constant)
        {
            return constant;
        }

        if (Declares(node) || model.GetConstantValue(node).HasValue)
        {
            return null;
        }

        ExpressionSyntax bare = Flat(node);
        return bare switch
        {
            BinaryExpressionSyntax binary when Binary.TryGetValue(binary.Kind(), out (MutationKind Kind, SyntaxKind Expression) swap)
                && model.GetTypeInfo(node).Type is { SpecialType: not SpecialType.System_String, TypeKind: not TypeKind.Error }
                => new(swap.Kind, BinaryExpression(
                    swap.Expression, binary.Left.WithTrailingTrivia(Space), binary.Right.WithLeadingTrivia(Space))),
            PrefixUnaryExpressionSyntax not when not.IsKind(SyntaxKind.LogicalNotExpression) => new(MutationKind.Negation, not.Operand),
            PrefixUnaryExpressionSyntax minus when minus.IsKind(SyntaxKind.UnaryMinusExpression)
                => new(MutationKind.Arithmetic, minus.Operand),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } member } call
                when Calls.TryGetValue(name.Identifier.Text, out string? other)
                => new(MutationKind.Call, call.WithExpression(member.WithName(IdentifierName(other)))),
            _ when IsCondition(node) && bare is not (BinaryExpressionSyntax or PrefixUnaryExpressionSyntax)
                => new(MutationKind.Negation, PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, ParenthesizedExpression(bare))),
            _ => null,
        };
    }

    /// <summary>The same code on one line, without comments and directives.</summary>
    public static T Flat<T>(T node)
        where T : SyntaxNode
        => node.ReplaceTrivia(node.DescendantTrivia(), (_, _) => Space).WithoutLeadingTrivia().WithoutTrailingTrivia();

    /// <summary>Whether the code brings a variable into scope.</summary>
    public static bool Declares(SyntaxNode node)
        => node.DescendantNodesAndSelf(inner => inner is not AnonymousFunctionExpressionSyntax)
            .Any(inner => inner is SingleVariableDesignationSyntax or DeclarationExpressionSyntax);

    /// <summary>A number that is written out, or computed from such: one more, in the type it is used in.</summary>
    private static Change? Constant(ExpressionSyntax node, SemanticModel model)
    {
        if (node is not (LiteralExpressionSyntax or BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or CastExpressionSyntax)
            || model.GetConstantValue(node) is not { HasValue: true, Value: { } value })
        {
            return null;
        }

        if (value is bool truth)
        {
            return node.Parent is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax
                ? null
                : new(MutationKind.Constant,
                    LiteralExpression(truth ? SyntaxKind.FalseLiteralExpression : SyntaxKind.TrueLiteralExpression));
        }

        TypeInfo type = model.GetTypeInfo(node);
        ITypeSymbol? used = IsNumber(type.ConvertedType) ? type.ConvertedType : IsNumber(type.Type) ? type.Type : null;
        if (used is null)
        {
            return null;
        }

        TypeSyntax name = ParseTypeName(used.ToDisplayString());
        ExpressionSyntax inner = ParenthesizedExpression(Flat(node));
        ExpressionSyntax Typed(ExpressionSyntax number)
            => CheckedExpression(SyntaxKind.UncheckedExpression, CastExpression(name, ParenthesizedExpression(number)));
        ExpressionSyntax one = LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(1));
        ExpressionSyntax more = BinaryExpression(SyntaxKind.AddExpression, inner, one);
        return new(MutationKind.Constant, Typed(more), Typed(inner), Descends: false);
    }

    private static bool IsNumber(ITypeSymbol? type)
        => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double and not SpecialType.System_Decimal;

    private static bool IsCondition(ExpressionSyntax node) => node.Parent switch
    {
        IfStatementSyntax branch => branch.Condition == node,
        WhileStatementSyntax loop => loop.Condition == node,
        ConditionalExpressionSyntax choice => choice.Condition == node,
        _ => false,
    };
}
