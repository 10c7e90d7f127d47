using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>A mistake that an operator sees in a piece of syntax.</summary>
/// <param name="At">Where a reader looks for it.</param>
/// <param name="Original">What stands there.</param>
/// <param name="Changed">What becomes of it; empty when it is left out.</param>
/// <param name="How">How it is compiled in.</param>
internal sealed record Change(SyntaxNode At, string Original, string Changed, Wrapping How)
{
    /// <summary>Another expression in the place of this one, where there may be one: see <see cref="StandsAlone"/>.</summary>
    public static IEnumerable<Change> Instead(ExpressionSyntax node, string changed, string? type = null)
    {
        if (StandsAlone(node) && !Declares(node))
        {
            yield return new(node, node.ToString(), changed, Wrapping.Instead(node, changed, type));
        }
    }

    /// <summary>The same for a literal, which says little without what stands around it.</summary>
    public static IEnumerable<Change> InsteadOfLiteral(LiteralExpressionSyntax node, string changed, string? type = null)
    {
        const int LegibleMax = 80;
        var around = node.Parent is { } parent && parent.Span.Length <= LegibleMax ? parent : node;
        return Instead(node, changed, type).Select(change => change with { Original = around.ToString(), Changed = With(around, node.Span, changed) });
    }

    /// <summary>The text of a node with one part of it changed.</summary>
    public static string With(SyntaxNode node, TextSpan part, string changed) =>
        string.Concat(node.ToString().AsSpan(0, part.Start - node.SpanStart), changed, node.ToString().AsSpan(part.End - node.SpanStart));

    public static string With(SyntaxNode node, SyntaxToken part, string changed) => With(node, part.Span, changed);

    /// <summary>Whether it brings a variable that later lines use: they would not have it behind a switch.</summary>
    public static bool Declares(SyntaxNode node) =>
        node.DescendantNodesAndSelf(inner => inner is not AnonymousFunctionExpressionSyntax)
            .Any(inner => inner is DeclarationExpressionSyntax or SingleVariableDesignationSyntax);

    /// <summary>Whether it brings such a variable by a pattern, which exists only where the pattern fits.</summary>
    public static bool DeclaresByPattern(SyntaxNode node) =>
        node.DescendantNodesAndSelf(inner => inner is not AnonymousFunctionExpressionSyntax)
            .Any(inner => inner is SingleVariableDesignationSyntax && inner.Parent is not DeclarationExpressionSyntax);

    // Not the .B() of a?.B(), which means nothing without what stands before it, and not what something is assigned to.
    private static bool StandsAlone(ExpressionSyntax node) =>
        !node.DescendantNodesAndSelf().Any(inner => inner is MemberBindingExpressionSyntax or ElementBindingExpressionSyntax
            && inner.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>(access => access.WhenNotNull.Span.Contains(inner.Span)) is { } access
            && !node.Span.Contains(access.Span))
        && !(node.Parent is AssignmentExpressionSyntax assignment && assignment.Left == node)
        && node.Parent is not (ExpressionStatementSyntax or RefExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None });
}
