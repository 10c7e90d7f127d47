using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>A condition that is turned round: a `!` too many, or one that is missing.</summary>
internal sealed class Conditions : Operator
{
    public override string Name => "condition";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model) => node switch
    {
        PrefixUnaryExpressionSyntax not when not.IsKind(SyntaxKind.LogicalNotExpression) && !Change.DeclaresByPattern(not) =>
            [new(not, not.ToString(), not.Operand.ToString(), Wrapping.Flipped(not))],
        IfStatementSyntax choice => Turned(choice.Condition),
        ConditionalExpressionSyntax choice => Turned(choice.Condition),
        _ => [],
    };

    private static IEnumerable<Change> Turned(ExpressionSyntax condition)
    {
        while (condition is ParenthesizedExpressionSyntax parenthesis)
        {
            condition = parenthesis.Expression;
        }

        var isTurnedElsewhere = Comparisons.Turns(condition) || condition.Kind() is SyntaxKind.LogicalNotExpression or SyntaxKind.LogicalAndExpression
            or SyntaxKind.LogicalOrExpression or SyntaxKind.TrueLiteralExpression or SyntaxKind.FalseLiteralExpression;
        if (!isTurnedElsewhere && !Change.DeclaresByPattern(condition))
        {
            yield return new(condition, condition.ToString(), $"!{condition}", Wrapping.Flipped(condition));
        }
    }
}
