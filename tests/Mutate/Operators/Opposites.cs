using System.Collections.Frozen;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>A call of what does the opposite: the smallest for the largest, the first for the last.</summary>
internal sealed class Opposites : Operator
{
    private static readonly (string, string)[] Pairs =
    [
        ("Min", "Max"), ("MinBy", "MaxBy"), ("First", "Last"), ("FirstOrDefault", "LastOrDefault"), ("Any", "All"),
        ("Order", "OrderDescending"), ("OrderBy", "OrderByDescending"), ("ThenBy", "ThenByDescending"),
        ("Take", "Skip"), ("TakeWhile", "SkipWhile"), ("StartsWith", "EndsWith"), ("IndexOf", "LastIndexOf"), ("Floor", "Ceiling"),
    ];

    private static readonly FrozenDictionary<string, string> OppositeOf =
        Pairs.Concat(Pairs.Select(pair => (pair.Item2, pair.Item1))).ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    public override string Name => "opposite";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model) =>
        node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: { } name } } call
        && OppositeOf.TryGetValue(name.Identifier.Text, out var opposite) && IsLibrarys(model.GetSymbolInfo(call).Symbol)
            ? Change.Instead(call, Change.With(call, name.Identifier, opposite))
            : [];

    private static bool IsLibrarys(ISymbol? symbol) => symbol?.ContainingNamespace?.ToDisplayString() is "System" or "System.Linq";
}
