using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Rewriting;

/// <summary>What would take the place of an expression.</summary>
/// <param name="Kind">What sort of change.</param>
/// <param name="Mutated">The changed expression.</param>
/// <param name="Original">The expression as it stands; a constant says its type, which a conditional expression would lose.</param>
/// <param name="Descends">Whether there may be mutants inside it too.</param>
internal sealed record Change(MutationKind Kind, ExpressionSyntax Mutated, ExpressionSyntax? Original = null, bool Descends = true);
