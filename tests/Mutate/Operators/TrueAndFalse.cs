using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>True for false, and the other way round.</summary>
internal sealed class TrueAndFalse : Operator
{
    public override string Name => "true/false";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model) => node switch
    {
        LiteralExpressionSyntax { Parent: not (WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax) } literal => literal.Kind() switch
        {
            SyntaxKind.TrueLiteralExpression => Change.InsteadOfLiteral(literal, "false"),
            SyntaxKind.FalseLiteralExpression => Change.InsteadOfLiteral(literal, "true"),
            _ => [],
        },
        _ => [],
    };
}
