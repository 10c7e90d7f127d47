namespace Sametime.Contracts.Wire.Storage;

/// <summary>A line of a kind we do not know, or one that is not well formed. Kept letter for letter: some client will know it.</summary>
public sealed record BuddyListUnknownLine(string Text) : BuddyListLine
{
    public override string ToString() => Text;
}
