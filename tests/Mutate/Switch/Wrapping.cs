using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Sametime.Tests.Mutate.Switch;

/// <summary>
/// How a mistake is written around what is right: something before it and something after it, so that any number of them can be written into
/// one file, also into each other.
/// </summary>
/// <param name="Span">What is right, in the file as it is.</param>
/// <param name="Before">Stands before it; <see cref="Asked"/> is where the switch is asked.</param>
/// <param name="After">Stands behind it.</param>
/// <param name="Removed">A part of it that gives way, or nothing.</param>
internal sealed record Wrapping(TextSpan Span, string Before, string After, TextSpan Removed = default)
{
    /// <summary>The question whether this mistake is made, until it has a number.</summary>
    public const string Asked = "\u0001";

    /// <summary>Another expression in the place of this one.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="changed">The other one.</param>
    /// <param name="type">What both are converted to, where a choice between two would have another type than one alone.</param>
    public static Wrapping Instead(ExpressionSyntax node, string changed, string? type = null)
    {
        var cast = type is null ? "" : $"({type})";
        return new(node.Span, $"({Asked} ? {cast}({changed}) : {cast}(", "))");
    }

    /// <summary>A condition that is turned round.</summary>
    public static Wrapping Flipped(ExpressionSyntax node) => new(node.Span, $"({Asked} != (", "))");

    /// <summary>A term that no longer decides, in a conjunction.</summary>
    public static Wrapping AlwaysTrue(ExpressionSyntax node) => new(node.Span, $"({Asked} || (", "))");

    /// <summary>A term that no longer decides, in a disjunction.</summary>
    public static Wrapping AlwaysFalse(ExpressionSyntax node) => new(node.Span, $"(!{Asked} && (", "))");

    /// <summary>A statement that is not there.</summary>
    public static Wrapping LeftOut(StatementSyntax node) => new(node.Span, $"{{ if (!{Asked}) {{ ", " } }");

    /// <summary>Another statement in the place of this one.</summary>
    public static Wrapping Instead(StatementSyntax node, string changed) => new(node.Span, $"{{ if ({Asked}) {{ {changed} }} else {{ ", " } }");

    /// <summary>A member whose whole body is an arrow and a call, without the call.</summary>
    public static Wrapping LeftOut(ArrowExpressionClauseSyntax node, SyntaxToken semicolon) =>
        new(TextSpan.FromBounds(node.SpanStart, semicolon.Span.End), $"{{ if (!{Asked}) {{ ", " } }", node.ArrowToken.Span);

    /// <summary>A lambda that is one call, without the call.</summary>
    public static Wrapping LeftOutOfLambda(ExpressionSyntax body) => new(body.Span, $"{{ if (!{Asked}) {{ ", "; } }");
}
