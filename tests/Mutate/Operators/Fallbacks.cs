using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>One side of `a ?? b` left out: always what stands in for it, or never.</summary>
internal sealed class Fallbacks : Operator
{
    public override string Name => "fallback";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model)
    {
        if (node is not BinaryExpressionSyntax binary || !binary.IsKind(SyntaxKind.CoalesceExpression))
        {
            return [];
        }

        var isValue = model.GetTypeInfo(binary.Left).Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }
            && model.GetTypeInfo(binary).Type is { OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T };
        var withoutFallback = Change.Instead(binary, isValue ? $"({binary.Left}).GetValueOrDefault()" : $"{binary.Left} ?? default!")
            .Select(change => change with { Changed = binary.Left.ToString() });
        return binary.Right is ThrowExpressionSyntax ? withoutFallback : [.. withoutFallback, .. Change.Instead(binary, binary.Right.ToString())];
    }
}
