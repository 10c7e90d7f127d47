using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>A bound that is one off, and a comparison that is turned round.</summary>
internal sealed class Comparisons : Operator
{
    public override string Name => "comparison";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model) => node switch
    {
        BinaryExpressionSyntax binary =>
            Others(binary.Kind()).SelectMany(other => Change.Instead(binary, Change.With(binary, binary.OperatorToken, other))),
        IsPatternExpressionSyntax test when !Change.Declares(test) => [.. Bounds(test, test.Pattern), .. Turned(test)],
        SwitchExpressionSyntax choice when !Change.Declares(choice) => choice.Arms.SelectMany(arm => Bounds(choice, arm.Pattern)),
        _ => [],
    };

    /// <summary>Whether it is turned round here, so that nobody else needs to.</summary>
    public static bool Turns(ExpressionSyntax node) =>
        node is BinaryExpressionSyntax binary && Others(binary.Kind()).Length > 0 || node is IsPatternExpressionSyntax;

    private static string[] Others(SyntaxKind kind) => kind switch
    {
        SyntaxKind.LessThanExpression => ["<=", ">="],
        SyntaxKind.LessThanOrEqualExpression => ["<", ">"],
        SyntaxKind.GreaterThanExpression => [">=", "<="],
        SyntaxKind.GreaterThanOrEqualExpression => [">", "<"],
        SyntaxKind.EqualsExpression => ["!="],
        SyntaxKind.NotEqualsExpression => ["=="],
        _ => [],
    };

    // A pattern is fixed when it is compiled, so what is chosen behind the switch is the expression around it.
    private static IEnumerable<Change> Bounds(ExpressionSyntax around, PatternSyntax pattern)
    {
        foreach (var bound in pattern.DescendantNodesAndSelf().OfType<RelationalPatternSyntax>())
        {
            var other = bound.OperatorToken.Kind() switch
            {
                SyntaxKind.LessThanToken => "<=",
                SyntaxKind.LessThanEqualsToken => "<",
                SyntaxKind.GreaterThanToken => ">=",
                _ => ">",
            };
            foreach (var change in Change.Instead(around, Change.With(around, bound.OperatorToken, other)))
            {
                yield return change with { At = bound, Original = bound.ToString(), Changed = Change.With(bound, bound.OperatorToken, other) };
            }
        }
    }

    private static IEnumerable<Change> Turned(IsPatternExpressionSyntax test)
    {
        yield return new(test, test.ToString(), $"!({test})", Wrapping.Flipped(test));
    }
}
