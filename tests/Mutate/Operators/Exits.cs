using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>The early way out of a method or a loop, left out: what follows is done as well.</summary>
internal sealed class Exits : Operator
{
    public override string Name => "exit";

    public override IEnumerable<Change> In(SyntaxNode node, SemanticModel model)
    {
        if (node is not IfStatementSyntax { Else: null } choice || Change.DeclaresByPattern(choice.Condition))
        {
            yield break;
        }

        var last = choice.Statement is BlockSyntax block ? block.Statements.LastOrDefault() : choice.Statement;
        if (last is ReturnStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax or ThrowStatementSyntax
            or YieldStatementSyntax { Expression: null })
        {
            yield return new(last, last.ToString(), "", Wrapping.LeftOut(last));
        }
    }
}
