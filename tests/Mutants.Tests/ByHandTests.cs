using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mxact.Common;
using Mxact.Mutants.Rewriting;

namespace Mxact.Mutants.Tests;

/// <summary>The mutants that are written by hand name expressions of the code as it is.</summary>
public sealed class ByHandTests
{
    [Fact]
    public void Every_entry_is_an_expression_of_its_file()
    {
        foreach (IGrouping<string, ByHand.Entry> file in ByHand.All.GroupBy(entry => entry.File))
        {
            ByHand entries = new([.. file]);
            string source = File.ReadAllText(Repository.At(file.Key));
            SyntaxNode root = CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)
                .GetRoot(TestContext.Current.CancellationToken);
            foreach (ExpressionSyntax expression in root.DescendantNodes().OfType<ExpressionSyntax>())
            {
                _ = entries.Take(expression);
            }

            entries.RequireAllPlaced();
        }
    }
}
