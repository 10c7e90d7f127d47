using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>Something that is not noted down, not counted, or counted the wrong way.</summary>
internal sealed class Assignments : Operator
{
    public override string Name => "assignment";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model) =>
    [
        .. Statements.LeftOut(node, model, expression =>
            expression is AssignmentExpressionSyntax { Left: not IdentifierNameSyntax { Identifier.Text: "_" } } || IsStep(expression)),
        .. TheOtherWay(node, model),
        .. WithoutStep(node),
    ];

    private static bool IsStep(SyntaxNode node) => node.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression
        or SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression;

    private static IEnumerable<Change> TheOtherWay(SyntaxNode node, SemanticModel model)
    {
        if (node is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } statement || Change.Declares(assignment)
            || model.GetTypeInfo(assignment.Left).Type is not { } type || !Types.CanAddAndSubtract(type))
        {
            yield break;
        }

        var other = assignment.Kind() switch
        {
            SyntaxKind.AddAssignmentExpression => "-=",
            SyntaxKind.SubtractAssignmentExpression => "+=",
            _ => null,
        };
        if (other is not null)
        {
            var changed = Change.With(assignment, assignment.OperatorToken, other);
            yield return new(assignment, assignment.ToString(), changed, Wrapping.Instead(statement, changed + ";"));
        }
    }

    // In the midst of an expression: the value as it is.
    private static IEnumerable<Change> WithoutStep(SyntaxNode node) => node switch
    {
        PostfixUnaryExpressionSyntax step when IsStep(step) && step.Parent is not ForStatementSyntax => Change.Instead(step, step.Operand.ToString()),
        PrefixUnaryExpressionSyntax step when IsStep(step) && step.Parent is not ForStatementSyntax => Change.Instead(step, step.Operand.ToString()),
        _ => [],
    };
}
