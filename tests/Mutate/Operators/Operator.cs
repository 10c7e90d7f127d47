using Microsoft.CodeAnalysis;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>A kind of mistake that people make.</summary>
internal abstract class Operator
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<Operator> All { get; } =
    [
        new Comparisons(), new Conditions(), new Terms(), new Calls(), new Exits(), new Assignments(),
        new Arithmetic(), new Numbers(), new TrueAndFalse(), new Fallbacks(), new OptionalArguments(), new Opposites(),
    ];

    /// <summary>What it is called in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The mistakes of this kind that this node itself offers; not those of nodes within it.</summary>
    public abstract IEnumerable<Change> In(SyntaxNode node, SemanticModel model);
}
