using Microsoft.CodeAnalysis.Text;

namespace Sametime.Tests.Mutate.Switch;

/// <summary>One mistake in one place.</summary>
internal sealed record Mutant
{
    /// <summary>The same as long as the lines around it are, wherever they move to.</summary>
    public required string Id { get; init; }

    /// <summary>The file from the root of the tree, with '/'.</summary>
    public required string File { get; init; }

    public required int Line { get; init; }

    /// <summary>What kind of mistake it is.</summary>
    public required string Kind { get; init; }

    /// <summary>What stands there.</summary>
    public required string Original { get; init; }

    /// <summary>What the mistake makes of it; empty when it is left out.</summary>
    public required string Changed { get; init; }

    /// <summary>How it is compiled in beside what is right. Of one built alone, what tells that a test comes by; null where nothing can.</summary>
    public Wrapping? How { get; init; }

    /// <summary>The change in the file itself, of one that can be built alone.</summary>
    public TextChange? Change { get; init; }

    /// <summary>Whether it is built alone: no switch can choose it when the program runs.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Its folder, which samples are spread over.</summary>
    public string Folder => File[..Math.Max(0, File.LastIndexOf('/'))];

    public string Place => $"{File}:{Line}";
}
