using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>The opposite operator.</summary>
internal sealed class Arithmetic : Operator
{
    public override string Name => "arithmetic";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model)
    {
        if (node is not BinaryExpressionSyntax binary || OppositeOf(binary.Kind()) is not { } opposite || !Allows(binary, model)
            || !Types.TryConversion(binary, model, out var type))
        {
            return [];
        }

        return Change.Instead(binary, Change.With(binary, binary.OperatorToken, opposite), model.GetConstantValue(binary).HasValue ? type : null);
    }

    private static string? OppositeOf(SyntaxKind kind) => kind switch
    {
        SyntaxKind.AddExpression => "-",
        SyntaxKind.SubtractExpression => "+",
        SyntaxKind.MultiplyExpression => "/",
        SyntaxKind.DivideExpression => "*",
        SyntaxKind.BitwiseAndExpression => "|",
        SyntaxKind.BitwiseOrExpression => "&",
        SyntaxKind.LeftShiftExpression => ">>",
        SyntaxKind.RightShiftExpression => "<<",
        _ => null,
    };

    // Not the + of texts and of delegates, and not what has no opposite: two instants have a difference, but no sum.
    private static bool Allows(BinaryExpressionSyntax binary, SemanticModel model)
    {
        var (left, right) = (model.GetTypeInfo(binary.Left).Type, model.GetTypeInfo(binary.Right).Type);
        if (left is null || right is null)
        {
            return false;
        }

        return binary.Kind() switch
        {
            SyntaxKind.AddExpression or SyntaxKind.SubtractExpression =>
                Types.IsNumber(left) && Types.IsNumber(right) || right is { Name: "TimeSpan" },
            SyntaxKind.BitwiseAndExpression or SyntaxKind.BitwiseOrExpression =>
                Types.IsNumber(left) || left.TypeKind == TypeKind.Enum || left.SpecialType == SpecialType.System_Boolean,
            _ => Types.IsNumber(left) && Types.IsNumber(right),
        };
    }
}
