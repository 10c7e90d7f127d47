using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>A call whose result nobody uses, left out.</summary>
internal sealed class Calls : Operator
{
    public override string Name => "call";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model) => Statements.LeftOut(node, model, expression =>
        CallOf(expression) is { } call && !Exempt.IsCall(call, model)
        && !call.ArgumentList.Arguments.Any(argument => argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword)));

    private static InvocationExpressionSyntax? CallOf(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax call => call,
        AwaitExpressionSyntax awaited => CallOf(awaited.Expression),
        ConditionalAccessExpressionSyntax access => CallOf(access.WhenNotNull),
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" } } unused => CallOf(unused.Right),
        _ => null,
    };
}
