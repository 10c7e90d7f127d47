namespace Sametime.Contracts.Wire.Storage;

/// <summary>The first line of a buddy list: <c>Version=3.1.3</c>, the version of the text's format.</summary>
public sealed record BuddyListVersion(string Version) : BuddyListLine
{
    private const string Prefix = "Version=";

    /// <summary>The version that all clients at hand write.</summary>
    public static readonly BuddyListVersion Usual = new("3.1.3");

    public override string ToString() => Prefix + Version;

    internal static BuddyListVersion? TryParse(ReadOnlySpan<char> line) =>
        line.StartsWith(Prefix, StringComparison.Ordinal) ? new BuddyListVersion(line[Prefix.Length..].ToString()) : null;
}
