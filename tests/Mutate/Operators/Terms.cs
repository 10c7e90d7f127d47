using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>One of the terms of an `and` or an `or` that is left out.</summary>
internal sealed class Terms : Operator
{
    public override string Name => "term";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model)
    {
        if (node is not BinaryExpressionSyntax binary || binary.Kind() is not (SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression))
        {
            yield break;
        }

        foreach (var term in new[] { binary.Left, binary.Right })
        {
            // Of a && b && c the left one is a && b, whose terms have their turn by themselves.
            if (term.Kind() == binary.Kind() || Change.Declares(term))
            {
                continue;
            }

            var how = binary.IsKind(SyntaxKind.LogicalAndExpression) ? Wrapping.AlwaysTrue(term) : Wrapping.AlwaysFalse(term);
            yield return new(term, binary.ToString(), (term == binary.Left ? binary.Right : binary.Left).ToString(), how);
        }
    }
}
