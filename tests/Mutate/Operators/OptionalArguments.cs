using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>An argument that may be left out, left out.</summary>
internal sealed class OptionalArguments : Operator
{
    public override string Name => "argument";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model)
    {
        var arguments = node switch
        {
            InvocationExpressionSyntax call => call.ArgumentList,
            BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
            _ => null,
        };
        if (arguments is not { Arguments: [.., var last] } || node is not ExpressionSyntax expression
            || !IsOptional(last, arguments, model.GetSymbolInfo(node).Symbol as IMethodSymbol))
        {
            return [];
        }

        var from = arguments.Arguments.Count > 1 ? arguments.Arguments.GetSeparator(arguments.Arguments.Count - 2).SpanStart : last.SpanStart;
        var changed = Change.With(node, TextSpan.FromBounds(from, last.Span.End), "");
        return node.Parent is ExpressionStatementSyntax statement
            ? Change.Declares(node) ? [] : [new Change(node, node.ToString(), changed, Wrapping.Instead(statement, changed + ";"))]
            : Change.Instead(expression, changed);
    }

    // Whether somebody may still stop it is nothing that a test looks at.
    private static bool IsOptional(ArgumentSyntax last, ArgumentListSyntax arguments, IMethodSymbol? method)
    {
        var parameter = last.NameColon is { } name
            ? method?.Parameters.FirstOrDefault(parameter => parameter.Name == name.Name.Identifier.Text)
            : method?.Parameters.ElementAtOrDefault(arguments.Arguments.Count - 1);
        return parameter is { IsOptional: true, Type.Name: not "CancellationToken" };
    }
}
