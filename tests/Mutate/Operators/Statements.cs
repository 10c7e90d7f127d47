using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>Statements that are one expression, in the three forms that they have: as such, behind the arrow of a member, and as a lambda.</summary>
internal static class Statements
{
    /// <summary>The statement left out, if this node is one and its expression is of the wanted kind.</summary>
    public static IEnumerable<Change> LeftOut(SyntaxNode node, SemanticModel model, Func<ExpressionSyntax, bool> isWanted)
    {
        if (HowToLeaveOut(node, model) is var (expression, how) && !Change.Declares(expression) && isWanted(expression))
        {
            yield return new(expression, expression.ToString(), "", how);
        }
    }

    private static (ExpressionSyntax Expression, Wrapping How)? HowToLeaveOut(SyntaxNode node, SemanticModel model) => node switch
    {
        ExpressionStatementSyntax statement => (statement.Expression, Wrapping.LeftOut(statement)),
        ArrowExpressionClauseSyntax arrow when arrow.Parent is { } member && SemicolonOf(member) is { } semicolon
            && model.GetDeclaredSymbol(member) is IMethodSymbol method && ReturnsNothing(method) => (arrow.Expression, Wrapping.LeftOut(arrow, semicolon)),
        LambdaExpressionSyntax { ExpressionBody: { } body } lambda
            when model.GetSymbolInfo(lambda).Symbol is IMethodSymbol method && ReturnsNothing(method) => (body, Wrapping.LeftOutOfLambda(body)),
        _ => null,
    };

    private static bool ReturnsNothing(IMethodSymbol method) =>
        method.ReturnsVoid || method.IsAsync && method.ReturnType is INamedTypeSymbol { IsGenericType: false, Name: "Task" or "ValueTask" };

    private static SyntaxToken? SemicolonOf(SyntaxNode member) => member switch
    {
        BaseMethodDeclarationSyntax method => method.SemicolonToken,
        LocalFunctionStatementSyntax function => function.SemicolonToken,
        AccessorDeclarationSyntax accessor => accessor.SemicolonToken,
        _ => null,
    };
}
