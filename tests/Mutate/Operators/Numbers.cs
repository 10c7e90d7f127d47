using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>A number that is one off.</summary>
internal sealed class Numbers : Operator
{
    public override string Name => "number";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model)
    {
        if (node is not LiteralExpressionSyntax literal || !literal.IsKind(SyntaxKind.NumericLiteralExpression) || IsRoom(literal, model)
            || !Types.TryConversion(literal, model, out var type))
        {
            return [];
        }

        var changed = literal.Token.Value switch
        {
            int value => OneOff(value),
            uint value => OneOff(value) + "u",
            long value => OneOff(value) + "L",
            ulong value => OneOff((long)value) + "UL",
            double value => (value + 1).ToString("R", CultureInfo.InvariantCulture) + "d",
            _ => null,
        };
        return changed is null ? [] : Change.InsteadOfLiteral(literal, changed, type);
    }

    // Up or down, but the same each time: what a number counts shows at one of its two sides, and nobody knows at which.
    private static string OneOff(long value) => (value is 0 or 1 || value % 3 == 0 ? value + 1 : value - 1).ToString(CultureInfo.InvariantCulture);

    // How much room is made in advance changes nothing.
    private static bool IsRoom(LiteralExpressionSyntax literal, SemanticModel model) =>
        literal.FirstAncestorOrSelf<StackAllocArrayCreationExpressionSyntax>() is not null
        || literal.Parent is ArgumentSyntax argument && model.GetSymbolInfo(argument.Parent!.Parent!).Symbol is IMethodSymbol method
        && ParameterOf(argument, method)?.Name is "capacity" or "initialCapacity" or "bufferSize" or "concurrencyLevel";

    private static IParameterSymbol? ParameterOf(ArgumentSyntax argument, IMethodSymbol method)
    {
        if (argument.NameColon is { } name)
        {
            return method.Parameters.FirstOrDefault(parameter => parameter.Name == name.Name.Identifier.Text);
        }

        return argument.Parent is ArgumentListSyntax list ? method.Parameters.ElementAtOrDefault(list.Arguments.IndexOf(argument)) : null;
    }
}
